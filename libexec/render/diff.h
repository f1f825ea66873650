/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A difference of two profiles: one trie with the stacks of both, so that paths which vanished are
 * there as well as new ones.  Its nodes have the samples after; the arrays here, by node, those
 * before.  What is compared are shares of a profile's samples, so runs of any length can be.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/trie.h"
#include "facts.h"

/* Nodes with fewer samples, before and after together, are not compared: they cannot tell much. */
#define DIFF_LEAST_SAMPLES 10

/* Bits of diff.changed: the difference is more than chance. */
#define DIFF_SELF 1u
#define DIFF_TOTAL 2u

/* The weight of the root. */
#define DIFF_WEIGHT_ALL (UINT64_C(1) << 62)

/* Zero-initialise. */
struct diff {
	struct facts facts;      /* of the profile before */
	uint64_t *before_self, *before_total;   /* by node of the trie */
	size_t n_before;         /* nodes in before_self */
	/*
	 * By node: the mean of its shares before and after, out of DIFF_WEIGHT_ALL or a little
	 * less.  A node's is the sum of its own and its children's, so it can be drawn as a width.
	 */
	uint64_t *weight;
	uint8_t *changed;        /* by node: DIFF_SELF, DIFF_TOTAL */
};

/*
 * The samples in t become those before, and t has its stacks without samples; those after are to be
 * added then (before and after together are fewer than 2^64).  0 or -ENOMEM.
 */
int diff_take(struct diff *d, struct trie *t) MUST_CHECK;

/* After trie_finish(): totals before.  0 or -ENOMEM. */
int diff_sum(struct diff *d, const struct trie *t) MUST_CHECK;

/* After diff_sum(): weights, and what has changed.  0 or -ENOMEM. */
int diff_judge(struct diff *d, const struct trie *t) MUST_CHECK;

/* Samples in all, before. */
static inline uint64_t diff_before_all(const struct diff *d)
{
	return d->before_total[TRIE_ROOT];
}

void diff_release(struct diff *d);

/* part of all, 0 to 1; 0 of nothing. */
static inline double diff_share(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : 0;
}
