/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that the BPF programs and this process share: chunks of 4 MiB, allocated by the word.
 *
 * A place is a number that both sides understand (bpf/abi.h).  What the programs may still be
 * reading is not given out again before a grace period has passed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/compiler.h"

struct bpf_map;
struct bpf_object;
struct pool_chunk;
struct pool_extent;

struct pool {
	const struct bpf_object *object;
	const struct bpf_map *outer, *template;
	struct pool_chunk *chunks; size_t n, cap;
	struct pool_extent *retired; size_t n_retired, cap_retired;
	uint64_t used_words;     /* given out, retired ones included */
};

/*
 * Take over the object's array of chunks (named "pool") and its first chunk; the object stays the
 * caller's and must outlive the pool.  Without an object (NULL) the chunks are memory of this
 * process alone, for tests.  0 or a negative errno.
 */
int pool_open(struct pool *p, const struct bpf_object *object) MUST_CHECK;

/* Room for n words, zeroed, at a multiple of 64 bytes; 0 when there is none. */
uint32_t pool_alloc(struct pool *p, uint32_t n) MUST_CHECK;

/* Where this process sees the place. */
void *pool_at(const struct pool *p, uint32_t place);

/* Give back what no program has ever seen. */
void pool_free(struct pool *p, uint32_t place, uint32_t n);

/* Give back what programs may be using, after the next grace period. */
void pool_retire(struct pool *p, uint32_t place, uint32_t n);

/* A grace period has passed since the last pool_retire(). */
void pool_after_grace(struct pool *p);

/* Wait for a grace period; takes some milliseconds.  0 or a negative errno. */
int pool_wait_grace(struct pool *p) MUST_CHECK;

/* Have a chunk ready before it is needed, since adding one takes milliseconds. */
void pool_keep_spare(struct pool *p);

/* Memory of all chunks, in bytes. */
uint64_t pool_bytes(const struct pool *p);

void pool_close(struct pool *p);
