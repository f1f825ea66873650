/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the side band, and of what is made of it, with processes of all kinds on two CPUs. */
#include "config.h"

#include "unwind-modules.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"

#include "../libexec/profile/unwinder.h"

/* Longer than SIDEBAND_DELAY_NS, for virtual machines: another's turn may come in between. */
#define LATER_NS 50000000
#define WORKERS 2
#define MAPPINGS 300
#define FORK_EVERY 10

static struct sideband sideband;

static void open_sideband(void)
{
	uint32_t cpus[1024], n = 0, online = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	struct sideband_config config = { .prompt = true, .try_perf = true, .cpus = cpus };

	for (; n < online && n < 1024; n++)
		cpus[n] = n;
	config.n_cpus = n;
	must(!sideband_open(&sideband, &config), "open the side band");
}

/* ---- order ---- */

/* Mappings that can be told by their offset, and children that come and go. */
static void work(uint32_t worker)
{
	cpu_set_t one;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	CPU_ZERO(&one);
	CPU_SET(worker % (uint32_t)sysconf(_SC_NPROCESSORS_ONLN), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (uint32_t i = 0; i < MAPPINGS; i++) {
		off_t offset = (off_t)(1 + worker * MAPPINGS + i) * 4096;
		void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, offset);
		pid_t child = i % FORK_EVERY ? 0 : fork();

		munmap(at, 4096);
		if (!child && i % FORK_EVERY == 0) {
			CPU_CLR(worker, &one);
			CPU_SET((worker + 1) % (uint32_t)sysconf(_SC_NPROCESSORS_ONLN), &one);
			sched_setaffinity(0, sizeof(one), &one);
			_exit(0);
		}
		if (child > 0)
			waitpid(child, NULL, 0);
	}
	_exit(0);
}

struct record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t start, len, pgoff;
};

static struct seen {
	uint32_t workers[WORKERS];
	uint32_t watched[WORKERS * MAPPINGS], drained[WORKERS * MAPPINGS];
	uint32_t forks, exits;
	uint64_t last_ns;
	uint32_t unordered, unwatched, unforked, lost;
	uint32_t forked[WORKERS * MAPPINGS];
} seen;

static bool is_worker(uint32_t pid)
{
	return pid == seen.workers[0] || pid == seen.workers[1];
}

/* The number of the mapping that the record is of, or UINT32_MAX. */
static uint32_t number_of(const struct record *r)
{
	uint64_t page = r->header.type == PERF_RECORD_MMAP2 ? r->pgoff / 4096 : 0;

	return page && page <= WORKERS * MAPPINGS && is_worker(r->pid) ? (uint32_t)page - 1 :
									  UINT32_MAX;
}

static bool was_forked(uint32_t pid)
{
	for (uint32_t i = 0; i < seen.forks && i < WORKERS * MAPPINGS; i++)
		if (seen.forked[i] == pid)
			return true;
	return false;
}

/* The pid and the parent's pid are where others have pid and tid. */
static int watch(void *ctx, const void *bytes, size_t n, uint64_t time_ns)
{
	const struct record *r = bytes;
	uint32_t number = number_of(r);

	must(ctx == &seen && n >= r->header.size && r->header.size == n, "get whole records");
	seen.unordered += time_ns < seen.last_ns;
	seen.last_ns = time_ns;
	seen.lost += r->header.type == PERF_RECORD_LOST;
	if (number != UINT32_MAX)
		seen.watched[number]++;
	if (r->header.type == PERF_RECORD_FORK && is_worker(r->tid) && !is_worker(r->pid) &&
	    seen.forks < WORKERS * MAPPINGS)
		seen.forked[seen.forks++] = r->pid;
	if (r->header.type == PERF_RECORD_EXIT && is_worker(r->tid) && !is_worker(r->pid)) {
		seen.exits++;
		seen.unforked += !was_forked(r->pid);
	}
	return 0;
}

