/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program that has its own stack walked by the kernel's walk, and keeps its mappings and
 * unwind tables as profile does:
 *
 *	walk-driver [-w|-c] BUILDER PROGRAM [ARG...]
 *
 * With -w the walk reads word by word; with -c the pool's first chunk is full before the first
 * table comes, so that mappings and tables are in different ones.  The program finds in its
 * environment WALK_PROG (descriptor of the BPF program, to be run by BPF_PROG_TEST_RUN),
 * WALK_RESULT (descriptor of the mappable struct walked of bpf/oracle.bpf.c) and WALK_SYNC
 * (descriptor of a socket).  When its mappings have changed it writes a byte there, and reads one
 * back when they are known.  A byte 'u' attaches bpf/oracle.bpf.c's uprobe, and ticks on all CPUs,
 * 'r' its uretprobe: each is followed by the offset in the program's file and answered the same
 * way; 'c' is answered with struct counters.  Exits with the program's status.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/oracle.bpf.skel.h"

#include "lib/io.h"
#include "lib/vec.h"

#include "../libexec/profile/unwinder.h"

#define TICK_NS 200000

struct counters {
	uint64_t hits, no_slot, complete, cut, wrong, ticks, returns;
};

struct driver {
	struct oracle_bpf *bpf;
	struct scan scan;
	struct sideband sideband;
	struct unwinder unwinder;
	struct options options;
	pid_t program;
	int sync;
	bool crowded;
	struct bpf_link **links; size_t n_links, cap_links;
};

static void die(const char *what, int r)
{
	fprintf(stderr, "walk-driver: %s: %s\n", what, strerror(r < 0 ? -r : errno));
	exit(99);
}

/* The builder's pipes, as the front end makes them. */
static void start_builder(struct options *o, const char *builder)
{
	int requests[2], replies[2];
	pid_t pid;

	if (pipe(requests) || pipe(replies))
		die("pipe", 0);
	pid = fork();
	if (pid < 0)
		die("fork", 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(requests[0], 0);
		dup2(replies[1], 1);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execl(builder, builder, (char *)NULL);
		_exit(127);
	}
	close(requests[0]);
	close(replies[1]);
	o->builders[0] = (struct builder_pipes){ .in = replies[0], .out = requests[1] };
	o->n_builders = 1;
}

static void open_oracle(struct driver *d, bool read_words)
{
	int r = scan_open(&d->scan, false);

	if (r)
		die("scan", r);
	d->bpf = oracle_bpf__open();
	if (!d->bpf)
		die("open the BPF object", 0);
	d->bpf->rodata->use_tables = true;
	d->bpf->rodata->ns_level = d->scan.ns_level;
	d->bpf->rodata->ns_inum = d->scan.ns_inum;
	d->bpf->rodata->max_user_frames = ABI_USER_FRAMES_MAX;
	d->bpf->rodata->read_words = read_words;
	r = bpf_map__set_max_entries(d->bpf->maps.slots,
				     bpf_map__max_entries(d->bpf->maps.slots) *
				     (uint32_t)libbpf_num_possible_cpus());
	if (!r)
		r = oracle_bpf__load(d->bpf);
	if (r)
		die("load the BPF object", r);
	d->bpf->links.inherit_mappings = bpf_program__attach(d->bpf->progs.inherit_mappings);
	d->bpf->links.drop_mappings = bpf_program__attach(d->bpf->progs.drop_mappings);
	if (!d->bpf->links.inherit_mappings || !d->bpf->links.drop_mappings)
		die("attach", 0);
	d->options.dwarf = true;
	d->options.unwind_memory = (uint64_t)1 << 30;
	d->options.pids.n = 1;   /* not all processes: what is announced has its tables made */
	r = unwinder_open(&d->unwinder, &d->options, d->bpf->obj, &d->sideband, &d->scan);
	if (r)
		die("unwinder", r);
}

