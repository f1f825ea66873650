// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that the BPF programs and this process share. */
#include "config.h"

#include "pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/vec.h"

#define CHUNK_BYTES ((size_t)ABI_CHUNK_WORDS * 4)
/* Places are multiples of this many words, a cache line; the first ones of all are nowhere. */
#define UNIT ((uint32_t)16)
/* A spare chunk is made when less than this is free in one piece. */
#define SPARE_WORDS ((uint32_t)1 << 18)

struct pool_extent {
	uint32_t start, n;       /* in words; start: in the chunk, or of a retired one its place */
};

struct pool_chunk {
	int fd;
	uint32_t *words;
	struct pool_extent *holes; size_t n_holes, cap_holes;   /* sorted, none touches another */
};

static uint32_t round_up(uint32_t n)
{
	return (n + UNIT - 1) & ~(UNIT - 1);
}

static int adopt_chunk(struct pool *p, int fd, uint32_t first_free)
{
	struct pool_chunk chunk = { .fd = fd };
	struct pool_extent all = { first_free, ABI_CHUNK_WORDS - first_free };

	chunk.words = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (chunk.words == MAP_FAILED)
		return -errno;
	if (VEC_PUSH(chunk.holes, chunk.n_holes, chunk.cap_holes, all) ||
	    VEC_PUSH(p->chunks, p->n, p->cap, chunk)) {
		free(chunk.holes);
		munmap(chunk.words, CHUNK_BYTES);
		return -ENOMEM;
	}
	return 0;
}

static int create_private_chunk(void)
{
	int fd = memfd_create("chunk", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)CHUNK_BYTES)) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

static int first_chunk(struct pool *p)
{
	int fd;

	if (!p->object)
		return create_private_chunk();
	p->outer = bpf_object__find_map_by_name(p->object, "pool");
	p->template = bpf_object__find_map_by_name(p->object, "first_chunk");
	if (!p->outer || !p->template)
		return -ENOENT;
	fd = dup(bpf_map__fd(p->template));
	return fd < 0 ? -errno : fd;
}

int pool_open(struct pool *p, const struct bpf_object *object)
{
	int fd, r;

	*p = (struct pool){ .object = object };
	fd = first_chunk(p);
	if (fd < 0)
		return fd;
	r = adopt_chunk(p, fd, UNIT);
	if (r)
		close(fd);
	return r;
}

/* Linux 6.1 wants the same type information as the template's. */
static int create_chunk(const struct pool *p)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd;

	if (!p->object)
		return create_private_chunk();
	opts.btf_fd = (uint32_t)bpf_object__btf_fd(p->object);
	opts.btf_key_type_id = bpf_map__btf_key_type_id(p->template);
	opts.btf_value_type_id = bpf_map__btf_value_type_id(p->template);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "chunk", sizeof(uint32_t), CHUNK_BYTES, 1, &opts);
	return fd < 0 ? -errno : fd;
}

/* The update of an array of maps returns after a grace period. */
static int put_into_array(const struct pool *p, uint32_t number, int fd)
{
	if (!p->outer)
		return 0;
	return bpf_map_update_elem(bpf_map__fd(p->outer), &number, &fd, BPF_ANY) ? -errno : 0;
}

static int add_chunk(struct pool *p)
{
	uint32_t number = (uint32_t)p->n;
	int fd, r;

	if (p->n == ABI_CHUNKS_MAX)
		return -ENOSPC;
	fd = create_chunk(p);
	if (fd < 0)
		return fd;
	r = put_into_array(p, number, fd);
	if (!r)
		r = adopt_chunk(p, fd, 0);
	if (r)
		close(fd);
	return r;
}

static void remove_extent(struct pool_chunk *c, size_t i)
{
	c->n_holes--;
	memmove(c->holes + i, c->holes + i + 1, (c->n_holes - i) * sizeof(*c->holes));
}

