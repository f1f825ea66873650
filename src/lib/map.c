/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hash tables for interning: byte strings to dense ids, and 64-bit numbers to 32-bit values. */
#include "config.h"

#include "lib/map.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "lib/vec.h"

#define FIRST_SLOTS 64
#define SLOTS_MAX ((size_t)1 << 32)
#define KEYS_MAX ((size_t)1 << 31)
#define FIRST_CHUNK ((size_t)4096)
#define LARGEST_CHUNK ((size_t)1 << 20)

__extension__ typedef unsigned __int128 uint128;

/* id is one more than the key's, so that a zeroed slot is an empty one. */
struct map_slot {
	uint32_t hash;
	uint32_t id;
};

/* value and used share eight bytes, so that a slot is 16 bytes. */
struct u64_slot {
	uint64_t key;
	uint32_t value;
	uint32_t used;
};

struct map_chunk {
	struct map_chunk *next;
	size_t used, size;
	char bytes[];
};

/* ---- hash ---- */

static struct {
	uint64_t start, left, right;
	bool drawn;
} secret;

/* Without getrandom (a seccomp filter, an early boot) the clock and the stack's place must do. */
static void draw_secret(void)
{
	uint64_t words[3] = { 0 };
	struct timespec now;

	if (getrandom(words, sizeof(words), GRND_NONBLOCK) != (ssize_t)sizeof(words)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		words[0] = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15);
		words[1] = (uintptr_t)&now * UINT64_C(0xd6e8feb86659fd93);
		words[2] = (uint64_t)getpid() ^ ~words[0];
	}
	secret.start = words[0];
	secret.left = words[1];
	secret.right = words[2];
	secret.drawn = true;
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
	uint128 product = (uint128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The last 0 to 16 bytes, as two words that overlap when there are fewer. */
static inline void load_tail(const uint8_t *p, size_t n, uint64_t *a, uint64_t *b)
{
	*a = *b = 0;
	if (n >= 8) {
		*a = load64(p);
		*b = load64(p + n - 8);
	} else if (n >= 4) {
		*a = load32(p);
		*b = load32(p + n - 4);
	} else if (n) {
		*a = (uint64_t)p[0] << 16 | (uint64_t)p[n / 2] << 8 | p[n - 1];
	}
}

uint64_t map_hash(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t left = n;
	uint64_t h, a, b;

	if (!secret.drawn)
		draw_secret();
	h = secret.start ^ n;
	for (; left > 16; p += 16, left -= 16)
		h = fold(load64(p) ^ secret.left ^ h, load64(p + 8) ^ secret.right);
	load_tail(p, left, &a, &b);
	h = fold(a ^ secret.left ^ h, b ^ secret.right);
	return fold(h ^ secret.right, secret.left | 1);
}

uint64_t map_hash_u64(uint64_t key)
{
	if (!secret.drawn)
		draw_secret();
	return fold(fold(key ^ secret.start, secret.left | 1) ^ key, secret.right | 1);
}

/* Twice as many slots, or the first ones; 0 when that is too many. */
static size_t next_size(size_t n_slots)
{
	if (n_slots >= SLOTS_MAX)
		return 0;
	return n_slots ? n_slots * 2 : FIRST_SLOTS;
}

static bool is_crowded(size_t n, size_t n_slots)
{
	return n >= n_slots - n_slots / 4;
}

/* ---- byte strings ---- */

static void place(struct map_slot *slots, size_t n_slots, struct map_slot slot)
{
	size_t mask = n_slots - 1, i = slot.hash & mask;

	while (slots[i].id)
		i = (i + 1) & mask;
	slots[i] = slot;
}

static int grow_slots(struct map *m)
{
	size_t size = next_size(m->n_slots);
	struct map_slot *slots = size ? calloc(size, sizeof(*slots)) : NULL;

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slots[i].id)
			place(slots, size, m->slots[i]);
	free(m->slots);
	m->slots = slots;
	m->n_slots = size;
	return 0;
}

/* key may be NULL when len is 0, which memcmp() does not allow. */
static inline bool same_bytes(const void *a, const void *b, size_t len)
{
	return !len || !memcmp(a, b, len);
}

static uint32_t find_hashed(const struct map *m, const void *key, size_t len, uint32_t hash)
{
	size_t mask = m->n_slots - 1;

	for (size_t i = hash & mask; m->slots[i].id; i = (i + 1) & mask) {
		const struct map_key *k = &m->keys[m->slots[i].id - 1];

		if (m->slots[i].hash == hash && k->len == len && same_bytes(k->bytes, key, len))
			return m->slots[i].id - 1;
	}
	return MAP_NONE;
}

static struct map_chunk *chunk_new(struct map *m, size_t need)
{
	size_t size = m->chunks ? m->chunks->size * 2 : FIRST_CHUNK;
	struct map_chunk *c;

