/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the kernel's ring, count maps and side band to the stream, in the order that readers need.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/map.h"

#include "probes.h"
#include "remaps.h"
#include "sampler.h"
#include "scan.h"
#include "sideband.h"
#include "stack-table.h"
#include "stream.h"
#include "unwinder.h"

struct ring_buffer;

struct collector {
	struct sampler *sampler;     /* borrowed, as the next four */
	struct sideband *sideband;
	struct scan *scan;
	struct stream *stream;
	struct unwinder *unwinder;
	struct probes *probes;       /* borrowed; NULL: CPUs are sampled */
	bool probe_roots;            /* the stream names the probes */
	struct ksyms ksyms;
	const char *symbols_from;    /* "ksym", "kallsyms", or "none" where the kernel hides them */
	struct stack_table stacks;
	struct ring_buffer *ring;
	struct buf pending;          /* ring records on their way to the stream */
	size_t *copies;              /* of each CPU the last copy in pending, plus 1 */
	struct u64_map followed;     /* processes whose side-band records are kept */
	struct remaps remaps;        /* of the processes whose records are kept */
	bool filter_followed;        /* false: all are */
	bool found_fork;             /* by the last look at the side band */
	uint64_t lost_events;        /* side-band records that the kernel had no room for */
	uint64_t samples;            /* written to the stream */
	uint64_t unsent;             /* counted, but their stack never reached us */
	int error;                   /* of a callback, negative errno */
};

/* The sampler must be open.  0 or a negative errno. */
int collector_init(struct collector *c, struct sampler *sampler, struct sideband *sideband,
		   struct scan *scan, struct stream *stream,
		   struct unwinder *unwinder) MUST_CHECK;

/*
 * Keep side-band records of this process and of its future children only (and of others so
 * named).
 */
int collector_follow(struct collector *c, uint32_t tgid) MUST_CHECK;
bool collector_follows(const struct collector *c, uint32_t tgid);

/* Read the kernel's symbols again.  0 or a negative errno. */
int collector_load_symbols(struct collector *c) MUST_CHECK;

/* Move what has arrived to the stream, side band first, and write it.  0 or a negative errno. */
int collector_drain(struct collector *c) MUST_CHECK;

/* The same, and the counts since the previous flush. */
int collector_flush(struct collector *c) MUST_CHECK;

/* Becomes readable when the ring fills. */
int collector_ring_poll_fd(const struct collector *c);

void collector_release(struct collector *c);