static void start_program(struct driver *d, char **argv)
{
	int sync[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync))
		die("socketpair", 0);
	d->sync = sync[0];
	d->program = fork();
	if (d->program < 0)
		die("fork", 0);
	if (!d->program) {
		char text[3][16];

		snprintf(text[0], 16, "%d", dup(bpf_program__fd(d->bpf->progs.walk_self)));
		snprintf(text[1], 16, "%d", dup(bpf_map__fd(d->bpf->maps.result)));
		snprintf(text[2], 16, "%d", dup(sync[1]));
		setenv("WALK_PROG", text[0], 1);
		setenv("WALK_RESULT", text[1], 1);
		setenv("WALK_SYNC", text[2], 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(sync[1]);
}

static void fill_first_chunk(struct pool *pool)
{
	for (uint32_t n = ABI_CHUNK_WORDS / 2; n; n /= 2)
		while (pool_alloc(pool, n) < ABI_CHUNK_WORDS)
			continue;
}

static void learn_mappings(struct driver *d)
{
	struct buf b = BUF_INIT(0);
	const struct abi_mapping *m;
	struct pollfd fds[UNWINDER_FDS];
	const char *path;
	size_t at = 0;
	int r = scan_process_mappings(&d->scan, (uint32_t)d->program, &b);

	/* A process that shares memory with its vfork child is one of two. */
	while (!r && (m = scan_next_mapping(&b, &at, &path)))
		r = unwinder_announce(&d->unwinder, m, path);
	if (!r)
		r = unwinder_announced(&d->unwinder);
	if (r)
		die("mappings", r);
	if (d->crowded)
		fill_first_chunk(&d->unwinder.pool);
	while (tables_are_busy(&d->unwinder.tables)) {
		poll(fds, builders_poll_fds(&d->unwinder.tables.builders, fds), 1000);
		tables_work(&d->unwinder.tables);
	}
	buf_release(&b);
}

static void keep_link(struct driver *d, struct bpf_link *link, const char *what)
{
	if (!link || VEC_PUSH(d->links, d->n_links, d->cap_links, link))
		die(what, 0);
}

static void attach_ticks(struct driver *d)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = TICK_NS,
	};

	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
				      PERF_FLAG_FD_CLOEXEC);

		if (fd >= 0)
			keep_link(d, bpf_program__attach_perf_event(d->bpf->progs.walk_tick, fd),
				  "attach to the ticks");
	}
}

static void attach_probe(struct driver *d, bool at_return)
{
	char path[64];
	uint64_t offset;

	if (read_full(d->sync, &offset, sizeof(offset)) != sizeof(offset))
		die("read", 0);
	snprintf(path, sizeof(path), "/proc/%d/exe", d->program);
	keep_link(d, bpf_program__attach_uprobe(at_return ? d->bpf->progs.on_return :
						d->bpf->progs.walk_here, at_return, -1, path,
						offset), "attach the uprobe");
	if (!at_return)
		attach_ticks(d);
}

static void tell_counters(struct driver *d)
{
	struct counters c = {
		d->bpf->bss->hits, d->bpf->bss->no_slot, d->bpf->bss->complete, d->bpf->bss->cut,
		d->bpf->bss->wrong, d->bpf->bss->ticks, d->bpf->bss->returns,
	};

	if (write_all(d->sync, &c, sizeof(c)))
		die("write", 0);
}

static int serve(struct driver *d)
{
	char byte;
	int status;

	while (read(d->sync, &byte, 1) == 1) {
		learn_mappings(d);
		if (byte == 'c') {
			tell_counters(d);
			continue;
		}
		if (byte == 'u' || byte == 'r')
			attach_probe(d, byte == 'r');
		if (write_all(d->sync, &byte, 1))
			break;
	}
	if (waitpid(d->program, &status, 0) < 0)
		die("waitpid", 0);
	if (WIFSIGNALED(status))
		fprintf(stderr, "walk-driver: killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static void close_all(struct driver *d)
{
	for (size_t i = 0; i < d->n_links; i++)
		bpf_link__destroy(d->links[i]);
	free(d->links);
	unwinder_close(&d->unwinder);
	oracle_bpf__destroy(d->bpf);
	scan_close(&d->scan);
}

int main(int argc, char **argv)
{
	static struct driver d;
	bool read_words = argc > 1 && !strcmp(argv[1], "-w");
	int status;

	d.crowded = argc > 1 && !strcmp(argv[1], "-c");
	argv += 1 + (read_words || d.crowded);
	if (argc - (read_words || d.crowded) < 3)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	start_builder(&d.options, argv[0]);
	open_oracle(&d, read_words);
	start_program(&d, argv + 1);
	status = serve(&d);
	close_all(&d);
	return status;
}