	if (size > LARGEST_CHUNK)
		size = LARGEST_CHUNK;
	if (size < need)
		size = need;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	*c = (struct map_chunk){ .next = m->chunks, .size = size };
	m->chunks = c;
	return c;
}

static const char *copy_key(struct map *m, const void *key, size_t len)
{
	struct map_chunk *c = m->chunks;
	char *copy;

	if (!c || c->size - c->used < len + 1)
		c = chunk_new(m, len + 1);
	if (!c)
		return NULL;
	copy = c->bytes + c->used;
	if (len)
		memcpy(copy, key, len);
	copy[len] = '\0';
	c->used += len + 1;
	return copy;
}

static uint32_t add_key(struct map *m, const void *key, size_t len, uint32_t hash)
{
	const char *copy;

	if (m->n >= KEYS_MAX || VEC_RESERVE(m->keys, m->cap, m->n + 1))
		return MAP_NONE;
	copy = copy_key(m, key, len);
	if (!copy)
		return MAP_NONE;
	m->keys[m->n] = (struct map_key){ .bytes = copy, .len = (uint32_t)len };
	place(m->slots, m->n_slots, (struct map_slot){ .hash = hash, .id = (uint32_t)m->n + 1 });
	return (uint32_t)m->n++;
}

uint32_t map_intern(struct map *m, const void *key, size_t len, bool *added)
{
	uint32_t hash = (uint32_t)map_hash(key, len), id;

	if (added)
		*added = false;
	if (len >= UINT32_MAX || (is_crowded(m->n, m->n_slots) && grow_slots(m)))
		return MAP_NONE;
	id = find_hashed(m, key, len, hash);
	if (id != MAP_NONE)
		return id;
	id = add_key(m, key, len, hash);
	if (added)
		*added = id != MAP_NONE;
	return id;
}

uint32_t map_find(const struct map *m, const void *key, size_t len)
{
	if (!m->n || len >= UINT32_MAX)
		return MAP_NONE;
	return find_hashed(m, key, len, (uint32_t)map_hash(key, len));
}

static void free_chunks(struct map_chunk *c)
{
	struct map_chunk *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
}

void map_clear(struct map *m)
{
	if (m->chunks) {
		free_chunks(m->chunks->next);
		m->chunks->next = NULL;
		m->chunks->used = 0;
	}
	if (m->n)
		memset(m->slots, 0, m->n_slots * sizeof(*m->slots));
	m->n = 0;
}

void map_release(struct map *m)
{
	free_chunks(m->chunks);
	free(m->slots);
	free(m->keys);
	*m = (struct map){ 0 };
}

/* ---- 64-bit numbers ---- */

static struct u64_slot *u64_slot(struct u64_slot *slots, size_t n_slots, uint64_t key)
{
	size_t mask = n_slots - 1, i = map_hash_u64(key) & mask;

	while (slots[i].used && slots[i].key != key)
		i = (i + 1) & mask;
	return &slots[i];
}

static int grow_u64(struct u64_map *m)
{
	size_t size = next_size(m->n_slots);
	struct u64_slot *slots = size ? calloc(size, sizeof(*slots)) : NULL;

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slots[i].used)
			*u64_slot(slots, size, m->slots[i].key) = m->slots[i];
	free(m->slots);
	m->slots = slots;
	m->n_slots = size;
	return 0;
}

uint32_t *u64_map_put(struct u64_map *m, uint64_t key)
{
	struct u64_slot *slot;

	if (is_crowded(m->n, m->n_slots) && grow_u64(m))
		return NULL;
	slot = u64_slot(m->slots, m->n_slots, key);
	if (!slot->used) {
		*slot = (struct u64_slot){ .key = key, .value = MAP_NONE, .used = 1 };
		m->n++;
	}
	return &slot->value;
}

uint32_t u64_map_get(const struct u64_map *m, uint64_t key)
{
	const struct u64_slot *slot;

	if (!m->n)
		return MAP_NONE;
	slot = u64_slot(m->slots, m->n_slots, key);
	return slot->used ? slot->value : MAP_NONE;
}

/* What was pushed aside by a slot that becomes free moves up, or it would not be found. */
void u64_map_remove(struct u64_map *m, uint64_t key)
{
	size_t mask = m->n_slots - 1, hole, i;

	if (!m->n || !u64_slot(m->slots, m->n_slots, key)->used)
		return;
	hole = i = (size_t)(u64_slot(m->slots, m->n_slots, key) - m->slots);
	for (;;) {
		i = (i + 1) & mask;
		if (!m->slots[i].used)
			break;
		if (((i - map_hash_u64(m->slots[i].key)) & mask) >= ((i - hole) & mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole].used = 0;
	m->n--;
}

void u64_map_clear(struct u64_map *m)
{
	if (m->n)
		memset(m->slots, 0, m->n_slots * sizeof(*m->slots));
	m->n = 0;
}

void u64_map_release(struct u64_map *m)
{
	free(m->slots);
	*m = (struct u64_map){ 0 };
}
