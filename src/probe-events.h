/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Perf events for probes, where only root may open them: opened before the privileges are dropped,
 * and handed to profile.
 */
#pragma once

#include <stdint.h>

#include "probes.h"

/* Above this many profile uses means that need no event for each. */
#define PROBE_EVENTS_MAX 1000

/*
 * Open an event for each probe that can do with one; uprobes only where the kernel has no
 * uprobe_multi (before 6.6).  uprobe_pid: those fire in this process only, 0: in all.  What cannot
 * be opened is left to profile, which says why.
 */
void probe_events_open(struct probes *p, uint32_t uprobe_pid);
