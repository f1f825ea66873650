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
	uint64_t snapshot;       /* head at the last sideband_snapshot() */
};

struct sideband {
	struct sideband_ring *rings;
	size_t n;
};

/* Data pages of a ring: with its control page just what an ordinary user may lock per CPU. */
#define SIDEBAND_PAGES 64

/*
 * Open the events on the given CPUs.  Returns 0 or a negative errno, -EACCES and -EPERM meaning
 * that the kernel refuses perf events to this user.
 */
int sideband_open(struct sideband *sb, const uint32_t *cpus, size_t n_cpus) MUST_CHECK;

/*
 * Each ring is in order of time, but they are read one after the other.  So that the fork of a
 * process is seen before anything else of it: take a snapshot of all rings' ends, then peek at
 * everything, forks after the snapshot included, and only then drain up to the snapshot.
 */
void sideband_snapshot(struct sideband *sb);

/*
 * Pass each record, of at most 65,535 bytes and contiguous, to `record`: all that is there, and it
 * stays; or what was there at the snapshot, and it goes.  Stops when `record` returns nonzero and
 * returns that; 0 otherwise.
 */
int sideband_peek(struct sideband *sb, int (*record)(void *ctx, const void *bytes, size_t n),
		  void *ctx) MUST_CHECK;
int sideband_drain(struct sideband *sb, int (*record)(void *ctx, const void *bytes, size_t n),
		   void *ctx) MUST_CHECK;

void sideband_close(struct sideband *sb);
