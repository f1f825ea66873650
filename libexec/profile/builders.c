// SPDX-License-Identifier: GPL-2.0-or-later
/* The unwind-table-builders: requests, and tables read into the pool. */
#include "config.h"

#include "builders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/unwind-table.h"

#include "lib/vec.h"

#define QUEUE_BYTES_MAX ((size_t)256 << 20)
#define PAYLOAD_BYTES_MAX ((size_t)4 << 20)
#define PIPE_BYTES (1 << 20)

/* What the next bytes of a reply are. */
enum expect { EXPECT_REPLY, EXPECT_SEGMENTS, EXPECT_PART, EXPECT_WORDS, EXPECT_PAYLOAD };

struct builder {
	int in, out;             /* -1: it is not used any more */
	bool busy;
	uint32_t id, kind;       /* of the request that it works on */
	enum expect expect;
	uint8_t *to;             /* the rest goes there; NULL: it is thrown away */
	size_t rest;
	uint32_t parts_left;
	struct unwind_reply reply;
	struct unwind_part part;
	struct built built;
};

int builders_open(struct builders *b, const struct builder_pipes *pipes, size_t n,
		  struct pool *pool, uint64_t allowed_bytes)
{
	*b = (struct builders){
		.pool = pool,
		.queue = BUF_INIT(QUEUE_BYTES_MAX),
		.allowed_bytes = allowed_bytes,
	};
	b->list = calloc(n + 1, sizeof(*b->list));
	for (size_t i = 0; i < n && !b->list; i++) {
		close(pipes[i].in);
		close(pipes[i].out);
	}
	if (!b->list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		b->list[i].in = pipes[i].in;
		b->list[i].out = pipes[i].out;
		fcntl(pipes[i].in, F_SETFL, O_NONBLOCK);
		fcntl(pipes[i].in, F_SETPIPE_SZ, PIPE_BYTES);
		fcntl(pipes[i].out, F_SETFL, O_NONBLOCK);
	}
	b->n = n;
	return 0;
}

/* ---- requests ---- */

int builders_ask(struct builders *b, struct unwind_request *r, const char *path)
{
	size_t len = strlen(path);

	if (len > UNWIND_PATH_MAX)
		return -EOVERFLOW;
	r->magic = UNWIND_PIPE_MAGIC;
	r->path_len = (uint32_t)len;
	if (b->queue_at == b->queue.len) {
		buf_clear(&b->queue);
		b->queue_at = 0;
	}
	buf_put(&b->queue, r, sizeof(*r));
	return buf_put(&b->queue, path, len);
}

static void expect(struct builder *x, enum expect what, void *to, size_t n)
{
	x->expect = what;
	x->to = to;
	x->rest = n;
}

static void release_built(struct builders *b, struct built *built)
{
	for (size_t i = 0; i < built->n_parts; i++) {
		pool_free(b->pool, built->parts[i].place, built->parts[i].words);
		b->used_bytes -= (uint64_t)built->parts[i].words * 4;
	}
	free(built->parts);
	buf_release(&built->payload);
	*built = (struct built){ 0 };
}

static void finish(struct builders *b, struct builder *x)
{
	x->busy = false;
	b->answer(b->ctx, &x->built);
	release_built(b, &x->built);
}

/* The builder is lost, and what it was asked with it. */
static void give_up(struct builders *b, struct builder *x)
{
	close(x->in);
	close(x->out);
	x->in = x->out = -1;
	b->n_died++;
	if (!x->busy)
		return;
	release_built(b, &x->built);
	x->built.id = x->id;
	x->built.kind = x->kind;
	x->built.status = UNWIND_UNREADABLE;
	finish(b, x);
}

static void hand_out(struct builders *b, struct builder *x)
{
	const uint8_t *from = b->queue.data + b->queue_at;
	struct unwind_request r;
	size_t n;

	memcpy(&r, from, sizeof(r));
	n = sizeof(r) + r.path_len;
	b->queue_at += n;
	x->busy = true;
	x->id = r.id;
	x->kind = r.kind;
	expect(x, EXPECT_REPLY, &x->reply, sizeof(x->reply));
	/* An idle builder's pipe is empty, or it has not read what it answered. */
	if (write(x->out, from, n) != (ssize_t)n)
		give_up(b, x);
}

