/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's side-band events: mappings, names, forks and exits of all processes, one perf ring
 * for each CPU.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/cpu-events.h"

struct sideband_ring {
	int fd;
	void *base;              /* control page, then data */
	uint64_t snapshot;       /* head at the last sideband_snapshot() */
	uint64_t watched;        /* what is before it has been passed by sideband_watch() */
};

struct sideband {
	struct sideband_ring *rings;
	size_t n;
	bool is_watched;         /* nothing is drained before it has been watched */
	bool has_later;          /* the last watch has left younger records */
	struct buf records;      /* of sideband_watch() */
	struct watched_record *order; size_t n_order, cap_order;   /* those of the last watch */
};

/* A record is in its ring this long after its time, at the latest. */
#define SIDEBAND_DELAY_NS 20000

struct watched_record;

struct sideband_config {
	bool prompt;             /* rings can be polled for every record; else when half full */
	const struct cpu_event *events; size_t n_events;     /* opened already; owned from now on */
};

/*
 * Open the events on the given CPUs.  Returns 0 or a negative errno, -EACCES and -EPERM meaning
 * that the kernel refuses perf events to this user.
 */
int sideband_open(struct sideband *sb, const uint32_t *cpus, size_t n_cpus,
		  const struct sideband_config *config) MUST_CHECK;

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

/*
 * Pass the records that are not younger than until_ns, which is SIDEBAND_DELAY_NS ago or more, to
 * `record` in order of time, each once.  They stay in the rings, and from the first call on nothing
 * leaves them unwatched.  As sideband_peek() else, but -ENOMEM.
 */
int sideband_watch(struct sideband *sb, uint64_t until_ns,
		   int (*record)(void *ctx, const void *bytes, size_t n, uint64_t time_ns),
		   void *ctx) MUST_CHECK;

/* A descriptor of each ring can be polled for new records. */
int sideband_poll_fd(const struct sideband *sb, size_t i);

void sideband_close(struct sideband *sb);
