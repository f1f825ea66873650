/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that probe-list writes: targets are collected for each specification, then told. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaint.h"
#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/map.h"
#include "lib/probe-target.h"

#define ANSWER_BYTES_MAX ((size_t)1 << 30)

/* Initialise with ANSWER_INIT. */
struct answer {
	bool is_listing;         /* tell of what cannot be attached, too */
	struct buf lines;
	uint64_t n_lines, n_targets;
	bool has_failed;         /* a specification has no target */
	struct map strings;      /* of the targets below */
	struct map places;       /* that have a target already, of any specification */
	struct probe_target *v; size_t n, cap;   /* of the specification that is being answered */
	size_t n_usable;         /* of them without a reason against */
	size_t n_repeated;       /* that another specification has already */
};

#define ANSWER_INIT ((struct answer){ .lines = BUF_INIT(ANSWER_BYTES_MAX) })

/*
 * Add a target; its strings are copied.  A place that has one of the same kind already is not added
 * again.  0, -ENOMEM or -EOVERFLOW (PROBE_TARGETS_MAX).
 */
int answer_add(struct answer *a, const struct probe_target *t) MUST_CHECK;

void answer_note(struct answer *a, uint32_t spec, const char *text);

/*
 * The specification has no other targets: tell of them, or of the complaint when none can be
 * attached.  Without text in it the first target's reason is the complaint.
 */
void answer_finish(struct answer *a, uint32_t spec, const struct complaint *c);

/* The last line.  0 or the error of an earlier one. */
int answer_end(struct answer *a) MUST_CHECK;

void answer_release(struct answer *a);
