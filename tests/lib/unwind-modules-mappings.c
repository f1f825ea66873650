/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the processes' mappings, by what the kernel's programs see of them. */
#include "config.h"

#include "unwind-modules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"

#define PAGE UINT64_C(4096)
#define SETS_BYTES (ABI_PROCESS_SETS * sizeof(struct abi_process_set))

static struct pool pool;
static struct tables tables;
static struct mappings m;

static void open_all(void)
{
	open_pool(&pool);
	must(!tables_open(&tables, &pool, NULL, 0, 1 << 20), "open the tables");
	must(!mappings_open(&m, processes_fd(), &pool, &tables, false), "open the mappings");
}

static void close_all(void)
{
	memset(m.sets, 0, SETS_BYTES);
	mappings_close(&m);
	tables_close(&tables);
	pool_close(&pool);
}

static void grace(void)
{
	must(!pool_wait_grace(&pool), "wait for a grace period");
	mappings_sweep(&m);
}

/* ---- events; pages are numbered from address 0 on ---- */

static void map_at(uint32_t id, uint64_t time_ns, uint64_t first, uint64_t n, const char *path)
{
	struct code_mapping c = {
		.start = first * PAGE, .len = n * PAGE, .pgoff = 7 * PAGE,
		.key = { 8, 1, strlen(path), 0 }, .path = path,
	};

	must(!mappings_map(&m, id, time_ns, &c), "map");
}

static void begin(uint32_t id, uint32_t exec_id, uint64_t time_ns)
{
	must(!mappings_begin(&m, id, exec_id, time_ns), "begin");
}

static void publish(void)
{
	must(!mappings_publish(&m), "publish");
}

