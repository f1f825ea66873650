/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting programs; the only module that forks and executes. */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "lib/compiler.h"

/*
 * Signal dispositions and mask as the caller of the program left them.  A program that blocks or
 * ignores signals of its own saves them first, so that its command can have them back.
 */
struct spawn_signals {
	sigset_t mask;
	struct sigaction pipe, child, file_size;
};

void spawn_save_signals(struct spawn_signals *saved);

enum spawn_kind {
	/* One of ours: exactly fds 0 to 2 and `keep`; SIGINT, SIGHUP, SIGTERM and SIGPIPE ignored
	 * (it is ended by its pipes), and SIGXFSZ (it reports the error), no
	 * signal blocked; no capability, no_new_privs. */
	SPAWN_HELPER,
	/* The same with the two capabilities that sampling needs. */
	SPAWN_PROFILER,
	/* The caller's program: all that the caller had, nothing that is ours (every descriptor of
	 * ours is close-on-exec). */
	SPAWN_COMMAND
};

struct spawn_request {
	enum spawn_kind kind;
	const char *path;        /* contains a slash: PATH is not searched */
	char *const *argv;
	char *const *envp;       /* helpers: all of it; NULL for commands: the caller's */
	int std[3];              /* helpers: become fds 0 to 2; above 2, or 2 for stderr */
	int in;                  /* commands: becomes fd 0; 0: the caller's stays */
	bool ignores_interrupts; /* commands: SIGINT is ignored */
	const int *keep;         /* helpers: also inherited, same numbers, each above 2 */
	size_t n_keep;
	int nice;                /* helpers: their niceness, not below the caller's */
	bool hold;               /* wait for spawn_release() before exec */
	const char *held_name;   /* the process's name while it is held, or NULL */
	const struct spawn_signals *signals;  /* commands: as the caller left them */
	const struct rlimit *descriptors;     /* commands: RLIMIT_NOFILE, NULL: ours */
};

/* A started program.  pid is 0 when nothing runs (any more). */
struct child {
	pid_t pid;
	int hold_fd;             /* -1 when not held */
	int exec_fd;             /* tells of a failed exec */
};

#define CHILD_NONE ((struct child){ .pid = 0, .hold_fd = -1, .exec_fd = -1 })

/*
 * Start a program.  Returns 0, or a negative errno when it could not be started (not held: also
 * when it could not be executed); then nothing is left to be reaped.
 */
int spawn(const struct spawn_request *req, struct child *child) MUST_CHECK;

/*
 * Let a held program go on.  Returns 0 when it was executed, or the negative errno of exec; then it
 * has been reaped.
 */
int spawn_release(struct child *child) MUST_CHECK;

/* End a held program that was not released, and reap it. */
void spawn_cancel(struct child *child);

/*
 * Reap the program if it has ended (wait: when it ends).  Returns 1 with *status (as waitpid(2))
 * and *usage, 0 when it still runs, or a negative errno.
 */
int spawn_reap(struct child *child, bool wait, int *status, struct rusage *usage) MUST_CHECK;
