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

#include "lib/io.h"
#include "lib/vec.h"
#include "oracle.h"

#define TICK_NS 200000

struct counters {
	uint64_t hits, no_slot, complete, cut, wrong, ticks, returns;
};

struct driver {
	struct oracle oracle;
	pid_t program;
	int sync;
	struct bpf_link **links; size_t n_links, cap_links;
};

static void start_program(struct driver *d, char **argv)
{
	int sync[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync))
		oracle_die("socketpair", 0);
	d->sync = sync[0];
	d->program = fork();
	if (d->program < 0)
		oracle_die("fork", 0);
	if (!d->program) {
		char text[3][16];

		snprintf(text[0], 16, "%d", dup(bpf_program__fd(d->oracle.bpf->progs.walk_self)));
		snprintf(text[1], 16, "%d", dup(bpf_map__fd(d->oracle.bpf->maps.result)));
		snprintf(text[2], 16, "%d", dup(sync[1]));
		setenv("WALK_PROG", text[0], 1);
		setenv("WALK_RESULT", text[1], 1);
		setenv("WALK_SYNC", text[2], 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(sync[1]);
}

static void keep_link(struct driver *d, struct bpf_link *link, const char *what)
{
	if (!link || VEC_PUSH(d->links, d->n_links, d->cap_links, link))
		oracle_die(what, 0);
}

static void attach_ticks(struct driver *d)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = TICK_NS,
	};
	const struct bpf_program *tick = d->oracle.bpf->progs.walk_tick;

	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
				      PERF_FLAG_FD_CLOEXEC);

		if (fd >= 0)
			keep_link(d, bpf_program__attach_perf_event(tick, fd),
				  "attach to the ticks");
	}
}

static void attach_probe(struct driver *d, bool at_return)
{
	char path[64];
	uint64_t offset;

	if (read_full(d->sync, &offset, sizeof(offset)) != sizeof(offset))
		oracle_die("read", 0);
	snprintf(path, sizeof(path), "/proc/%d/exe", d->program);
	keep_link(d, bpf_program__attach_uprobe(at_return ? d->oracle.bpf->progs.on_return :
						d->oracle.bpf->progs.walk_here, at_return, -1, path,
						offset), "attach the uprobe");
	if (!at_return)
		attach_ticks(d);
}

static void tell_counters(struct driver *d)
{
	const struct oracle_bpf__bss *b = d->oracle.bpf->bss;
	struct counters c = {
		b->hits, b->no_slot, b->complete, b->cut, b->wrong, b->ticks, b->returns,
	};

	if (write_all(d->sync, &c, sizeof(c)))
		oracle_die("write", 0);
}

static int serve(struct driver *d)
{
	char byte;
	int status;

	while (read(d->sync, &byte, 1) == 1) {
		oracle_learn(&d->oracle, d->program);
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
		oracle_die("waitpid", 0);
	if (WIFSIGNALED(status))
		fprintf(stderr, "walk-driver: killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static void close_all(struct driver *d)
{
	for (size_t i = 0; i < d->n_links; i++)
		bpf_link__destroy(d->links[i]);
	free(d->links);
	oracle_close(&d->oracle);
}

int main(int argc, char **argv)
{
	static struct driver d;
	bool read_words = argc > 1 && !strcmp(argv[1], "-w");
	int status;

	d.oracle.crowded = argc > 1 && !strcmp(argv[1], "-c");
	argv += 1 + (read_words || d.oracle.crowded);
	if (argc - (read_words || d.oracle.crowded) < 3)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	oracle_open(&d.oracle, argv[0], read_words);
	start_program(&d, argv + 1);
	status = serve(&d);
	close_all(&d);
	return status;
}