/* The first free extent that is large enough; its start, or ABI_CHUNK_WORDS. */
static uint32_t take_from(struct pool_chunk *c, uint32_t n)
{
	for (size_t i = 0; i < c->n_holes; i++) {
		struct pool_extent *e = &c->holes[i];
		uint32_t start = e->start;

		if (e->n < n)
			continue;
		e->start += n;
		e->n -= n;
		if (!e->n)
			remove_extent(c, i);
		return start;
	}
	return ABI_CHUNK_WORDS;
}

uint32_t pool_alloc(struct pool *p, uint32_t n)
{
	uint32_t start;

	n = round_up(n);
	if (!n || n > ABI_CHUNK_WORDS)
		return 0;
	for (size_t i = 0;; i++) {
		if (i == p->n && add_chunk(p))
			return 0;
		start = take_from(&p->chunks[i], n);
		if (start == ABI_CHUNK_WORDS)
			continue;
		p->used_words += n;
		memset(p->chunks[i].words + start, 0, (size_t)n * 4);
		return (uint32_t)i * ABI_CHUNK_WORDS + start;
	}
}

void *pool_at(const struct pool *p, uint32_t place)
{
	return p->chunks[place / ABI_CHUNK_WORDS].words + place % ABI_CHUNK_WORDS;
}

/* Put an extent back and join it with its neighbours. */
static void give_back(struct pool_chunk *c, uint32_t start, uint32_t n)
{
	struct pool_extent new = { start, n };
	size_t at = VEC_PREFIX(c->n_holes, i, c->holes[i].start < start);

	if (at < c->n_holes && start + n == c->holes[at].start) {
		new.n += c->holes[at].n;
		remove_extent(c, at);
	}
	if (at > 0 && c->holes[at - 1].start + c->holes[at - 1].n == start) {
		c->holes[at - 1].n += new.n;
		return;
	}
	/* Without memory for the note the words stay unused. */
	if (VEC_RESERVE(c->holes, c->cap_holes, c->n_holes + 1))
		return;
	memmove(c->holes + at + 1, c->holes + at, (c->n_holes - at) * sizeof(*c->holes));
	c->holes[at] = new;
	c->n_holes++;
}

void pool_free(struct pool *p, uint32_t place, uint32_t n)
{
	if (!place)
		return;
	n = round_up(n);
	p->used_words -= n;
	give_back(&p->chunks[place / ABI_CHUNK_WORDS], place % ABI_CHUNK_WORDS, n);
}

void pool_retire(struct pool *p, uint32_t place, uint32_t n)
{
	struct pool_extent e = { place, n };

	if (!place || !VEC_PUSH(p->retired, p->n_retired, p->cap_retired, e))
		return;
	/* No memory for the note: wait here. */
	if (!pool_wait_grace(p))
		pool_free(p, place, n);
}

void pool_after_grace(struct pool *p)
{
	for (size_t i = 0; i < p->n_retired; i++)
		pool_free(p, p->retired[i].start, p->retired[i].n);
	p->n_retired = 0;
}

int pool_wait_grace(struct pool *p)
{
	int r = put_into_array(p, 0, p->chunks[0].fd);

	if (!r)
		pool_after_grace(p);
	return r;
}

void pool_keep_spare(struct pool *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t j = 0; j < p->chunks[i].n_holes; j++)
			if (p->chunks[i].holes[j].n >= SPARE_WORDS)
				return;
	/* If it fails, the allocation that needs it will say so. */
	if (add_chunk(p))
		return;
}

uint64_t pool_bytes(const struct pool *p)
{
	return p->n * CHUNK_BYTES;
}

void pool_close(struct pool *p)
{
	for (size_t i = 0; i < p->n; i++) {
		munmap(p->chunks[i].words, CHUNK_BYTES);
		close(p->chunks[i].fd);
		free(p->chunks[i].holes);
	}
	free(p->chunks);
	free(p->retired);
	*p = (struct pool){ 0 };
}
