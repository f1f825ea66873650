/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes put other code where code was before.
 *
 * Counts are kept by address, so when a mapping replaces another one (dlclose and dlopen, a
 * run-time compiler), what is counted from then on must be kept apart.  The executable mappings
 * of each process are remembered for this, as the side band reports them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* Executable mappings that are remembered of a process; beyond it the oldest are forgotten. */
#define REMAPS_RANGES_MAX 4096

struct remaps_process;

/* Zero-initialise before the first use. */
struct remaps {
	struct u64_map index;            /* process id to index into processes */
	struct remaps_process *processes;
	size_t n, cap;
};

/* Code has been mapped from start to end; *replaced: where some was before.  0 or -ENOMEM. */
int remaps_add(struct remaps *r, uint32_t tgid, uint64_t start, uint64_t end,
	       bool *replaced) MUST_CHECK;

/* The process has a new program, or has ended: it has no mappings. */
void remaps_forget(struct remaps *r, uint32_t tgid);

void remaps_release(struct remaps *r);
