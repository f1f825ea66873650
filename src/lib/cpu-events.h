/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The perf events that sampling needs on each CPU; whoever may opens them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* Descriptors of one CPU's events, or -1. */
struct cpu_event {
	uint32_t cpu;
	int clock_fd, sideband_fd;
};

/* Data pages of a side-band ring: with its control page just what an ordinary user may lock. */
#define CPU_EVENTS_SIDEBAND_PAGES 64

/*
 * A tick each period_ns of the CPU's time, not enabled yet; close-on-exec.  A descriptor or a
 * negative errno; -EACCES and -EPERM: the kernel refuses perf events to this process.
 */
int cpu_events_open_clock(uint32_t cpu, uint64_t period_ns) MUST_CHECK;

/*
 * Mappings, names, forks and exits of all processes, on that CPU; its ring is not mapped yet.
 * prompt: readable at the first record, else when the ring is half full.  As above.
 */
int cpu_events_open_sideband(uint32_t cpu, bool prompt) MUST_CHECK;

/* The one of the CPU, or NULL. */
const struct cpu_event *cpu_events_find(const struct cpu_event *list, size_t n, uint32_t cpu);
