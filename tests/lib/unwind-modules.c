/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the modules of profile that keep mappings and unwind tables for the kernel's walk:
 *
 *	unwind-modules [-m] [GROUP...]
 *
 * With -m they run in memory of this process, without a kernel's programs, and the groups that are
 * about these are left out.  Writes TAP.
 */
#include "config.h"

#include "unwind-modules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/oracle.bpf.skel.h"

#include "lib/io.h"

#include "../libexec/profile/scan.h"

struct oracle_bpf *kernel;
uint32_t dead;
uint64_t clock_ahead_ns;

static int n_checks, memory_fd = -1;

bool check(bool held, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%sok %d - ", held ? "" : "not ", ++n_checks);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	va_end(args);
	return held;
}

void diag(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

void must(bool held, const char *what)
{
	if (held)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

uint32_t draw(uint32_t below)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % below);
}

/* ---- what the modules ask of the system ---- */

int pidfd_open(pid_t pid, unsigned int flags)
{
	if (pid < FAKE_IDS)
		return (int)syscall(SYS_pidfd_open, pid, flags);
	errno = ESRCH;
	if ((uint32_t)pid == dead)
		return -1;
	/* A timer that never expires. */
	return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int r = (int)syscall(SYS_clock_gettime, id, t);

	if (id == CLOCK_MONOTONIC) {
		uint64_t ns = (uint64_t)t->tv_nsec + clock_ahead_ns;

		t->tv_sec += (time_t)(ns / 1000000000);
		t->tv_nsec = (long)(ns % 1000000000);
	}
	return r;
}

/* ---- the kernel's side ---- */

static void load_kernel(void)
{
	struct scan scan;

	must(!scan_open(&scan, false), "load the iterators");
	kernel = oracle_bpf__open();
	must(kernel, "open the BPF object");
	kernel->rodata->ns_level = scan.ns_level;
	kernel->rodata->ns_inum = scan.ns_inum;
	kernel->rodata->use_tables = true;
	kernel->rodata->max_user_frames = ABI_USER_FRAMES_MAX;
	must(!bpf_map__set_max_entries(kernel->maps.slots,
				       bpf_map__max_entries(kernel->maps.slots) *
				       (uint32_t)libbpf_num_possible_cpus()), "size the slots");
	must(!oracle_bpf__load(kernel), "load the BPF object");
	kernel->links.inherit_mappings = bpf_program__attach(kernel->progs.inherit_mappings);
	kernel->links.drop_mappings = bpf_program__attach(kernel->progs.drop_mappings);
	must(kernel->links.inherit_mappings && kernel->links.drop_mappings, "attach");
	scan_close(&scan);
}

const struct bpf_object *kernel_object(void)
{
	return kernel ? kernel->obj : NULL;
}

void open_pool(struct pool *p)
{
	must(!pool_open(p, kernel_object()), "open the pool");
}

int processes_fd(void)
{
	if (kernel)
		return bpf_map__fd(kernel->maps.processes);
	if (memory_fd >= 0)
		close(memory_fd);
	memory_fd = memfd_create("processes", MFD_CLOEXEC);
	must(memory_fd >= 0 && !ftruncate(memory_fd, ABI_PROCESS_SETS *
					  sizeof(struct abi_process_set)), "make memory");
	return memory_fd;
}

/* ---- the other end of a builder's pipes ---- */

struct fake fake_open(struct builder_pipes *p)
{
	int requests[2], replies[2];

	must(!pipe2(requests, O_CLOEXEC) && !pipe2(replies, O_CLOEXEC), "pipe");
	fcntl(requests[0], F_SETFL, O_NONBLOCK);
	p->in = replies[0];
	p->out = requests[1];
	return (struct fake){ requests[0], replies[1] };
}

void fake_say(const struct fake *f, const void *bytes, size_t n)
{
	must(!write_all(f->replies, bytes, n), "write an answer");
}

bool fake_hear(const struct fake *f, struct unwind_request *r, char *path)
{
	if (read(f->requests, r, sizeof(*r)) != sizeof(*r))
		return false;
	must(r->magic == UNWIND_PIPE_MAGIC && r->path_len <= UNWIND_PATH_MAX, "read a request");
	must(read(f->requests, path, r->path_len) == (ssize_t)r->path_len, "read a path");
	path[r->path_len] = 0;
	return true;
}

void fake_close(struct fake *f)
{
	close(f->requests);
	close(f->replies);
	f->requests = f->replies = -1;
}

struct unwind_reply reply_head(uint32_t id, uint32_t kind)
{
	return (struct unwind_reply){ .magic = UNWIND_PIPE_MAGIC, .kind = kind, .id = id };
}

struct unwind_part part_head(uint32_t words)
{
	uint32_t head = sizeof(struct unwind_part) / 4;

	return (struct unwind_part){
		.n_buckets = 1, .n_rows = 1, .buckets = head + 2, .rows = head + 4,
		.exotics = words, .rbxs = words, .words = words,
	};
}

void put_answer(struct buf *b, uint32_t id, uint32_t n_parts, uint32_t words)
{
	struct unwind_reply r = reply_head(id, UNWIND_REQUEST_TABLE);
	struct unwind_segment s = { .vaddr = 0, .memsz = n_parts * 256, .filesz = n_parts * 256 };
	struct unwind_part p = part_head(words);

	r.stamp = ANSWER_STAMP;
	r.n_segments = 1;
	r.n_parts = n_parts;
	r.n_rows = n_parts;
	r.bytes = (uint64_t)n_parts * words * 4;
	buf_put(b, &r, sizeof(r));
	buf_put(b, &s, sizeof(s));
	for (uint32_t i = 0; i < n_parts; i++) {
		p.first_bucket = i;
		buf_put(b, &p, sizeof(p));
		for (uint32_t word = sizeof(p) / 4; word < words; word++)
			buf_put(b, &(uint32_t){ i << 24 | word }, 4);
	}
}

/* ---- */

static const struct group {
	const char *name;
	void (*run)(void);
	bool needs_kernel;
} groups[] = {
	{ "pool", test_pool, false },
	{ "mappings", test_mappings, false },
	{ "builders", test_builders, false },
	{ "tables", test_tables, false },
	{ "inheritance", test_inheritance, true },
	{ "sideband", test_sideband, true },
	{ "unwinder", test_unwinder, true },
};

static bool is_chosen(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool in_memory = argc > 1 && !strcmp(argv[1], "-m");

	signal(SIGPIPE, SIG_IGN);
	if (!in_memory)
		load_kernel();
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!is_chosen(groups[i].name, argv + 1 + in_memory) ||
		    (in_memory && groups[i].needs_kernel))
			continue;
		diag("%s", groups[i].name);
		groups[i].run();
	}
	printf("1..%d\n", n_checks);
	if (kernel)
		oracle_bpf__destroy(kernel);
	if (memory_fd >= 0)
		close(memory_fd);
	return 0;
}
