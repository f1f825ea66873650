/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Program files and libraries that only root can open: kept open over the drop of privileges, so
 * that the symbolizer, which has none, can read them.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* More are not kept open; what is then missing is named by address. */
#define EXECUTABLES_MAX 4096

struct executables {
	int fds[EXECUTABLES_MAX];
	size_t n;
	size_t max;              /* as RLIMIT_NOFILE allows */
	struct map seen;         /* device and inode of the files looked at */
};

/* Raises RLIMIT_NOFILE as far as it goes. */
void executables_init(struct executables *e);

/* Keep the file of this name, if it will not be readable later.  0 or -ENOMEM. */
int executables_add_file(struct executables *e, const char *path) MUST_CHECK;

/* Keep the files that the process has mapped for execution, likewise.  A process that is gone or
 * may not be looked at adds nothing.  0 or -ENOMEM. */
int executables_add_process(struct executables *e, pid_t pid) MUST_CHECK;

/* The same for every process.  0 or a negative errno. */
int executables_add_all(struct executables *e) MUST_CHECK;

void executables_release(struct executables *e);
