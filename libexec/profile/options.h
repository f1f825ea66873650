/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command line of the profile helper. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/cpu-events.h"
#include "lib/cpulist.h"
#include "lib/number.h"

#include "glob.h"
#include "ticks.h"

#define BUILDERS_MAX 16

/* The pipes to an unwind-table-builder. */
struct builder_pipes {
	int in, out;             /* replies are read from `in`, requests are written to `out` */
};

struct options {
	uint64_t frequency;
	enum ticks_rung sampler;
	int status_fd;           /* -1: none */
	int record_fd;           /* -1: none */
	int cgroup_fd;           /* -1: none */
	struct id_list pids, tids, own;
	bool own_only;
	bool has_comm;
	struct glob comm;
	bool has_cpus;
	struct cpulist cpus;
	bool skip_idle;
	enum abi_group group;
	unsigned stream_mode;    /* 1: every sample; 3: counts at the end; else each second */
	uint32_t ring_bytes;
	uint32_t map_entries;
	bool dwarf;              /* walk with unwind tables */
	struct builder_pipes builders[BUILDERS_MAX];
	size_t n_builders;
	uint32_t max_frames;     /* of the user part of a stack */
	uint64_t unwind_memory;  /* bytes for all tables */
	const char *command_path;    /* the program that is about to be executed, or NULL */
	struct cpu_event events[CPULIST_MAX];    /* opened by who started us */
	size_t n_events;
	int probes_fd;           /* -1: CPUs are sampled, not probes */
	bool probe_roots;        /* the stream names the probes, as root frames */
	uint32_t uprobe_pid;     /* 0: uprobes are for all processes */
	bool kernel_symbols;     /* print those and do nothing else */
	bool try;                /* print what works, and do nothing else */
};

/* Parse, or print a message and exit with status 2. */
void options_parse(struct options *o, int argc, char **argv);
