/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the builders' pipes, with builders of all kinds at their other ends. */
#include "config.h"

#include "unwind-modules.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/vec.h"

#define ALLOWED ((uint64_t)64 << 20)

static struct pool pool;
static struct builders b;
static struct fake fakes[BUILDERS_MAX];

/* The answers, in order. */
static struct told {
	uint32_t id, kind;
	enum unwind_status status;
	bool no_room;
	size_t n_parts;
	uint64_t bytes;
	uint32_t n_segments, n_dependencies;
	size_t payload_bytes;
} told[64];
static size_t n_told;
/* Parts that the last answer has left to us. */
static bool keeps_parts;
static struct built_part *kept;
static size_t n_kept;

static void take(void *ctx, struct built *built)
{
	must(ctx == &b && n_told < ARRAY_SIZE(told), "have room for answers");
	told[n_told++] = (struct told){
		built->id, built->kind, built->status, built->no_room, built->n_parts,
		built->bytes, built->n_segments, built->n_dependencies, built->payload.len,
	};
	if (!keeps_parts)
		return;
	kept = built->parts;
	n_kept = built->n_parts;
	built->parts = NULL;
	built->n_parts = built->cap_parts = 0;
}

static void open_builders(size_t n, uint64_t allowed)
{
	struct builder_pipes pipes[BUILDERS_MAX];

	open_pool(&pool);
	for (size_t i = 0; i < n; i++)
		fakes[i] = fake_open(&pipes[i]);
	must(!builders_open(&b, pipes, n, &pool, allowed), "open the builders");
	b.answer = take;
	b.ctx = &b;
	n_told = 0;
}

/* Returns whether nothing is left of what came. */
static bool close_builders(size_t n)
{
	bool clean;

	builders_close(&b);
	clean = !pool.used_words;
	for (size_t i = 0; i < n; i++)
		if (fakes[i].replies >= 0)
			fake_close(&fakes[i]);
	pool_close(&pool);
	return clean;
}

static void ask(uint32_t id, uint32_t kind, const char *path)
{
	struct unwind_request r = { .kind = kind, .id = id };

	must(!builders_ask(&b, &r, path), "ask");
}

static bool heard(size_t fake, uint32_t id)
{
	char path[UNWIND_PATH_MAX + 1];
	struct unwind_request r;

	return fake_hear(&fakes[fake], &r, path) && r.id == id;
}

static void answer(size_t fake, uint32_t id, uint32_t n_parts, uint32_t words)
{
	struct buf bytes = BUF_INIT(ALLOWED);

	put_answer(&bytes, id, n_parts, words);
	fake_say(&fakes[fake], bytes.data, bytes.len);
	buf_release(&bytes);
}

/* ---- right ones ---- */

static void test_right(void)
{
	const uint32_t words[] = { 16, 1000, 100 };
	uint32_t n_wrong = 0;
	char path[UNWIND_PATH_MAX + 1];
	struct unwind_request r;

	open_builders(1, ALLOWED);
	check(!builders_are_busy(&b), "without requests there is nothing to wait for");
	ask(7, UNWIND_REQUEST_TABLE, "/a/file");
	builders_work(&b);
	check(fake_hear(&fakes[0], &r, path) && r.id == 7 && r.kind == UNWIND_REQUEST_TABLE &&
	      !strcmp(path, "/a/file"), "a builder is told what to build");
	check(builders_are_busy(&b) && n_told == 0, "then it is waited for");
	keeps_parts = true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (i) {
			ask(7, UNWIND_REQUEST_TABLE, "/b");
			builders_work(&b);
			n_wrong += !heard(0, 7);
		}
		answer(0, 7, 3, words[i]);
		builders_work(&b);
		n_wrong += n_told != i + 1 || told[i].id != 7 || told[i].status || n_kept != 3 ||
			   told[i].no_room || told[i].bytes != 12 * words[i];
		for (size_t j = 0; j < n_kept; j++) {
			const uint32_t *at = pool_at(&pool, kept[j].place);

			n_wrong += kept[j].words != words[i] || kept[j].first_bucket != j ||
				   kept[j].n_buckets != 1 || at[0] != j;
			for (size_t k = 10; k < words[i]; k++)
				n_wrong += at[k] != (j << 24 | k);
			pool_free(&pool, kept[j].place, kept[j].words);
		}
		free(kept);
	}
	keeps_parts = false;
	check(!n_wrong, "the words of tables lie in the pool as they were said");
	check(b.used_bytes == 12 * (16 + 1000 + 100), "and are counted until they are freed");
	check(close_builders(1), "nothing is left");
}

