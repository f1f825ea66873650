/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profiled command: found, held before exec, released, ended. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "lib/compiler.h"
#include "lib/spawn.h"

struct command {
	char **argv;
	char path[PATH_MAX];
	/* The file that will be mapped: that of path, or a script's interpreter.  Absolute, without
	 * symbolic links; empty when it is not known. */
	char program[PATH_MAX];
	struct child child;
	bool released, ended;
	int status;              /* as waitpid(2), once it has ended */
};

/*
 * Find argv[0] as a shell would: a name with a slash is a path, else it is looked up in PATH.
 * Returns 0, -ENOENT (not found), -EACCES (found, not executable), -EISDIR or -ENAMETOOLONG.
 */
int command_find(struct command *c, char **argv) MUST_CHECK;

/* Start it, held, with signals and RLIMIT_NOFILE as the caller left them.  0 or a negative
 * errno. */
int command_hold(struct command *c, const struct spawn_signals *signals,
		 const struct rlimit *descriptors) MUST_CHECK;

/* Let it run.  0 or the negative errno of exec. */
int command_release(struct command *c) MUST_CHECK;

/* End a held command that shall not run; nothing when there is none. */
void command_cancel(struct command *c);

/* Look whether it has ended (wait: wait for it). */
void command_reap(struct command *c, bool wait);

/* Send a signal, if it still runs.  0 or a negative errno. */
int command_kill(const struct command *c, int signal);

/* Exit status of the front end for a command that has ended: its own, or 128+N. */
int command_exit_status(const struct command *c);
