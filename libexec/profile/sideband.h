/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The side band: mappings, names, forks and exits of all processes, as the records that the kernel
 * writes for perf.  They come from perf rings, one for each CPU, or where those are refused from
 * BPF programs and listings of mappings (sideband-perf.c, sideband-bpf.c); what is done with them
 * is the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/cpu-events.h"

#include "rescans.h"

struct sideband;

/* Bytes of records, of which some have been read. */
struct sideband_ring {
	int fd;                  /* can be polled for new records */
	void *base;              /* perf: control page, then data */
	uint64_t snapshot;       /* head at the last sideband_snapshot() */
	uint64_t watched;        /* what is before it has been passed by sideband_watch() */
};

typedef int sideband_record_fn(void *ctx, const void *bytes, size_t n);

/* Where the records come from.  Positions are bytes since the ring's beginning. */
struct sideband_ops {
	const char *name;
	uint64_t (*head)(struct sideband *sb, struct sideband_ring *ring);
	uint64_t (*tail)(const struct sideband *sb, const struct sideband_ring *ring);
	void (*set_tail)(struct sideband *sb, struct sideband_ring *ring, uint64_t tail);
	/* The n bytes at that position, contiguous; `whole` has room for 65,536. */
	const void *(*bytes)(const struct sideband *sb, const struct sideband_ring *ring,
			     uint64_t at, size_t n, uint8_t *whole);
	void (*close)(struct sideband *sb);
	/* These may be NULL; see the functions of these names. */
	int (*found)(struct sideband *sb, const struct abi_mapping *m, const char *path);
	int (*ended)(struct sideband *sb, uint32_t tgid, uint64_t began_ns);
	int (*announce)(struct sideband *sb, const struct abi_mapping *m, const char *path);
	int (*met)(struct sideband *sb, uint32_t tgid, const uint64_t *addresses, size_t n);
};

struct sideband {
	const struct sideband_ops *ops;      /* NULL: not open */
	struct sideband_bpf_state *bpf;      /* of sideband-bpf.c */
	struct sideband_ring *rings;
	size_t n;
	size_t record_bytes_max; /* of all records that can be there at a time */
	bool is_prompt;          /* rings can be polled for every record; else when half full */
	bool is_watched;         /* nothing is drained before it has been watched */
	bool has_later;          /* the last watch has left younger records */
	struct buf records;      /* of sideband_watch() */
	struct watched_record *order; size_t n_order, cap_order;   /* those of the last watch */
};

/* A record is in its ring this long after its time, at the latest. */
#define SIDEBAND_DELAY_NS 20000

struct watched_record;

struct sideband_config {
	bool prompt;             /* perf rings can be polled for every record */
	bool try_perf;           /* else only programs */
	const uint32_t *cpus; size_t n_cpus;
	const struct cpu_event *events; size_t n_events;     /* opened already; owned from now on */
	uint32_t ns_level, ns_inum;      /* as of a scan */
	bool all;                /* not only announced processes and their children matter */
	struct rescans *rescans; /* borrowed, to ask for listings */
};

/*
 * Open perf's events, or where the kernel refuses them to this user, the programs.  Returns 0 or a
 * negative errno.
 */
int sideband_open(struct sideband *sb, const struct sideband_config *config) MUST_CHECK;

/* For sideband_open(): one kind each. */
int sideband_open_perf(struct sideband *sb, const struct sideband_config *config) MUST_CHECK;
int sideband_open_bpf(struct sideband *sb, const struct sideband_config *config) MUST_CHECK;

/* "perf" or "bpf". */
const char *sideband_name(const struct sideband *sb);

/*
 * What a listing has found, in the terms of struct rescans_reader; mappings that are new become
 * records.  0 or a negative errno.
 */
int sideband_found(struct sideband *sb, const struct abi_mapping *m, const char *path) MUST_CHECK;
int sideband_ended(struct sideband *sb, uint32_t tgid, uint64_t began_ns) MUST_CHECK;

/* A mapping of before the first record, of which the stream has been told. */
int sideband_announce(struct sideband *sb, const struct abi_mapping *m,
		      const char *path) MUST_CHECK;

/* The process ran code at these addresses: have it listed if one is in no known mapping. */
int sideband_met(struct sideband *sb, uint32_t tgid, const uint64_t *addresses,
		 size_t n) MUST_CHECK;

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
int sideband_peek(struct sideband *sb, sideband_record_fn *record, void *ctx) MUST_CHECK;
int sideband_drain(struct sideband *sb, sideband_record_fn *record, void *ctx) MUST_CHECK;

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
