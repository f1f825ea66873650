/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Program files and libraries kept open over the drop of privileges, for the helpers that read them
 * and have none: the command's own, which may remove itself, and those that only root can open.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "roots.h"

/* More are not kept open; what is then missing is named by address. */
#define EXECUTABLES_MAX 4096

struct executables {
	int fds[EXECUTABLES_MAX];
	size_t n;
	size_t max;              /* as RLIMIT_NOFILE allows */
	struct roots roots;      /* of containers that processes looked at are in */
	bool keep_all;           /* those that helpers can open themselves, too */
	struct map seen;         /* struct file_identity of the files looked at */
};

void executables_init(struct executables *e);

/* Raise RLIMIT_NOFILE, which what is started later inherits, as far as it goes. */
void executables_raise_limit(struct executables *e);

/* Keep the file of this name, if it can be opened.  0 or -ENOMEM. */
int executables_add_file(struct executables *e, const char *path) MUST_CHECK;

/*
 * Keep the files that the process has mapped for execution and that will not be readable later, or
 * not by the path that mapping events have; and its root, for what it maps from now on.  A process
 * that is gone or may not be looked at adds nothing.  0 or -ENOMEM.
 */
int executables_add_process(struct executables *e, pid_t pid) MUST_CHECK;

/* The same for every process.  0 or a negative errno. */
int executables_add_all(struct executables *e) MUST_CHECK;

/* The roots of all processes, and no files.  0 or a negative errno. */
int executables_add_roots(struct executables *e) MUST_CHECK;

/* The same as executables_add_process() for a process and its descendants. */
int executables_add_family(struct executables *e, pid_t pid) MUST_CHECK;

/* Close the files that are not wanted. */
void executables_keep_only(struct executables *e, bool (*is_wanted)(const void *ctx, int fd),
			   const void *ctx);

void executables_release(struct executables *e);
