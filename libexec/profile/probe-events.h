/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Perf events of single probes, where we may open them. */
#pragma once

#include "lib/compiler.h"
#include "lib/probe-target.h"

/*
 * Open a perf event for the probe, in user space or in the kernel, for all processes; it is not
 * enabled yet.  A descriptor, the caller's, or a negative errno; -ENOENT: this kernel has none.
 */
int probe_event_open(const struct probe_target *t) MUST_CHECK;
