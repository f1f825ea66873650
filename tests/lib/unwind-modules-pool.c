/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the pool. */
#include "config.h"

#include "unwind-modules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/oracle.bpf.skel.h"

#define UNIT 16
#define BLOCKS 600

static uint32_t chunk_of(uint32_t place)
{
	return place / ABI_CHUNK_WORDS;
}

static void test_places(void)
{
	uint32_t places[100], n_wrong = 0;
	struct pool p;

	open_pool(&p);
	check(!pool_alloc(&p, 0) && !pool_alloc(&p, ABI_CHUNK_WORDS + 1) && !p.used_words,
	      "nothing, and more than a chunk, cannot be had");
	for (uint32_t i = 0; i < 100; i++) {
		places[i] = pool_alloc(&p, 1 + i);
		n_wrong += !places[i] || places[i] % UNIT || chunk_of(places[i]) ||
			   (uintptr_t)pool_at(&p, places[i]) % 64;
		memset(pool_at(&p, places[i]), 0xff, (1 + i) * 4);
	}
	check(!n_wrong, "places are multiples of 64 bytes, and never 0");
	for (uint32_t i = 0; i < 100; i++)
		pool_free(&p, places[i], 1 + i);
	check(!p.used_words, "all is given back");
	places[0] = pool_alloc(&p, ABI_CHUNK_WORDS - UNIT);
	check(places[0] == UNIT, "what was given back is one piece again");
	for (uint32_t i = 0; i < ABI_CHUNK_WORDS - UNIT; i++)
		n_wrong += ((uint32_t *)pool_at(&p, places[0]))[i] != 0;
	check(!n_wrong, "what is given out is zeroed");
	pool_close(&p);
}

static void test_merging(void)
{
	/* Each order in which three neighbours can be given back. */
	static const int orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
	};
	uint32_t n_wrong = 0;
	struct pool p;

	open_pool(&p);
	for (int i = 0; i < 6; i++) {
		uint32_t three[3], end, all;

		for (int j = 0; j < 3; j++)
			three[j] = pool_alloc(&p, 160);
		end = pool_alloc(&p, UNIT);
		for (int j = 0; j < 3; j++)
			pool_free(&p, three[orders[i][j]], 160);
		all = pool_alloc(&p, 480);
		n_wrong += all != three[0] || end != three[0] + 480;
		pool_free(&p, all, 480);
		pool_free(&p, end, UNIT);
	}
	check(!n_wrong && !p.used_words, "neighbours merge, in whichever order they come back");
	pool_close(&p);
}

static void test_retirement(void)
{
	uint32_t a, b;
	struct pool p;

	open_pool(&p);
	a = pool_alloc(&p, 100);
	pool_retire(&p, a, 100);
	b = pool_alloc(&p, 100);
	check(b != a && p.used_words == 224, "what is retired is not given out");
	pool_retire(&p, 0, 100);
	must(!pool_wait_grace(&p), "wait for a grace period");
	check(p.used_words == 112, "nowhere can be retired");
	check(pool_alloc(&p, 100) == a, "it is after a grace period");
	pool_free(&p, b, 100);
	pool_close(&p);
}

/* The kernel's programs find the chunk. */
static bool is_in_array(uint32_t number)
{
	uint32_t id;

	return !kernel || !bpf_map_lookup_elem(bpf_map__fd(kernel->maps.pool), &number, &id);
}

static void test_growth(void)
{
	uint32_t three_quarters = ABI_CHUNK_WORDS / 4 * 3, places[3], whole;
	struct pool p;

	open_pool(&p);
	for (uint32_t i = 0; i < 3; i++)
		places[i] = pool_alloc(&p, three_quarters);
	check(chunk_of(places[0]) == 0 && chunk_of(places[1]) == 1 && chunk_of(places[2]) == 2 &&
	      pool_bytes(&p) == 3 * (uint64_t)ABI_CHUNK_WORDS * 4,
	      "what does not fit into a chunk begins the next");
	whole = pool_alloc(&p, ABI_CHUNK_WORDS);
	check(whole == 3 * ABI_CHUNK_WORDS, "a chunk can be had as a whole");
	check(is_in_array(1) && is_in_array(2) && is_in_array(3) && (!kernel || !is_in_array(4)),
	      "the programs have the new chunks");
	check(chunk_of(pool_alloc(&p, ABI_CHUNK_WORDS / 8)) == 0, "holes are filled first");
	pool_close(&p);
}

