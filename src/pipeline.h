/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helpers of a run and the pipes between them:
 *
 *	control pipe -> profile -> perf.data -> symbolize -> pprof -> render -> outputs
 *	                 ^   |
 *	           tables    requests
 *	                 |   v
 *	       unwind-table-builder (some)
 *
 * A recording (--input) takes profile's place, a file that is a profile already that of symbolize,
 * too; a recording to compare with (--diff) goes to render through a symbolize of its own; when a
 * recording is all that is wanted, profile runs
 * alone.  Every helper has a status pipe of its own to the front end.
 */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

#include "acquire.h"
#include "helper-facts.h"
#include "lib/spawn.h"
#include "options.h"
#include "pipes.h"

enum helper_id {
	HELPER_RENDER,
	HELPER_SYMBOLIZE,
	HELPER_PROFILE,
	HELPER_KSYMS,
	HELPER_SYMBOLIZE_BEFORE, /* names the recording to compare with */
	HELPER_KSYMS_BEFORE,
	HELPER_BUILDER,          /* the first of BUILDERS_MAX */
	HELPERS = HELPER_BUILDER + BUILDERS_MAX
};

struct helper {
	const char *name;
	bool started, ended;
	bool quiet;              /* its failure does not end the run */
	struct child child;
	int status_fd;           /* -1: closed */
	struct helper_facts facts;
	int status;              /* as waitpid(2), once it has ended */
	struct rusage usage;
};

struct pipeline {
	struct helper helpers[HELPERS];
	size_t n_builders;       /* that were started */
	int nice;                /* of the front end and of all helpers but profile */
	bool no_inlines;         /* symbolize reads no DWARF */
	int control_fd;          /* profile samples until this is closed; -1: closed */
};

void pipeline_init(struct pipeline *p);

/*
 * Start the helpers that this run needs, profile last, and give the privileges up on the way: for
 * good down to the two before the first, to nothing after the last.  command_pid is 0 without a
 * command.  Returns an exit status, after a message; on failure what was started still has to be
 * waited for.
 */
int pipeline_start(struct pipeline *p, const struct options *o, const struct acquired *a,
		   pid_t command_pid);

/* Ask profile to end sampling; the others end by themselves. */
void pipeline_stop(struct pipeline *p);

/* Take in what a helper has reported.  Returns false once its status pipe is at its end. */
bool pipeline_read_status(struct helper *h);

/* Look which helpers have ended.  Returns the number that still run. */
int pipeline_reap(struct pipeline *p);

void pipeline_kill(struct pipeline *p);
void pipeline_release(struct pipeline *p);

/* Did a builder that has ended fail? */
bool pipeline_lost_builder(const struct pipeline *p);

/* Did the helper finish its work? */
bool helper_succeeded(const struct helper *h);