static void test_byte_by_byte(void)
{
	struct buf bytes = BUF_INIT(ALLOWED);
	size_t early = 0;

	open_builders(1, ALLOWED);
	put_answer(&bytes, 1, 3, 40);
	ask(1, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	for (size_t i = 0; i < bytes.len; i++) {
		early += n_told;
		fake_say(&fakes[0], bytes.data + i, 1);
		builders_work(&b);
	}
	check(!early && n_told == 1 && !told[0].status && told[0].n_parts == 3,
	      "an answer may come byte by byte");
	check(!b.used_bytes && !pool.used_words, "what nobody has taken over is free again");
	buf_release(&bytes);
	close_builders(1);
}

static void test_statuses(void)
{
	uint32_t n_wrong = 0;

	open_builders(1, ALLOWED);
	for (uint32_t status = 1; status < UNWIND_STATUSES; status++) {
		struct unwind_reply r = reply_head(status, UNWIND_REQUEST_TABLE);

		r.status = status;
		r.n_parts = 3;
		r.bytes = 99;
		ask(status, UNWIND_REQUEST_TABLE, "/a");
		builders_work(&b);
		n_wrong += !heard(0, status);
		fake_say(&fakes[0], &r, sizeof(r));
		builders_work(&b);
		n_wrong += n_told != status || told[status - 1].status != status ||
			   told[status - 1].n_parts;
	}
	check(!n_wrong && !b.n_died, "nothing follows where there is no table");
	close_builders(1);
}

static void test_no_room(void)
{
	open_builders(1, 8000);
	ask(1, UNWIND_REQUEST_TABLE, "/a");
	ask(2, UNWIND_REQUEST_TABLE, "/b");
	builders_work(&b);
	answer(0, 1, 3, 900);
	builders_work(&b);
	check(n_told == 1 && told[0].no_room && !told[0].status && !b.used_bytes,
	      "what does not fit into the allowance is drained, and none of it is kept");
	answer(0, 2, 2, 1000);
	builders_work(&b);
	check(n_told == 2 && !told[1].no_room && told[1].n_parts == 2 && told[1].bytes == 8000,
	      "what does, to the last byte, is not");
	check(close_builders(1), "nothing is left");
}

static void test_dependencies(void)
{
	struct unwind_reply r = reply_head(1, UNWIND_REQUEST_DEPENDENCIES);
	char payload[100] = { 0 };

	open_builders(1, ALLOWED);
	ask(1, UNWIND_REQUEST_DEPENDENCIES, "/a");
	ask(2, UNWIND_REQUEST_DEPENDENCIES, "/b");
	builders_work(&b);
	r.n_parts = UINT32_MAX;
	r.bytes = sizeof(payload);
	fake_say(&fakes[0], &r, sizeof(r));
	fake_say(&fakes[0], payload, sizeof(payload));
	builders_work(&b);
	check(n_told == 1 && told[0].payload_bytes == 100 && told[0].n_dependencies == UINT32_MAX,
	      "a list of files comes as it is");
	r.id = 2;
	r.bytes = r.n_parts = 0;
	fake_say(&fakes[0], &r, sizeof(r));
	builders_work(&b);
	check(n_told == 2 && !told[1].status && !told[1].payload_bytes && !b.n_died,
	      "it may be empty");
	close_builders(1);
}

/* ---- wrong ones ---- */

struct wrong {
	const char *what;
	size_t at;               /* offset of a uint32_t in the reply, or behind it in the part */
	uint32_t value;
};

#define IN_REPLY(field, value) \
	{ "reply." #field " = " #value, offsetof(struct unwind_reply, field), value }
#define IN_PART(field, value) \
	{ "part." #field " = " #value, sizeof(struct unwind_reply) + \
	  sizeof(struct unwind_segment) + offsetof(struct unwind_part, field), value }

static const struct wrong wrongs[] = {
	IN_REPLY(magic, 0), IN_REPLY(kind, UNWIND_REQUEST_DEPENDENCIES), IN_REPLY(kind, 3),
	IN_REPLY(id, 2), IN_REPLY(status, UNWIND_STATUSES), IN_REPLY(status, UINT32_MAX),
	IN_REPLY(n_segments, UNWIND_SEGMENTS_MAX + 1), IN_REPLY(n_segments, UINT32_MAX),
	IN_REPLY(n_parts, UNWIND_PARTS_MAX + 1), IN_REPLY(n_parts, UINT32_MAX),
	IN_PART(words, 0), IN_PART(words, 10), IN_PART(words, 41), IN_PART(words, UINT32_MAX),
	IN_PART(words, UNWIND_PART_BYTES_MAX / 4 + 2), IN_PART(n_buckets, 0), IN_PART(n_rows, 0),
	IN_PART(n_rows, UINT32_MAX), IN_PART(buckets, 9), IN_PART(buckets, 40),
	IN_PART(rows, 40), IN_PART(rows, UINT32_MAX), IN_PART(exotics, 41), IN_PART(rbxs, 41),
};

/* One builder says this, instead of what it should, and the other one goes on. */
static bool fails_alone(const uint8_t *bytes, size_t n, bool dies)
{
	bool right;

	open_builders(2, ALLOWED);
	for (uint32_t id = 1; id <= 4; id++)
		ask(id, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	fake_say(&fakes[0], bytes, n);
	if (dies)
		fake_close(&fakes[0]);
	builders_work(&b);
	right = n_told == 1 && told[0].id == 1 && told[0].kind == UNWIND_REQUEST_TABLE &&
		told[0].status == UNWIND_UNREADABLE && !told[0].n_parts && b.n_died == 1 &&
		!b.used_bytes && !pool.used_words;
	for (uint32_t id = 2; id <= 4; id++) {
		answer(1, id, 1, 40);
		builders_work(&b);
		right = right && n_told == id && told[id - 1].id == id && !told[id - 1].status;
	}
	right = right && !builders_are_busy(&b);
	return close_builders(2) && right;
}

static void test_wrong(void)
{
	struct buf bytes = BUF_INIT(ALLOWED);
	uint32_t n_wrong = 0;

	for (const struct wrong *w = wrongs; w < wrongs + ARRAY_SIZE(wrongs); w++) {
		buf_clear(&bytes);
		put_answer(&bytes, 1, 2, 40);
		memcpy(bytes.data + w->at, &w->value, sizeof(w->value));
		if (fails_alone(bytes.data, bytes.len, false))
			continue;
		diag("%s", w->what);
		n_wrong++;
	}
	check(!n_wrong, "%zu senseless answers: the file has no table, the builder is left",
	      ARRAY_SIZE(wrongs));
	n_wrong = 0;
	buf_clear(&bytes);
	put_answer(&bytes, 1, 2, 40);
	for (size_t n = 0; n < bytes.len; n++)
		n_wrong += !fails_alone(bytes.data, n, true);
	check(!n_wrong, "a builder may die anywhere in %zu bytes", bytes.len);
	buf_release(&bytes);
}

static void test_wrong_dependencies(void)
{
	static const struct { uint64_t bytes; uint32_t n_segments; } lies[] = {
		{ UINT64_MAX, 0 }, { (4 << 20) + 1, 0 }, { (uint64_t)1 << 32, 0 }, { 8, 1 }
	};
	uint32_t n_wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		struct unwind_reply r = reply_head(1, UNWIND_REQUEST_DEPENDENCIES);

		open_builders(1, ALLOWED);
		ask(1, UNWIND_REQUEST_DEPENDENCIES, "/a");
		builders_work(&b);
		r.bytes = lies[i].bytes;
		r.n_segments = lies[i].n_segments;
		fake_say(&fakes[0], &r, sizeof(r));
		builders_work(&b);
		n_wrong += n_told != 1 || told[0].status != UNWIND_UNREADABLE || b.n_died != 1;
		n_wrong += !close_builders(1);
	}
	check(!n_wrong, "a list of files cannot be as long as it likes");
}

static void test_unasked(void)
{
	open_builders(2, ALLOWED);
	ask(1, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	answer(0, 1, 1, 40);
	answer(0, 2, 1, 60);
	builders_work(&b);
	check(n_told == 1 && !told[0].status && told[0].bytes == 160,
	      "an answer ends where it says");
	ask(2, UNWIND_REQUEST_TABLE, "/b");
	builders_work(&b);
	check(b.n_died == 1 && heard(1, 2) && n_told == 1,
	      "who says more than it was asked is asked no more");
	answer(1, 2, 1, 80);
	builders_work(&b);
	check(n_told == 2 && told[1].bytes == 320, "another one is");
	close_builders(2);
}

static void test_dead_while_idle(void)
{
	open_builders(2, ALLOWED);
	fake_close(&fakes[0]);
	ask(1, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	check(n_told == 0 && b.n_died == 1 && heard(1, 1),
	      "the death of an idle builder harms no file");
	close_builders(2);
}

static void test_all_dead(void)
{
	struct pollfd fds[BUILDERS_MAX];
	uint32_t n_wrong = 0;

	open_builders(2, ALLOWED);
	for (uint32_t id = 0; id < 5; id++)
		ask(id, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	check(builders_poll_fds(&b, fds) == 2, "all busy builders are polled for");
	fake_close(&fakes[0]);
	fake_close(&fakes[1]);
	builders_work(&b);
	for (uint32_t id = 0; id < 5; id++)
		n_wrong += told[id].id != id || told[id].status != UNWIND_UNREADABLE;
	check(n_told == 5 && !n_wrong && !builders_are_busy(&b) && !builders_poll_fds(&b, fds),
	      "without builders every request is answered");
	ask(5, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	check(n_told == 6 && told[5].status == UNWIND_UNREADABLE, "later ones, too");
	close_builders(2);
	open_builders(0, ALLOWED);
	ask(1, UNWIND_REQUEST_DEPENDENCIES, "/a");
	builders_work(&b);
	check(n_told == 1 && told[0].kind == UNWIND_REQUEST_DEPENDENCIES,
	      "as if there had never been any");
	close_builders(0);
}

static void test_silent(void)
{
	struct buf bytes = BUF_INIT(ALLOWED);

	open_builders(2, ALLOWED);
	for (uint32_t id = 0; id < 4; id++)
		ask(id, UNWIND_REQUEST_TABLE, "/a");
	builders_work(&b);
	for (uint32_t id = 1; id < 4; id++) {
		answer(1, id, 1, 40);
		builders_work(&b);
	}
	check(n_told == 3 && builders_are_busy(&b), "one that never answers holds up nobody else");
	put_answer(&bytes, 0, 2, 100);
	fake_say(&fakes[0], bytes.data, bytes.len - 50);
	builders_work(&b);
	check(close_builders(2), "and leaves nothing behind");
	buf_release(&bytes);
}

/* A builder that answers what it has not read would have the writing of requests block. */
static void test_deaf(void)
{
	char path[UNWIND_PATH_MAX + 1];

	open_builders(1, ALLOWED);
	memset(path, '/', UNWIND_PATH_MAX);
	path[UNWIND_PATH_MAX] = 0;
	alarm(20);
	for (uint32_t id = 0; id < 40 && !b.n_died; id++) {
		ask(id, UNWIND_REQUEST_TABLE, path);
		builders_work(&b);
		if (!b.n_died)
			answer(0, id, 1, 40);
		builders_work(&b);
	}
	alarm(0);
	check(b.n_died == 1 && told[n_told - 1].status == UNWIND_UNREADABLE,
	      "a builder that does not read is given up");
	close_builders(1);
}

static void test_long_path(void)
{
	struct unwind_request r = { .kind = UNWIND_REQUEST_TABLE };
	char path[UNWIND_PATH_MAX + 2];

	open_builders(1, ALLOWED);
	memset(path, '/', UNWIND_PATH_MAX + 1);
	path[UNWIND_PATH_MAX + 1] = 0;
	check(builders_ask(&b, &r, path) == -EOVERFLOW && !builders_are_busy(&b),
	      "a path that is too long is refused");
	close_builders(1);
}

void test_builders(void)
{
	test_right();
	test_byte_by_byte();
	test_statuses();
	test_no_room();
	test_dependencies();
	test_wrong();
	test_wrong_dependencies();
	test_unasked();
	test_dead_while_idle();
	test_all_dead();
	test_silent();
	test_deaf();
	test_long_path();
}
