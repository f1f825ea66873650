/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's side-band events: mappings, names, forks and exits of all processes, one perf ring
 * for each CPU.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

struct sideband_ring {
	int fd;
	void *base;              /* control page, then data */
};

struct sideband {
	struct sideband_ring *rings;
	size_t n;
	uint64_t lost;           /* records that the kernel had no room for */
};

/* Data pages of a ring: with its control page just what an ordinary user may lock per CPU. */
#define SIDEBAND_PAGES 64

/*
 * Open the events on the given CPUs.  Returns 0 or a negative errno, -EACCES and -EPERM meaning
 * that the kernel refuses perf events to this user.
 */
int sideband_open(struct sideband *sb, const uint32_t *cpus, size_t n_cpus) MUST_CHECK;

/*
 * Pass each record that has arrived, of at most 65,535 bytes and contiguous, to `record`.  Stops
 * when it returns nonzero and returns that; 0 otherwise.
 */
int sideband_drain(struct sideband *sb, int (*record)(void *ctx, const void *bytes, size_t n),
		   void *ctx) MUST_CHECK;

void sideband_close(struct sideband *sb);
