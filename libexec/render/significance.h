/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a share that changed between two profiles more than chance?
 *
 * Samples are drawn: that x of n hit a function is one outcome of many.  For one function it is
 * Fisher's exact test: if all samples of both profiles were shuffled and dealt out again, how often
 * would the shares differ by so much or more?  Among thousands of functions some differ by chance
 * alone, so the limit for all together is that of Benjamini and Hochberg (Journal of the Royal
 * Statistical Society B 57, 1995): of those called changed, a given part at most is expected to be
 * wrong.  That two runs of one program are not the same in other ways is beyond any such test.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* The part of false finds that is expected at most. */
#define SIGNIFICANCE_FALSE 0.01

/*
 * The probability (two-sided, at most 1) that chance alone makes a difference as between
 * `before` of before_all samples and `after` of after_all.  1 when one of the profiles is empty.
 */
double significance_p(uint64_t before, uint64_t before_all, uint64_t after, uint64_t after_all);

/*
 * The limit for n probabilities of n comparisons, which are sorted: a comparison whose probability
 * is at most this is a find.  -1: there is none.
 */
double significance_limit(double *p, size_t n);
