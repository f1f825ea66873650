/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run from the start of the helpers to the end of all that was started: waits for sampling to be
 * live, releases the command, ends sampling when it is time, and takes everybody's status in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acquire.h"
#include "lib/spawn.h"
#include "options.h"
#include "pipeline.h"
#include "probe-results.h"

struct session {
	const struct options *options;
	struct acquired *acquired;
	struct pipeline pipeline;
	struct probe_results probes;     /* of acquired->probes, in the same order */
	int signal_fd;
	bool live, stopping;
	int signals;             /* how many asked us to end */
	int last_signal;
	uint64_t live_ns, deadline_ns, kill_ns;  /* CLOCK_MONOTONIC; 0: not set */
	bool progress_shown, waiting_said;
	int failure;             /* exit status of the first failure, EXIT_OK so far */
	char incomplete[128];    /* why the result is not whole; empty: it is */
	bool kill_explained;     /* by a helper that was killed */
};

/*
 * Run.  Blocks the signals it handles (SIGINT, SIGTERM and SIGHUP unless the caller ignored them,
 * SIGCHLD) for the rest of the process's life.  Returns when all helpers and the command have
 * ended, or at once after a second signal.  The caller releases s afterwards.
 */
void session_run(struct session *s, const struct options *o, struct acquired *a);
void session_release(struct session *s);

/* Exit status of profile-bee after the run. */
int session_exit_status(const struct session *s);

/* Was the renderer killed, perhaps while it was writing?  Certain after session_release(). */
bool session_has_killed_renderer(const struct session *s);

/* Were the outputs that this format's helper makes written? */
bool session_has_written(const struct session *s, enum output_format format);
