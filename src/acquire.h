/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run needs of the machine, opened and checked before anything is sampled, with the
 * privileges that profile-bee was started with.  This layer reports its errors itself.
 */
#pragma once

#include <sys/resource.h>

#include "command.h"
#include "lib/cpu-events.h"
#include "executables.h"
#include "input-file.h"
#include "options.h"
#include "outputs.h"
#include "probes.h"
#include "receiver.h"
#include "targets.h"

struct acquired {
	struct outputs outputs;
	struct targets targets;
	struct executables executables;
	struct probes probes;    /* those that can be attached */
	struct executables probed;       /* files that only their descriptors lead to */
	struct command command;  /* found, not started */
	struct receiver receiver;        /* of --pipe-to: found, not started */
	struct rlimit descriptors;       /* RLIMIT_NOFILE as the caller left it */
	int before_fd;           /* -1: none */
	enum input_kind before_kind;
	int input_fd;            /* -1: none */
	enum input_kind input_kind;
	int cgroup_fd;           /* -1: none */
	struct cpu_event *events;    /* where only root may open them; NULL: none */
	size_t n_events;
};

/* Returns an exit status, after a message when it is not EXIT_OK; then nothing stays open and files
 * that were created are gone again. */
int acquire(struct acquired *a, const struct options *o);

/*
 * For --list-probes: what the search needs, and the probes, also those that cannot be attached.
 * Returns an exit status; what was not found is in the probes' messages.  The caller releases a.
 */
int acquire_for_listing(struct acquired *a, const struct options *o);

/* remove_outputs: the run came to nothing, or was cut short; see outputs_close(). */
void acquired_release(struct acquired *a, bool remove_outputs);
