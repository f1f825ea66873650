/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel's part of a probe's stack begins. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/probe-target.h"

#include "ksyms.h"

/*
 * How many of the n innermost kernel frames are not the probed code's but those of what runs the
 * program there: trampolines of BPF, the tracing of the kernel.  The first frame that is left is
 * the probed function, its caller at its return, or the function that has the tracepoint.
 */
size_t probe_frames_machinery(const struct ksyms *k, const struct probe_target *t,
			      const uint64_t *frames, size_t n);
