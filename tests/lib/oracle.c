/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk of bpf/oracle.bpf.c for test programs. */
#include "config.h"

#include "oracle.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <bpf/libbpf.h>

void oracle_die(const char *what, int r)
{
	fprintf(stderr, "oracle: %s: %s\n", what, strerror(r < 0 ? -r : errno));
	exit(99);
}

/* The builder's pipes, as the front end makes them. */
static void start_builder(struct options *o, const char *builder)
{
	int requests[2], replies[2];
	pid_t pid;

	if (pipe(requests) || pipe(replies))
		oracle_die("pipe", 0);
	pid = fork();
	if (pid < 0)
		oracle_die("fork", 0);
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

void oracle_open(struct oracle *o, const char *builder, bool read_words)
{
	int r;

	start_builder(&o->options, builder);
	r = scan_open(&o->scan, false);
	if (r)
		oracle_die("scan", r);
	o->bpf = oracle_bpf__open();
	if (!o->bpf)
		oracle_die("open the BPF object", 0);
	o->bpf->rodata->use_tables = true;
	o->bpf->rodata->ns_level = o->scan.ns_level;
	o->bpf->rodata->ns_inum = o->scan.ns_inum;
	o->bpf->rodata->max_user_frames = ABI_USER_FRAMES_MAX;
	o->bpf->rodata->read_words = read_words;
	r = bpf_map__set_max_entries(o->bpf->maps.slots,
				     bpf_map__max_entries(o->bpf->maps.slots) *
				     (uint32_t)libbpf_num_possible_cpus());
	if (!r)
		r = oracle_bpf__load(o->bpf);
	if (r)
		oracle_die("load the BPF object", r);
	o->bpf->links.inherit_mappings = bpf_program__attach(o->bpf->progs.inherit_mappings);
	o->bpf->links.drop_mappings = bpf_program__attach(o->bpf->progs.drop_mappings);
	if (!o->bpf->links.inherit_mappings || !o->bpf->links.drop_mappings)
		oracle_die("attach", 0);
	o->options.dwarf = true;
	o->options.unwind_memory = (uint64_t)1 << 30;
	o->options.pids.n = 1;   /* not all processes: what is announced has its tables made */
	r = unwinder_open(&o->unwinder, &o->options, o->bpf->obj, &o->sideband, &o->rescans);
	if (r)
		oracle_die("unwinder", r);
}

static void fill_first_chunk(struct pool *pool)
{
	for (uint32_t n = ABI_CHUNK_WORDS / 2; n; n /= 2)
		while (pool_alloc(pool, n) < ABI_CHUNK_WORDS)
			continue;
}

void oracle_learn(struct oracle *o, pid_t pid)
{
	struct buf b = BUF_INIT(0);
	const struct abi_mapping *m;
	struct pollfd fds[UNWINDER_FDS];
	const char *path;
	size_t at = 0;
	int r = scan_process_mappings(&o->scan, (uint32_t)pid, &b);

	/* A process that shares memory with its vfork child is one of two. */
	while (!r && (m = scan_next_mapping(&b, &at, &path)))
		r = unwinder_announce(&o->unwinder, m, path);
	unwinder_announced(&o->unwinder);
	if (!r)
		r = unwinder_publish(&o->unwinder);
	if (r)
		oracle_die("mappings", r);
	if (o->crowded)
		fill_first_chunk(&o->unwinder.pool);
	while (tables_are_busy(&o->unwinder.tables)) {
		poll(fds, builders_poll_fds(&o->unwinder.tables.builders, fds), 1000);
		tables_work(&o->unwinder.tables);
	}
	buf_release(&b);
}

void oracle_close(struct oracle *o)
{
	unwinder_close(&o->unwinder);
	oracle_bpf__destroy(o->bpf);
	scan_close(&o->scan);
}
