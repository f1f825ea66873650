/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: every option's value, checked as far as that needs nothing of the machine. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/cpulist.h"
#include "lib/number.h"

enum output_format {
	FORMAT_COLLAPSED,
	FORMAT_D3,
	FORMAT_FIREFOX,
	FORMAT_HTML,
	FORMAT_PPROF,
	FORMAT_REPORT,
	FORMAT_SPEEDSCOPE,
	FORMAT_SVG,
	FORMAT_TABLE,
	FORMAT_PERF_DATA,
	FORMAT_MESSAGES,         /* into the program of --pipe-to */
	FORMAT_SUMMARY           /* JSON, written by the front end itself */
};

struct output_request {
	enum output_format format;
	const char *path;        /* "-": standard output */
};

#define OUTPUTS_MAX 32

struct options {
	struct id_list pids, tids;
	const char *comm;        /* NULL: any */
	const char *cgroup, *unit;
	struct cpulist cpus;     /* n 0: all */
	char **command;          /* NULL: none; NULL-terminated */
	bool self_profile;

	uint64_t frequency;
	const char *sampler;     /* what makes CPUs tick, as profile's option has it */
	uint64_t duration_ns;    /* 0: without limit */
	bool skip_idle, group_by_cpu, group_by_process;
	uint64_t stream_mode;
	bool dwarf;              /* unwind tables, not frame pointers alone */
	uint64_t max_frames;
	uint64_t unwind_memory;  /* bytes for all unwind tables */

	char **probes; size_t n_probes, cap_probes;   /* KIND:SPEC, owned; none: sample by time */
	uint32_t uprobe_pid;     /* uprobes fire in this process only; 0: in all */
	bool no_probe_roots;
	bool list_probes;        /* print where the probes go, and do nothing else */
	bool doctor;             /* print what works, and do nothing else */
	bool porcelain;          /* that, or the list of probes, for programs */

	struct output_request outputs[OUTPUTS_MAX];
	size_t n_outputs;
	const char *title;       /* of pictures; NULL: what was sampled */
	const char *picture;     /* the last option about the looks of flame graphs, or NULL */
	char **shown; size_t n_shown, cap_shown;   /* render's options about it; owned */
	bool inlines;            /* inlined calls and source lines are shown */
	const char *before;      /* the profile to compare with; NULL: none; "-": standard input */
	const char *input;       /* NULL: sample; "-": standard input */
	char **pipe_to;          /* the program and its arguments, owned; NULL: none */
	uint64_t top;            /* 0: the default */
	bool quiet;

	char **words;            /* owner of what --cmd was split into */
};

#define DEFAULT_FREQUENCY 99
#define DEFAULT_DURATION_NS UINT64_C(10000000000)
#define DEFAULT_FRAMES 1024
#define FRAMES_MAX 4096
#define DEFAULT_UNWIND_MEMORY (UINT64_C(512) << 20)

/*
 * Parse the command line.  --help and --version print and exit; a usage error prints one line and
 * exits with EXIT_USAGE.  Strings point into argv.  Adds the default output (a table for a
 * terminal, else collapsed stacks, on standard output) when none is asked for.
 */
void options_read(struct options *o, int argc, char **argv);

void options_release(struct options *o);

/* Is an output of this format wanted? */
bool options_want(const struct options *o, enum output_format format);

/* Is there an output that symbolize and render must make? */
bool options_wants_names(const struct options *o);