static void test_spare(void)
{
	uint64_t before;
	struct pool p;

	open_pool(&p);
	before = pool_bytes(&p);
	pool_keep_spare(&p);
	check(pool_bytes(&p) == before, "no spare chunk while there is room");
	must(pool_alloc(&p, ABI_CHUNK_WORDS - ABI_CHUNK_WORDS / 8), "allocate");
	pool_keep_spare(&p);
	check(pool_bytes(&p) == 2 * before, "a spare chunk is made before it is needed");
	pool_keep_spare(&p);
	check(pool_bytes(&p) == 2 * before, "one is enough");
	pool_close(&p);
}

static void test_exhaustion(void)
{
	struct rlimit before, none;
	uint32_t first;
	struct pool p;

	open_pool(&p);
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ .rlim_cur = 1, .rlim_max = before.rlim_max };
	first = pool_alloc(&p, ABI_CHUNK_WORDS - UNIT);
	setrlimit(RLIMIT_NOFILE, &none);
	check(!pool_alloc(&p, 1), "without another chunk there is no room");
	pool_keep_spare(&p);
	setrlimit(RLIMIT_NOFILE, &before);
	check(p.used_words == ABI_CHUNK_WORDS - UNIT && p.n == 1, "and nothing has changed");
	check(pool_alloc(&p, 1) == ABI_CHUNK_WORDS, "later there is room again");
	pool_free(&p, first, ABI_CHUNK_WORDS - UNIT);
	pool_close(&p);
}

/* ---- many at random, against a plain list ---- */

struct block {
	uint32_t place, n;
};

static bool overlaps(const struct block *blocks, const struct block *b)
{
	for (const struct block *o = blocks; o < blocks + BLOCKS; o++)
		if (o != b && o->n && o->place < b->place + b->n && b->place < o->place + o->n)
			return true;
	return false;
}

static void fill(const struct pool *p, const struct block *b)
{
	uint32_t *words = pool_at(p, b->place);

	for (uint32_t i = 0; i < b->n; i++)
		words[i] = b->place + i;
}

static bool is_filled(const struct pool *p, const struct block *b)
{
	const uint32_t *words = pool_at(p, b->place);

	for (uint32_t i = 0; i < b->n; i++)
		if (words[i] != b->place + i)
			return false;
	return true;
}

static void test_random(void)
{
	static struct block blocks[BLOCKS];
	uint32_t n_wrong = 0, n_full = 0;
	struct pool p;

	open_pool(&p);
	for (int turn = 0; turn < 20000; turn++) {
		struct block *b = &blocks[draw(BLOCKS)];

		if (turn % 200 == 0)
			pool_after_grace(&p);
		if (b->n) {
			n_wrong += !is_filled(&p, b);
			(draw(2) ? pool_free : pool_retire)(&p, b->place, b->n);
			b->n = 0;
			continue;
		}
		b->n = 1 + draw(draw(50) ? 3000 : 200000);
		b->place = pool_alloc(&p, b->n);
		n_full += !b->place;
		n_wrong += b->place % UNIT || overlaps(blocks, b) ||
			   chunk_of(b->place) != chunk_of(b->place + b->n - 1);
		fill(&p, b);
	}
	check(!n_wrong && !n_full, "20,000 at random: none overlaps, none straddles chunks");
	for (struct block *b = blocks; b < blocks + BLOCKS; b++)
		if (b->n)
			pool_retire(&p, b->place, b->n);
	must(!pool_wait_grace(&p), "wait for a grace period");
	check(!p.used_words, "all came back");
	n_wrong = pool_alloc(&p, ABI_CHUNK_WORDS - UNIT) != UNIT;
	for (uint32_t i = 1; i < p.n; i++)
		n_wrong += pool_alloc(&p, ABI_CHUNK_WORDS) != i * ABI_CHUNK_WORDS;
	check(!n_wrong, "and each of %zu chunks is whole again", p.n);
	pool_close(&p);
}

void test_pool(void)
{
	test_places();
	test_merging();
	test_retirement();
	test_growth();
	test_spare();
	test_exhaustion();
	test_random();
}
