/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unwind-table-builders: requests go to whoever is idle, and tables are read from their pipes
 * straight into the pool.  The protocol is that of lib/unwind-pipe.h.
 *
 * A builder reads hostile files.  What it says is checked, and one that breaks the protocol or dies
 * is not used again: the file that it was working on has no table, and the others go on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/unwind-pipe.h"

#include "options.h"
#include "pool.h"

/* A part of a table, in the pool. */
struct built_part {
	uint32_t place, words;
	uint32_t first_bucket, n_buckets;
};

/* An answer. */
struct built {
	uint32_t id, kind;       /* of the request */
	enum unwind_status status;
	bool no_room;            /* the pool was full, or the allowance: there are no parts */
	uint64_t n_rows, bytes;  /* bytes: of the parts in the pool */
	uint64_t stamp;          /* of the file */
	struct unwind_segment segments[UNWIND_SEGMENTS_MAX];
	uint32_t n_segments;
	struct built_part *parts; size_t n_parts, cap_parts;
	struct buf payload;      /* of a list of dependencies */
	uint32_t n_dependencies;
};

struct builder;

struct builders {
	struct builder *list; size_t n;
	struct pool *pool;
	struct buf queue;        /* requests that wait */
	size_t queue_at;
	uint64_t allowed_bytes;  /* for parts */
	uint64_t used_bytes;     /* by parts; who frees them subtracts */
	size_t n_died;
	/* Called for each answer; may take the parts over (set n_parts to 0). */
	void (*answer)(void *ctx, struct built *b);
	void *ctx;
};

/* The pipes are owned from now on, whatever is returned: 0 or -ENOMEM. */
int builders_open(struct builders *b, const struct builder_pipes *pipes, size_t n,
		  struct pool *pool, uint64_t allowed_bytes) MUST_CHECK;

/* Ask for something; r->path_len and magic are filled in.  0, -ENOMEM or -EOVERFLOW (too many). */
int builders_ask(struct builders *b, struct unwind_request *r, const char *path) MUST_CHECK;

/* Is an answer still to come? */
bool builders_are_busy(const struct builders *b);

/* Fill in what to poll for; fds has room for BUILDERS_MAX.  Returns their number. */
size_t builders_poll_fds(const struct builders *b, struct pollfd *fds);

/* Read what has come, without waiting, and hand out the requests that wait. */
void builders_work(struct builders *b);

void builders_close(struct builders *b);
