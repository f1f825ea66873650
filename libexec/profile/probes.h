/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes: the list of what is to be probed, and the programs that are attached there.
 *
 * For each kind of probe there are several ways to attach it, the rungs of a ladder: the first that
 * this kernel allows us is taken.  Everything goes when its descriptor is closed, so nothing stays
 * in when this process ends, however it does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/probe-target.h"

#include "ksyms.h"
#include "sampler.h"

enum probe_rung {
	RUNG_UPROBE_MULTI,       /* one link for all places in a file */
	RUNG_PERF_UPROBE,        /* a perf event for each */
	RUNG_PERF_KPROBE,
	RUNG_KPROBE_MULTI,
	RUNG_FENTRY,             /* a program at the function's entry or exit, found by BTF */
	RUNG_TRACEFS,            /* a perf event for the tracepoint's id */
	RUNG_RAW_TP,             /* the tracepoint by its name */
	RUNG_RAW_SYSCALL,        /* the system call among all */
	RUNGS
};

struct probe {
	struct probe_target target;      /* its strings are in the text of the list */
	bool is_attached;
	bool is_named;           /* the reader of our stream has its name */
	int error;               /* why it could not be attached: a negative errno, and in words */
	char *refused;
	uint64_t missed;         /* hits that the kernel skipped and says so */
};

#define PROBE_NONE UINT32_MAX

struct probe_link {
	int fd;                  /* of the link */
	int event;               /* of the perf event that it is on, or -1 */
	uint32_t probe;          /* the only one that it is for, or PROBE_NONE */
};

struct probes {
	struct buf text;
	struct probe *list; size_t n;
	const struct sampler *sampler;   /* borrowed */
	uint32_t uprobe_pid;     /* 0: all processes */
	int *programs; size_t n_programs, cap_programs;
	struct probe_link *links; size_t n_links, cap_links;
	bool rungs[RUNGS];       /* those that were used */
	uint64_t missed;         /* hits that the kernel skipped, of all probes */
};

/*
 * Read the list from fd: targets as in lib/probe-target.h, then the end.  0; a negative errno;
 * -EBADMSG: damaged, *line (from 1) is where.  Frees nothing: that is for probes_close().
 */
int probes_read(struct probes *p, int fd, size_t *line) MUST_CHECK;

/*
 * Attach all that can be.  The sampler must be open; it is borrowed.  0, also when some have been
 * refused, or a negative errno: none is attached, or memory is out.
 */
int probes_attach(struct probes *p, const struct sampler *sampler,
		  uint32_t uprobe_pid) MUST_CHECK;

/* How the first refused one was; NULL: none was. */
const struct probe *probes_refused(const struct probes *p);

/* Take out what is attached, and see what was missed. */
void probes_detach(struct probes *p);

/* What the user can do where this kind of probe is refused. */
const char *probes_remedy(const struct probe_target *target);

/* As in the status lines. */
const char *probe_rung_name(enum probe_rung rung);

void probes_close(struct probes *p);
