/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that CPUs spend idle, from the kernel's own accounts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/*
 * ns[i] becomes the time since boot that cpus[i] has been idle (waiting for I/O included), in steps
 * of a clock tick (10 ms); 0 for a CPU that /proc/stat does not list.  0 or a negative errno.
 * Source: proc(5), /proc/stat.
 */
int idle_time_read(const uint32_t *cpus, size_t n, uint64_t *ns) MUST_CHECK;
