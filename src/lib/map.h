/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hash tables for interning: byte strings to dense ids, and 64-bit numbers to 32-bit values.
 *
 * Open addressing with linear probing.  The hash multiplies 64 by 64 bits and folds the product,
 * with secrets from getrandom(2) drawn once per process, so that names and addresses chosen by
 * somebody else cannot be made to collide without knowing them.  It is no message authentication
 * code.  Ids and iteration follow the order of insertion, never the hash, so results are the same
 * from run to run.  Nothing can be removed but everything at once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

#define MAP_NONE UINT32_MAX

/* A 64-bit hash of n bytes, or of one number; the same within a process, different in the next. */
uint64_t map_hash(const void *bytes, size_t n);
uint64_t map_hash_u64(uint64_t key);

/* ---- byte strings to ids 0, 1, 2, … in the order of insertion ---- */

struct map_key {
	const char *bytes;       /* a copy owned by the map, with a NUL after it; does not move */
	uint32_t len;
};

struct map_slot;
struct map_chunk;

/* Zero-initialise before the first use. */
struct map {
	struct map_key *keys;    /* by id; to be read only */
	size_t n;                /* number of keys */
	size_t cap;
	struct map_slot *slots;
	size_t n_slots;          /* a power of two, or 0 */
	struct map_chunk *chunks;
};

/*
 * The id of the key of len bytes, which is added when absent; *added (may be NULL) tells.
 * To map to something else, keep an array indexed by id.  MAP_NONE: memory is out, or the key is
 * of 4 GiB or more, or there are 2^31 keys.
 */
uint32_t map_intern(struct map *m, const void *key, size_t len, bool *added);

/* The key's id, or MAP_NONE. */
uint32_t map_find(const struct map *m, const void *key, size_t len);

/* Forget all keys and keep the memory of the table / free everything; m is then empty. */
void map_clear(struct map *m);
void map_release(struct map *m);

/* ---- 64-bit numbers to 32-bit values ---- */

struct u64_slot;

/* Zero-initialise before the first use. */
struct u64_map {
	struct u64_slot *slots;
	size_t n_slots;          /* a power of two, or 0 */
	size_t n;                /* number of keys */
};

/*
 * The place of the key's value, valid until the next call; absent keys are added with MAP_NONE.
 * NULL: memory is out.
 */
uint32_t *u64_map_put(struct u64_map *m, uint64_t key) MUST_CHECK;

/* The key's value, or MAP_NONE. */
uint32_t u64_map_get(const struct u64_map *m, uint64_t key);

/* Forget the key, if it is there. */
void u64_map_remove(struct u64_map *m, uint64_t key);

void u64_map_clear(struct u64_map *m);
void u64_map_release(struct u64_map *m);
