/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts records in order of time: they wait until all that is older must have been read.
 *
 * perf's buffers are per CPU: a record can come after younger ones, but no record after the second
 * next FINISHED_ROUND is older than what came before the first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

/* So many records wait at most, and their chains take so many bytes. */
#define TIMELINE_RECORDS_MAX ((size_t)1 << 17)
#define TIMELINE_CHAINS_MAX ((size_t)512 << 20)

enum waiting_kind { WAITING_MMAP, WAITING_COMM, WAITING_FORK, WAITING_EXIT, WAITING_SAMPLE };

struct waiting {
	uint64_t time, order;
	enum waiting_kind kind;
	uint32_t pid, tid;
	union {
		struct { uint64_t start, end, pgoff; uint32_t object; } mmap;
		struct { uint32_t name; bool exec; } comm;
		struct { uint32_t ppid, ptid; } fork;
		struct {
			uint64_t count, ns;
			size_t chain;            /* byte offset into chains */
			uint32_t chain_len;
			uint32_t copy_len;       /* words of a copied stack behind the chain */
			uint32_t cpu, comm;      /* comm: MAP_NONE, not told */
			uint32_t probe;          /* name, or MAP_NONE */
			uint32_t gap;
			uint16_t verdict, misc;
		} sample;
	};
};

struct timeline {
	struct waiting *v; size_t n, cap;
	struct buf chains;       /* uint64_t: chains and copied stacks */
	uint64_t newest;         /* time of the youngest record so far */
	uint64_t safe;           /* `newest` at the last round */
	uint64_t order;
};

#define TIMELINE_INIT ((struct timeline){ .chains = BUF_INIT(TIMELINE_CHAINS_MAX) })

typedef int timeline_fn(void *ctx, const struct waiting *w, const uint64_t *chain);

/* Let a record wait; a sample's chain and the copied stack behind it are copied.  0, -ENOMEM or
 * -EOVERFLOW. */
int timeline_add(struct timeline *t, const struct waiting *w, const uint64_t *chain) MUST_CHECK;

/* Whether so much waits that timeline_flush() has to be called. */
bool timeline_is_full(const struct timeline *t);

/* Give what cannot be preceded any more, or everything, to fn in order of time.  fn's first failure
 * ends it and is returned. */
int timeline_round(struct timeline *t, timeline_fn *fn, void *ctx) MUST_CHECK;
int timeline_flush(struct timeline *t, timeline_fn *fn, void *ctx) MUST_CHECK;

void timeline_release(struct timeline *t);