static int drain(void *ctx, const void *bytes, size_t n)
{
	uint32_t number = number_of(bytes);

	must(ctx == &seen && n, "get records");
	if (number == UINT32_MAX)
		return 0;
	seen.drained[number]++;
	seen.unwatched += !seen.watched[number];
	return 0;
}

static void take_all(uint64_t until_ns, bool drains)
{
	must(!sideband_watch(&sideband, until_ns, watch, &seen), "watch");
	if (!drains)
		return;
	sideband_snapshot(&sideband);
	must(!sideband_drain(&sideband, drain, &seen), "drain");
}

static void await_workers(void)
{
	struct timespec moment = { .tv_nsec = 1000000 };
	uint32_t left = WORKERS;

	for (uint32_t turn = 0; left; turn++) {
		while (left && waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		take_all(clock_now_ns() - LATER_NS, turn % 7 == 0);
		nanosleep(&moment, NULL);
	}
	moment.tv_nsec = 2 * LATER_NS;
	nanosleep(&moment, NULL);
	take_all(clock_now_ns() - LATER_NS, true);
}

void test_sideband(void)
{
	uint32_t twice = 0, missing = 0, drained_otherwise = 0;

	open_sideband();
	for (uint32_t i = 0; i < WORKERS; i++) {
		pid_t pid = fork();

		if (!pid)
			work(i);
		seen.workers[i] = (uint32_t)pid;
	}
	await_workers();
	for (uint32_t i = 0; i < WORKERS * MAPPINGS; i++) {
		twice += seen.watched[i] > 1;
		missing += !seen.watched[i];
		drained_otherwise += seen.drained[i] != seen.watched[i];
	}
	check(!seen.unordered, "records of all CPUs come in order of time");
	check(!twice && (!missing || seen.lost), "each once");
	check(seen.forks == WORKERS * MAPPINGS / FORK_EVERY || seen.lost, "all forks, too");
	check(seen.exits && (!seen.unforked || seen.lost), "and before the ends of the processes");
	check(!seen.unwatched && !drained_otherwise,
	      "nothing is drained before it was watched, and everything after");
	if (seen.lost)
		diag("the kernel lost records");
	sideband_close(&sideband);
}

/* ---- what is known of real processes ---- */

static struct unwinder unwinder;
static struct scan scan;
static struct rescans rescans;

static uint32_t slice_at(uint32_t id)
{
	const uint64_t *ways = unwinder.mappings.sets[id % ABI_PROCESS_SETS].ways;

	for (int i = 0; i < ABI_PROCESS_WAYS; i++)
		if ((uint32_t)ways[i] == id)
			return (uint32_t)(ways[i] >> 32);
	return 0;
}

static bool has_code(uint32_t id, uint64_t start, uint64_t end)
{
	uint32_t place = slice_at(id);
	const struct abi_slice *s = place ? pool_at(&unwinder.pool, place) : NULL;
	const struct abi_code *c = s ? (const struct abi_code *)(s + 1) : NULL;

	for (uint32_t i = 0; s && i < s->n; i++)
		if (c[i].start <= start && c[i].start + c[i].pages * UINT64_C(4096) >= end)
			return true;
	return false;
}

/* Is all that /proc says of the process known? */
static bool is_known(uint32_t id)
{
	char path[64], line[4400], prot[8], name[4096];
	uint64_t start, end;
	uint32_t n = 0, missing = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/maps", id);
	f = fopen(path, "re");
	must(f, path);
	while (fgets(line, sizeof(line), f)) {
		*name = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*s %*s %*s %4095s", &start, &end,
			   prot, name) < 3 || prot[2] != 'x' || !strcmp(name, "[vsyscall]"))
			continue;
		n++;
		missing += !has_code(id, start, end);
	}
	fclose(f);
	if (missing)
		diag("%" PRIu32 " of %" PRIu32 " mappings are missing", missing, n);
	return n && !missing;
}