/* What the kernel's program does when the last thread ends. */
static void end_in_kernel(uint32_t id)
{
	uint64_t *ways = m.sets[id % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if ((uint32_t)ways[i] == id) {
			((struct abi_slice *)pool_at(&pool, (uint32_t)(ways[i] >> 32)))->refs--;
			ways[i] = 0;
		}
}

/* ---- what the programs see ---- */

static uint32_t place_of(uint32_t id)
{
	const uint64_t *ways = m.sets[id % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if ((uint32_t)ways[i] == id)
			return (uint32_t)(ways[i] >> 32);
	return 0;
}

static const struct abi_slice *slice_of(uint32_t id)
{
	static const struct abi_slice none = { 0 };
	uint32_t place = place_of(id);

	return place ? pool_at(&pool, place) : &none;
}

static const struct abi_code *code_of(uint32_t id)
{
	return (const struct abi_code *)(slice_of(id) + 1);
}

static bool is_code(const struct abi_code *c, uint64_t first, uint64_t n, uint64_t mapped_at,
		    const char *path)
{
	struct table_key key = { 8, 1, strlen(path), 0 };
	uint32_t object = *path ? tables_place(&tables, tables_get(&tables, &key, path, 1)) : 0;

	return c->start == first * PAGE && c->pages == n &&
	       c->bias == (mapped_at - 7) * PAGE && c->object == object;
}

/* ---- single rules ---- */

static void test_slice(void)
{
	const uint32_t id = FAKE_IDS + 1;

	open_all();
	begin(id, 5, 100);
	map_at(id, 0, 30, 2, "/c");
	map_at(id, 0, 10, 5, "/a");
	map_at(id, 0, 20, 1, "/b");
	check(!place_of(id), "nothing is to be seen before it is published");
	publish();
	check(slice_of(id)->n == 3 && slice_of(id)->exec_id == 5 && slice_of(id)->refs == 1,
	      "a process has its slice");
	check(is_code(code_of(id), 10, 5, 10, "/a") && is_code(code_of(id) + 1, 20, 1, 20, "/b") &&
	      is_code(code_of(id) + 2, 30, 2, 30, "/c"), "its mappings are in order");
	close_all();
}

static void test_cuts(void)
{
	const uint32_t id = FAKE_IDS + 2;

	open_all();
	begin(id, 0, 1);
	map_at(id, 2, 10, 10, "/a");
	publish();
	map_at(id, 3, 13, 2, "/b");
	publish();
	check(slice_of(id)->n == 3 && is_code(code_of(id), 10, 3, 10, "/a") &&
	      is_code(code_of(id) + 1, 13, 2, 13, "/b") &&
	      is_code(code_of(id) + 2, 15, 5, 10, "/a"), "a mapping in a mapping splits it");
	map_at(id, 4, 8, 3, "/c");
	map_at(id, 4, 18, 5, "/d");
	publish();
	check(slice_of(id)->n == 5 && is_code(code_of(id), 8, 3, 8, "/c") &&
	      is_code(code_of(id) + 1, 11, 2, 10, "/a") &&
	      is_code(code_of(id) + 3, 15, 3, 10, "/a") &&
	      is_code(code_of(id) + 4, 18, 5, 18, "/d"), "its ends are cut");
	map_at(id, 5, 9, 13, "/e");
	publish();
	check(slice_of(id)->n == 3 && is_code(code_of(id), 8, 1, 8, "/c") &&
	      is_code(code_of(id) + 1, 9, 13, 9, "/e") &&
	      is_code(code_of(id) + 2, 22, 1, 18, "/d"), "several are replaced by one");
	close_all();
}

static void test_repetition(void)
{
	const uint32_t id = FAKE_IDS + 3;
	uint32_t before;

	open_all();
	begin(id, 0, 1);
	map_at(id, 2, 10, 10, "/a");
	map_at(id, 2, 30, 10, "/b");
	publish();
	before = place_of(id);
	map_at(id, 3, 30, 10, "/b");
	map_at(id, 4, 10, 10, "/a");
	publish();
	check(place_of(id) == before && m.n_slices == 1, "what is known already changes nothing");
	map_at(id, 5, 10, 10, "/c");
	map_at(id, 6, 10, 10, "/a");
	publish();
	check(is_code(code_of(id), 10, 10, 10, "/a") && slice_of(id)->n == 2,
	      "what came back is there");
	map_at(id, 7, 0, 0, "/d");
	publish();
	check(slice_of(id)->n == 2, "an empty mapping is none");
	close_all();
}

static void test_kinds(void)
{
	static const char *const generated[] = {
		"//anon", "", "/memfd:jit", "[heap]", "[stack]", "/dev/zero", "/SYSV00000000"
	};
	struct code_mapping vdso = { .start = 500 * PAGE, .len = 2 * PAGE, .path = "[vdso]" };
	const uint32_t id = FAKE_IDS + 4;
	uint32_t n_objects = 0, n = sizeof(generated) / sizeof(generated[0]);

	open_all();
	begin(id, 0, 1);
	for (uint32_t i = 0; i < n; i++)
		map_at(id, 2, 10 + 2 * i, 1, generated[i]);
	must(!mappings_map(&m, id, 2, &vdso), "map");
	begin(id + 1, 0, 1);
	vdso.pgoff = vdso.start = 700 * PAGE;
	must(!mappings_map(&m, id + 1, 2, &vdso), "map");
	publish();
	for (uint32_t i = 0; i < n; i++)
		n_objects += code_of(id)[i].object != 0;
	check(slice_of(id)->n == n + 1 && !n_objects, "generated code has no file");
	check(code_of(id)[n].object && code_of(id)[n].object == code_of(id + 1)->object,
	      "the vdso is the same in all processes");
	check(code_of(id)[n].bias == 500 * PAGE && code_of(id + 1)->bias == 700 * PAGE,
	      "and begins where it is mapped, whatever its offset is said to be");
	close_all();
}

static void test_times(void)
{
	const uint32_t id = FAKE_IDS + 5;

	open_all();
	begin(id, 3, 100);
	map_at(id, 0, 10, 1, "/a");
	map_at(id, 50, 20, 1, "/b");
	must(!mappings_exec(&m, id, 60), "exec");
	publish();
	check(slice_of(id)->n == 1 && slice_of(id)->exec_id == 3,
	      "what is older than the listing is in it");
	begin(id + 1, 9, 10);
	must(!mappings_fork(&m, id, id + 1, 70), "fork");
	publish();
	check(slice_of(id)->n == 1 && slice_of(id)->exec_id == 3, "its fork, too");
	map_at(id, 150, 20, 1, "/b");
	publish();
	check(slice_of(id)->n == 2, "what is younger is not");
	close_all();
}

static void test_exec(void)
{
	const uint32_t id = FAKE_IDS + 6;
	uint64_t used;
	uint32_t old;

	open_all();
	begin(id, 0xffffffff, 1);
	map_at(id, 2, 10, 100, "/a");
	publish();
	old = place_of(id);
	must(!mappings_exec(&m, id, 5), "exec");
	publish();
	check(place_of(id) != old && slice_of(id)->n == 0 && slice_of(id)->exec_id == 0,
	      "after exec nothing is mapped, and the program is another");
	map_at(id, 6, 50, 1, "/b");
	publish();
	check(slice_of(id)->n == 1 && is_code(code_of(id), 50, 1, 50, "/b"), "then its own");
	check(((struct abi_slice *)pool_at(&pool, old))->refs == 0 && m.n_slices == 3,
	      "the old slices are nobody's");
	used = pool.used_words;
	grace();
	check(m.n_slices == 3, "they stay for a grace period");
	grace();
	check(m.n_slices == 1, "and are free after another");
	must(!pool_wait_grace(&pool), "wait for a grace period");
	check(pool.used_words < used, "as is their memory after a third");
	close_all();
}

static void test_late_reference(void)
{
	const uint32_t id = FAKE_IDS + 7;
	struct abi_slice *old;

	open_all();
	begin(id, 0, 1);
	map_at(id, 2, 10, 1, "/a");
	publish();
	old = pool_at(&pool, place_of(id));
	map_at(id, 3, 20, 1, "/b");
	publish();
	grace();
	old->refs = 1;
	grace();
	grace();
	check(m.n_slices == 2, "a child that was late to count itself in keeps its slice");
	old->refs = 0;
	grace();
	grace();
	check(m.n_slices == 1, "until it ends");
	close_all();
}

static void test_fork_and_exit(void)
{
	const uint32_t id = FAKE_IDS + 8, child = FAKE_IDS + 9;

	open_all();
	begin(id, 2, 1);
	map_at(id, 2, 10, 1, "/a");
	publish();
	must(!mappings_fork(&m, child, id, 3), "fork");
	publish();
	check(place_of(child) == place_of(id) && slice_of(id)->refs == 2,
	      "a child has what its parent has");
	check(slice_of(child)->exec_id == 2 && slice_of(child)->n == 1, "the same slice");
	map_at(child, 4, 20, 1, "/b");
	publish();
	check(slice_of(id)->n == 1 && slice_of(child)->n == 2, "until it maps something");
	mappings_exit(&m, child, UINT64_MAX);
	check(mappings_knows(&m, child), "a thread's end is not its process's");
	end_in_kernel(child);
	mappings_exit(&m, child, UINT64_MAX);
	check(!mappings_knows(&m, child) && mappings_count_processes(&m) == 1,
	      "the last one's is");
	map_at(id, 5, 30, 1, "/c");
	end_in_kernel(id);
	publish();
	check(!place_of(id), "a process that has ended is not put in again");
	mappings_exit(&m, id, UINT64_MAX);
	grace();
	grace();
	check(m.n_slices == 0 && mappings_count_processes(&m) == 0, "nothing is left");
	close_all();
}

/* The kernel's program passes on to a child what its parent has got at that time. */
static void test_fork_and_publication(void)
{
	const uint32_t id = FAKE_IDS + 30, before = FAKE_IDS + 31, after = FAKE_IDS + 32;

	open_all();
	begin(id, 2, 1);
	map_at(id, 2, 10, 1, "/a");
	publish();
	must(!mappings_fork(&m, before, id, 3), "fork");
	must(!mappings_fork(&m, before + 10, before, 4), "fork");
	must(!mappings_fork(&m, after, id, UINT64_MAX), "fork");
	publish();
	check(slice_of(before)->n == 1 && slice_of(before + 10)->n == 1 && slice_of(id)->refs == 3,
	      "a child of before its parent was put in is put in");
	check(!place_of(after), "one of after it is there already, or has ended");
	close_all();
}

static void test_gone(void)
{
	const uint32_t id = FAKE_IDS + 40;

	open_all();
	begin(id, 2, 1);
	map_at(id, 2, 10, 1, "/a");
	dead = id;
	publish();
	check(!place_of(id), "a process that ended while it was put in is taken out again");
	mappings_exit(&m, id, UINT64_MAX);
	grace();
	grace();
	check(m.n_slices == 0, "with its slice");
	begin(id + 1, 2, 1);
	map_at(id + 1, 2, 10, 1, "/a");
	publish();
	dead = id + 1;
	mappings_exit(&m, id + 1, UINT64_MAX);
	check(mappings_knows(&m, id + 1), "long after that only the programs take it out");
	mappings_exit(&m, id + 1, clock_now_ns());
	check(!place_of(id + 1) && !mappings_knows(&m, id + 1),
	      "one that ended just then is taken out when that is heard of");
	dead = 0;
	close_all();
}

/* ---- many ---- */

static void test_sets(void)
{
	uint32_t n_in = 0;

	open_all();
	for (uint32_t i = 0; i < 6; i++) {
		begin(FAKE_IDS + 11 + i * ABI_PROCESS_SETS, 0, 1);
		map_at(FAKE_IDS + 11 + i * ABI_PROCESS_SETS, 2, 10 + i, 1, "/a");
	}
	publish();
	for (uint32_t i = 0; i < 6; i++)
		n_in += slice_of(FAKE_IDS + 11 + i * ABI_PROCESS_SETS)->n == 1 &&
			code_of(FAKE_IDS + 11 + i * ABI_PROCESS_SETS)->start == (10 + i) * PAGE;
	check(n_in == ABI_PROCESS_WAYS && m.lost_processes == 2,
	      "a full set is counted, and nobody gets another's slice");
	close_all();
}

static void test_many(void)
{
	const uint32_t n = 5000, first = FAKE_IDS + 100;
	uint32_t n_right = 0;
	uint64_t used;

	open_all();
	begin(first, 0, 1);
	map_at(first, 2, 10, 1, "/a");
	publish();
	used = pool.used_words;
	for (uint32_t i = 1; i < n; i++) {
		begin(first + i, i, 1);
		map_at(first + i, 2, 10 + i, 1, "/a");
	}
	publish();
	for (uint32_t i = 1; i < n; i++)
		n_right += slice_of(first + i)->exec_id == i &&
			   is_code(code_of(first + i), 10 + i, 1, 10 + i, "/a");
	check(n_right == n - 1 && !m.lost_processes, "%u processes", n);
	for (uint32_t i = 1; i < n; i++) {
		end_in_kernel(first + i);
		mappings_exit(&m, first + i, UINT64_MAX);
	}
	grace();
	grace();
	must(!pool_wait_grace(&pool), "wait for a grace period");
	check(pool.used_words == used && mappings_count_processes(&m) == 1 && m.index.n == n,
	      "when they have ended, all memory is free");
	begin(first + n, 0, 9);
	check(m.index.n == n, "and used again");
	close_all();
}

/* Each page's last mapping, as overlays make it, against an array of pages. */
static void test_random(void)
{
	enum { PAGES = 200 };
	const uint32_t id = FAKE_IDS + 20000;
	uint64_t mapped_at[PAGES] = { 0 };
	uint32_t n_wrong = 0;

	open_all();
	begin(id, 0, 1);
	for (int turn = 0; turn < 3000; turn++) {
		uint32_t first = 10 + draw(PAGES - 50), n = 1 + draw(turn % 7 ? 4 : 40);

		map_at(id, 2, first, n, "/a");
		for (uint32_t page = first; page < first + n; page++)
			mapped_at[page] = first;
		if (turn % 3)
			continue;
		publish();
		for (uint32_t i = 0; i < slice_of(id)->n; i++) {
			const struct abi_code *c = &code_of(id)[i];
			uint64_t page = c->start / PAGE;

			n_wrong += !c->pages || (i && c->start < c[-1].start + c[-1].pages * PAGE);
			for (uint32_t j = 0; j < c->pages; j++)
				n_wrong += mapped_at[page + j] * PAGE != c->bias + 7 * PAGE;
		}
		if (turn % 90 == 0)
			grace();
	}
	check(!n_wrong, "3,000 mappings over one another: each page is the last one's");
	n_wrong = 0;
	for (uint32_t i = 0; i < slice_of(id)->n; i++)
		n_wrong += code_of(id)[i].pages;
	for (uint32_t page = 0; page < PAGES; page++)
		n_wrong -= mapped_at[page] != 0;
	check(!n_wrong, "and none is lost");
	close_all();
}

/* Every other page; not in order: one upwards, one downwards, in turn.  n is even. */
static void map_many(uint32_t id, uint32_t n, bool in_order)
{
	for (uint32_t i = 0; i < n; i++)
		map_at(id, 0, 10 + 2 * (in_order || i % 2 ? i : n - 2 - i), 1, "");
}

static void test_large(void)
{
	const uint32_t id = FAKE_IDS + 20001, n = 10000;
	uint32_t n_wrong = 0;

	open_all();
	begin(id, 0, 1);
	map_many(id, n, false);
	publish();
	check(slice_of(id)->n == n, "%u mappings, in no order", n);
	for (uint32_t i = 0; i < slice_of(id)->n; i++)
		n_wrong += code_of(id)[i].start != (10 + 2 * i) * PAGE;
	check(!n_wrong, "are in order then");
	begin(id, 0, 3);
	map_many(id, ABI_SLICE_MAX, true);
	publish();
	check(slice_of(id)->n == ABI_SLICE_MAX && !m.lost_processes, "as many as have room");
	map_at(id, 4, 1, 1, "");
	publish();
	check(!slice_of(id)->n && m.lost_processes == 1,
	      "one more, and the process has none, rather than old ones, and is counted");
	begin(id, 0, 5);
	map_at(id, 5, 1, 1, "");
	publish();
	check(slice_of(id)->n == 1, "later it can have them again");
	close_all();
}

void test_mappings(void)
{
	test_slice();
	test_cuts();
	test_repetition();
	test_kinds();
	test_times();
	test_exec();
	test_late_reference();
	test_fork_and_exit();
	test_fork_and_publication();
	test_gone();
	test_sets();
	test_many();
	test_random();
	test_large();
}
