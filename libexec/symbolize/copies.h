/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copied user stacks: carried along with their samples, then unwound in place of their chains. */
#pragma once

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/perf-data.h"
#include "stacks.h"
#include "timeline.h"
#include "unwind.h"

/* In a live run so many are unwound for a message, which is due each second. */
#define COPIES_LIVE_MAX 4096

struct copies {
	struct buf packed;
	struct unwind_result result;
	uint64_t chain[STACK_CHAIN_MAX];
	size_t done;             /* in this message */
	size_t max;              /* of them in a message; SIZE_MAX: no limit */
	uint64_t skipped;        /* samples beyond that */
};

#define COPIES_INIT ((struct copies){ .packed = BUF_INIT(1 << 18), .max = SIZE_MAX })

/*
 * Put a chain and the copy that the sample carries into one block for timeline_add(), and set
 * w->sample's lengths.  *block is valid until the next call.  0 or -ENOMEM, -EMSGSIZE.
 */
int copies_pack(struct copies *c, const struct perf_data_sample *s, const uint64_t *chain, size_t n,
		struct waiting *w, const uint64_t **block) MUST_CHECK;

/*
 * Unwind the copy behind the chain, if there is one.  What is found takes the place of the chain's
 * user part when it is not shorter, and key gets its verdict.  Returns the chain to use, valid
 * until the next call, and sets *n.
 */
const uint64_t *copies_unwind(struct copies *c, const struct unwind_space *where,
			      const struct waiting *w, const uint64_t *block,
			      struct stack_key *key, size_t *n);

void copies_release(struct copies *c);