static int take_found(void *ctx, const struct abi_mapping *m, const char *path)
{
	(void)ctx;
	return unwinder_announce(&unwinder, m, path);
}

static int take_ended(void *ctx, uint32_t tgid, uint64_t began_ns)
{
	(void)ctx;
	(void)tgid;
	(void)began_ns;
	unwinder_announced(&unwinder);
	return 0;
}

static void catch_up(void)
{
	struct timespec moment = { .tv_nsec = 2 * LATER_NS };

	nanosleep(&moment, NULL);
	must(!unwinder_work(&unwinder, clock_now_ns() - LATER_NS), "work");
}

static void list(uint32_t id)
{
	struct buf b = BUF_INIT(0);
	const struct abi_mapping *mapping;
	const char *path;
	size_t at = 0;

	must(!scan_process_mappings(&scan, id, &b), "list mappings");
	while ((mapping = scan_next_mapping(&b, &at, &path)))
		must(!unwinder_announce(&unwinder, mapping, path), "announce");
	unwinder_announced(&unwinder);
	must(!unwinder_publish(&unwinder), "publish");
	buf_release(&b);
}

static void test_life(void)
{
	struct puppet p = puppet_start();
	uint32_t id = (uint32_t)p.pid, child;

	list(id);
	check(is_known(id), "a process that is listed is known");
	order(&p, 'm');
	catch_up();
	check(is_known(id), "what it maps then, too");
	order(&p, 'p');
	catch_up();
	check(is_known(id), "and what it makes executable");
	child = order(&p, 'f');
	check(is_known(child), "its child is known at once");
	catch_up();
	check(is_known(child) && slice_at(child) == slice_at(id), "and shares its slice");
	order(&p, 'k');
	catch_up();
	check(!slice_at(child) && !mappings_knows(&unwinder.mappings, child),
	      "until its end");
	must(write(p.orders, "x", 1) == 1, "write");
	must(write(p.orders, "12345678", 8) == 8 && order(&p, 0) == 0x34333231, "run cat");
	catch_up();
	check(is_known(id), "the program that it executes is known");
	puppet_end(&p);
	catch_up();
	check(!slice_at(id) && !mappings_count_processes(&unwinder.mappings), "until its end");
}

/* Does a process that a walk has missed have to wait until it is listed again? */
static bool waits_after_miss(uint32_t id)
{
	uint64_t now = clock_now_ns(), due;

	must(!unwinder_missed(&unwinder, id) && rescans.n == 1, "miss");
	due = rescans.list[0].due_ns;
	/* As if that had been done then. */
	rescans.n = 0;
	clock_ahead_ns += due > now ? due - now : 0;
	return due > now + 50000000;
}

static void test_misses(uint64_t days, uint32_t id)
{
	clock_ahead_ns = days * 86400 * 1000000000;
	unwinder.all = true;
	check(!waits_after_miss(id) && waits_after_miss(id) && waits_after_miss(id),
	      "%" PRIu64 " days after the start misses have limits", days);
	clock_ahead_ns = 0;
}

static void test_foreign(void)
{
	must(!unwinder_missed(&unwinder, 0), "miss");
	check(!rescans.n, "a process of another pid namespace cannot be listed");
}

void test_unwinder(void)
{
	struct options o = { .dwarf = true, .unwind_memory = 1 << 20, .pids.n = 1 };

	open_sideband();
	must(!scan_open(&scan, false), "load the iterators");
	rescans_init(&rescans, &scan, &(struct rescans_reader){ take_found, take_ended, NULL });
	must(!unwinder_open(&unwinder, &o, kernel_object(), &sideband, &rescans), "open");
	test_life();
	test_misses(0, 1);
	test_misses(100, 2);
	test_foreign();
	unwinder_close(&unwinder);
	rescans_release(&rescans);
	scan_close(&scan);
	sideband_close(&sideband);
}
