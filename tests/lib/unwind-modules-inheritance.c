/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of what the kernel's programs do at forks and ends of processes. */
#include "config.h"

#include "unwind-modules.h"

#include <signal.h>
#include <time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf/oracle.bpf.skel.h"

#include "lib/clock.h"

static struct pool pool;
static struct tables tables;
static struct mappings m;

static uint32_t place_of(const struct mappings *in, uint32_t id)
{
	const uint64_t *ways = in->sets[id % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if ((uint32_t)ways[i] == id)
			return (uint32_t)(ways[i] >> 32);
	return 0;
}

static uint32_t refs_of(uint32_t place)
{
	return __atomic_load_n(&((struct abi_slice *)pool_at(&pool, place))->refs,
			       __ATOMIC_ACQUIRE);
}

static void announce(uint32_t id, uint64_t page)
{
	struct code_mapping c = { .start = page * 4096, .len = 4096, .path = "" };

	must(!mappings_begin(&m, id, 0, clock_now_ns()) && !mappings_map(&m, id, 0, &c) &&
	     !mappings_publish(&m), "announce");
}

static void test_forks(void)
{
	struct puppet p = puppet_start();
	uint32_t first, second, child, n_wrong = 0;

	announce((uint32_t)p.pid, 10);
	first = place_of(&m, (uint32_t)p.pid);
	check(first / ABI_CHUNK_WORDS == 1 && refs_of(first) == 1, "a slice in the second chunk");
	child = order(&p, 'f');
	check(place_of(&m, child) == first && refs_of(first) == 2,
	      "the kernel passes it on to a child");
	order(&p, 't');
	check(refs_of(first) == 2 && place_of(&m, (uint32_t)p.pid) == first,
	      "a thread that comes and goes changes nothing");
	order(&p, 'k');
	check(!place_of(&m, child) && refs_of(first) == 1, "the end of the child takes it back");
	for (int i = 0; i < 20; i++)
		n_wrong += place_of(&m, order(&p, 'f')) != first;
	check(!n_wrong && refs_of(first) == 21, "21 processes share a slice");
	announce((uint32_t)p.pid, 20);
	second = place_of(&m, (uint32_t)p.pid);
	check(refs_of(first) == 20 && refs_of(second) == 1 && second != first,
	      "until one maps something else");
	check(place_of(&m, order(&p, 'f')) == second && refs_of(second) == 2,
	      "its next child has that");
	puppet_end(&p);
	check(!place_of(&m, (uint32_t)p.pid), "when it has ended, it has none");
}

/* Its children die of its death, but nobody waits for them. */
static void test_end_of_all(void)
{
	for (int i = 0; i < 1000; i++) {
		struct timespec moment = { .tv_nsec = 10000000 };
		uint32_t n = 0;

		for (uint32_t j = 0; j < ABI_PROCESS_SETS * ABI_PROCESS_WAYS; j++)
			n += m.sets[j / ABI_PROCESS_WAYS].ways[j % ABI_PROCESS_WAYS] != 0;
		if (!n)
			break;
		nanosleep(&moment, NULL);
	}
	for (size_t i = 0; i < m.index.n; i++)
		if (mappings_process(&m, i))
			mappings_exit(&m, mappings_process(&m, i), clock_now_ns());
	for (int i = 0; i < 3; i++) {
		must(!pool_wait_grace(&pool), "wait for a grace period");
		mappings_sweep(&m);
	}
	check(!m.n_slices && !mappings_count_processes(&m),
	      "when all have ended, no slice is left");
}

static void test_fork_before(void)
{
	struct puppet p = puppet_start();
	struct code_mapping c = { .start = 4096, .len = 4096, .path = "" };
	uint32_t id = (uint32_t)p.pid, child, late;
	uint64_t forked;

	must(!mappings_begin(&m, id, 0, clock_now_ns()) && !mappings_map(&m, id, 0, &c),
	     "announce");
	child = order(&p, 'f');
	forked = clock_now_ns();
	must(!mappings_publish(&m), "publish");
	late = order(&p, 'f');
	check(!place_of(&m, child) && place_of(&m, late),
	      "who was forked before its parent was put in has nothing");
	must(!mappings_fork(&m, child, id, forked) &&
	     !mappings_fork(&m, late, id, clock_now_ns()) && !mappings_publish(&m), "fork");
	check(place_of(&m, child) == place_of(&m, id) && refs_of(place_of(&m, id)) == 3,
	      "and gets it when that is heard of");
	kill((pid_t)child, SIGKILL);
	puppet_end(&p);
}

/* The kernel's program has seen the end already when the process is put in. */
static void test_zombie(void)
{
	pid_t pid = fork();
	siginfo_t info;

	if (!pid)
		_exit(0);
	must(!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), "wait");
	announce((uint32_t)pid, 10);
	mappings_exit(&m, (uint32_t)pid, clock_now_ns());
	check(!place_of(&m, (uint32_t)pid) && !mappings_knows(&m, (uint32_t)pid),
	      "a process that nobody has waited for yet is not put in for good");
	waitpid(pid, NULL, 0);
}

static void test_full_sets(void)
{
	struct puppet p = puppet_start();
	uint64_t lost = kernel->bss->lost_processes;
	uint32_t place;

	announce((uint32_t)p.pid, 10);
	place = place_of(&m, (uint32_t)p.pid);
	for (uint32_t set = 0; set < ABI_PROCESS_SETS; set++)
		for (uint32_t i = 0; i < ABI_PROCESS_WAYS; i++)
			if (!m.sets[set].ways[i])
				m.sets[set].ways[i] = FAKE_IDS + i;
	check(!place_of(&m, order(&p, 'f')) && kernel->bss->lost_processes == lost + 1 &&
	      refs_of(place) == 1, "a child without room is counted");
	for (uint32_t i = 0; i < ABI_PROCESS_SETS * ABI_PROCESS_WAYS; i++)
		if (m.sets[i / ABI_PROCESS_WAYS].ways[i % ABI_PROCESS_WAYS] < FAKE_IDS + 4)
			m.sets[i / ABI_PROCESS_WAYS].ways[i % ABI_PROCESS_WAYS] = 0;
	puppet_end(&p);
}

void test_inheritance(void)
{
	open_pool(&pool);
	must(!tables_open(&tables, &pool, NULL, 0, 0), "open the tables");
	must(!mappings_open(&m, processes_fd(), &pool, &tables, false), "open the mappings");
	/* So that slices are not in the chunk that the programs were loaded with. */
	must(pool_alloc(&pool, ABI_CHUNK_WORDS - 16), "fill a chunk");
	test_forks();
	test_fork_before();
	test_zombie();
	test_full_sets();
	test_end_of_all();
	mappings_close(&m);
	tables_close(&tables);
	pool_close(&pool);
}
