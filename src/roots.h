/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root directories of containers: of processes that see other mounts than we, or are in a
 * chroot.  Opened before the drop of privileges, since afterwards only those of our own user's
 * containers may be opened; the helpers that read files look below them for what was mapped there.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* Files of further containers are named by address. */
#define ROOTS_MAX 512

/* Zero-initialise. */
struct roots {
	int fds[ROOTS_MAX];      /* O_PATH, owned */
	size_t n;
	struct map seen;         /* mount and inode; our own first */
};

/* Keep the root directory of a process, if it is another than ours and may be opened.  0 or
 * -ENOMEM. */
int roots_add_process(struct roots *r, pid_t pid) MUST_CHECK;

void roots_release(struct roots *r);