/* What has ended, or says something unasked, is not asked: the file would pay for it. */
static bool is_quiet(const struct builder *x)
{
	struct pollfd p = { .fd = x->in, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

static void employ(struct builders *b, struct builder *x)
{
	if (is_quiet(x))
		hand_out(b, x);
	else
		give_up(b, x);
}

static bool is_waiting(const struct builders *b)
{
	return b->queue_at < b->queue.len;
}

static void hand_out_all(struct builders *b)
{
	size_t alive = 0;

	for (size_t i = 0; i < b->n && is_waiting(b); i++)
		if (b->list[i].in >= 0 && !b->list[i].busy)
			employ(b, &b->list[i]);
	for (size_t i = 0; i < b->n; i++)
		alive += b->list[i].in >= 0;
	if (alive || !is_waiting(b))
		return;
	/* Nobody is left to do the work. */
	while (is_waiting(b)) {
		struct built built = { .status = UNWIND_UNREADABLE };
		struct unwind_request r;

		memcpy(&r, b->queue.data + b->queue_at, sizeof(r));
		b->queue_at += sizeof(r) + r.path_len;
		built.id = r.id;
		built.kind = r.kind;
		b->answer(b->ctx, &built);
	}
}

/* ---- answers ---- */

static int begin_part(struct builder *x)
{
	if (!x->parts_left)
		return 1;
	x->parts_left--;
	expect(x, EXPECT_PART, &x->part, sizeof(x->part));
	return 0;
}

/* Returns 1 when the answer is complete, -EPROTO when it makes no sense. */
static int take_reply(struct builder *x)
{
	const struct unwind_reply *r = &x->reply;

	if (r->magic != UNWIND_PIPE_MAGIC || r->id != x->id || r->kind != x->kind ||
	    r->status >= UNWIND_STATUSES || r->n_segments > UNWIND_SEGMENTS_MAX)
		return -EPROTO;
	x->built.id = r->id;
	x->built.kind = r->kind;
	x->built.status = r->status;
	x->built.payload = BUF_INIT(PAYLOAD_BYTES_MAX);
	x->built.stamp = r->stamp;
	if (r->status != UNWIND_OK)
		return 1;
	if (r->kind == UNWIND_REQUEST_DEPENDENCIES) {
		void *to = r->bytes <= PAYLOAD_BYTES_MAX ? buf_extend(&x->built.payload, r->bytes) :
							   NULL;

		if (r->n_segments || !to)
			return -EPROTO;
		x->built.n_dependencies = r->n_parts;
		expect(x, EXPECT_PAYLOAD, to, r->bytes);
		return r->bytes ? 0 : 1;
	}
	if (r->n_parts > UNWIND_PARTS_MAX)
		return -EPROTO;
	x->built.n_rows = r->n_rows;
	x->built.n_segments = r->n_segments;
	x->parts_left = r->n_parts;
	expect(x, EXPECT_SEGMENTS, x->built.segments, r->n_segments * sizeof(*x->built.segments));
	return 0;
}

static bool is_sane(const struct unwind_part *p)
{
	uint32_t max = UNWIND_PART_BYTES_MAX / 4, head = sizeof(*p) / 4;

	/* The programs mask every index, so this is about sense, not about safety. */
	return p->words <= max && p->words > head && !(p->words & 1) && p->n_buckets &&
	       p->n_rows && p->n_rows <= max && p->buckets >= head && p->buckets < p->words &&
	       p->rows < p->words && p->exotics <= p->words && p->rbxs <= p->words;
}

static uint32_t alloc_part(struct builders *b, uint32_t words)
{
	uint64_t bytes = (uint64_t)words * 4;
	uint32_t place;

	if (bytes > b->allowed_bytes || b->used_bytes > b->allowed_bytes - bytes)
		return 0;
	place = pool_alloc(b->pool, words);
	if (place)
		b->used_bytes += bytes;
	return place;
}

/* A part's place, noted in the answer; 0: there is no room. */
static uint32_t add_part(struct builders *b, struct built *built, struct built_part part)
{
	if (VEC_RESERVE(built->parts, built->cap_parts, built->n_parts + 1))
		return 0;
	part.place = alloc_part(b, part.words);
	if (!part.place)
		return 0;
	built->parts[built->n_parts++] = part;
	built->bytes += (uint64_t)part.words * 4;
	return part.place;
}

static int take_part(struct builders *b, struct builder *x)
{
	struct built_part part = {
		.words = x->part.words,
		.first_bucket = x->part.first_bucket,
		.n_buckets = x->part.n_buckets,
	};
	size_t head = sizeof(x->part);
	uint32_t place;
	uint8_t *to;

	if (!is_sane(&x->part))
		return -EPROTO;
	place = x->built.no_room ? 0 : add_part(b, &x->built, part);
	if (!place) {
		x->built.no_room = true;
		expect(x, EXPECT_WORDS, NULL, part.words * 4 - head);
		return 0;
	}
	to = pool_at(b->pool, place);
	memcpy(to, &x->part, head);
	expect(x, EXPECT_WORDS, to + head, part.words * 4 - head);
	return 0;
}

/* All that was expected is there.  Returns 1 when the answer is complete, or -EPROTO. */
static int go_on(struct builders *b, struct builder *x)
{
	switch (x->expect) {
	case EXPECT_REPLY:
		return take_reply(x);
	case EXPECT_PART:
		return take_part(b, x);
	case EXPECT_SEGMENTS:
	case EXPECT_WORDS:
		return begin_part(x);
	default:
		return 1;
	}
}

/* Read what is there.  Returns 0, 1 when the answer is complete, or a negative errno. */
static int receive(struct builders *b, struct builder *x)
{
	static uint8_t scrap[65536];
	int r = 0;

	while (!r) {
		size_t want = x->to || x->rest < sizeof(scrap) ? x->rest : sizeof(scrap);
		ssize_t n = want ? read(x->in, x->to ? x->to : scrap, want) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (want && !n)
			return -EPIPE;
		x->rest -= (size_t)n;
		if (x->to)
			x->to += n;
		if (!x->rest)
			r = go_on(b, x);
	}
	return r;
}

static void work(struct builders *b, struct builder *x)
{
	int r = receive(b, x);

	if (r > 0)
		finish(b, x);
	else if (r < 0)
		give_up(b, x);
}

void builders_work(struct builders *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].in >= 0 && b->list[i].busy)
			work(b, &b->list[i]);
	hand_out_all(b);
}

bool builders_are_busy(const struct builders *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].busy)
			return true;
	return is_waiting(b);
}

size_t builders_poll_fds(const struct builders *b, struct pollfd *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].in >= 0 && b->list[i].busy)
			fds[n++] = (struct pollfd){ .fd = b->list[i].in, .events = POLLIN };
	return n;
}

void builders_close(struct builders *b)
{
	for (size_t i = 0; i < b->n; i++) {
		release_built(b, &b->list[i].built);
		if (b->list[i].in < 0)
			continue;
		close(b->list[i].in);
		close(b->list[i].out);
	}
	free(b->list);
	buf_release(&b->queue);
	*b = (struct builders){ 0 };
}
