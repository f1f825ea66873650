/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program of --pipe-to, which reads the profile's messages from its standard input.
 *
 * It is the caller's program and has the caller's rights, like the command that is profiled, but it
 * ignores SIGINT from the terminal: it ends when its input does.
 */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

#include "command.h"
#include "lib/compiler.h"
#include "lib/spawn.h"

struct receiver {
	struct command command;  /* argv NULL: there is none */
	int in_fd;               /* where it will read; -1: not open, or handed over */
	bool told;               /* how it ended */
};

/* Find the program; a NULL argv is none.  What command_find() returns. */
int receiver_find(struct receiver *r, char **argv) MUST_CHECK;

/* Start it, with signals and RLIMIT_NOFILE as the caller left them.  0 or a negative errno. */
int receiver_start(struct receiver *r, const struct spawn_signals *signals,
		   const struct rlimit *descriptors) MUST_CHECK;

/* Does it run?  Looks whether it has ended. */
bool receiver_runs(struct receiver *r);

/* It has ended, and not with success: *status is as waitpid(2)'s.  True once only. */
bool receiver_has_failed(struct receiver *r, int *status);

/* End it with SIGTERM if it runs, and close its input. */
void receiver_release(struct receiver *r);
