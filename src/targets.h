/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The named processes and threads: do they exist, do they still run? */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/compiler.h"
#include "lib/number.h"

struct target {
	pid_t id;
	int pidfd;               /* -1: looked up by its number (threads on kernels before 6.9) */
	bool gone;
};

struct targets {
	struct target *list;     /* owned */
	size_t n;
};

/*
 * Look every id up.  Returns 0, or a negative errno with *missing the id concerned (-ESRCH: no such
 * process; -EINVAL: the id of a thread where a process is wanted).  Adds to t.
 */
int targets_add_processes(struct targets *t, const struct id_list *pids,
			  uint32_t *missing) MUST_CHECK;
int targets_add_threads(struct targets *t, const struct id_list *tids,
			uint32_t *missing) MUST_CHECK;

/* Have all ended?  false when there are none. */
bool targets_all_gone(struct targets *t);

void targets_release(struct targets *t);
