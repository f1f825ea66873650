/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions of --fail-if, for automatic checks:
 *
 *	self(/REGEX/) > +2%          more samples by 2 % of all end in such frames than before
 *	total(/REGEX/) >= 10%        so many samples have such a frame on their stack
 *	self(/REGEX/) > +2% p<0.01   and chance does not explain it
 *
 * A number with a sign is a change between two profiles, in hundredths of all samples; without one
 * it is the share itself.  Recursion is counted once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/trie.h"
#include "diff.h"
#include "pattern.h"

struct condition {
	const char *text;        /* the caller's */
	bool is_total;           /* total(), not self() */
	bool is_less, or_equal;  /* <, <=, >= instead of > */
	bool is_change;          /* the number has a sign: needs a profile before */
	double percent;
	double p;                /* chance explains it from here on; 0: not asked for */
	struct pattern pattern;
};

/* What a condition came to; before is 0 and p is 1 without a profile before. */
struct condition_result {
	bool holds;
	double before, after;    /* percent of all samples */
	double p;                /* of significance_p() */
};

/* 0, -ENOMEM, or -EINVAL with a sentence in `reason`. */
int condition_parse(struct condition *c, const char *text,
		    char reason[PATTERN_REASON_MAX]) MUST_CHECK;

/* d is NULL without a profile before; then c->is_change is false.  0 or -ENOMEM. */
int condition_judge(struct condition *c, const struct trie *t, const struct diff *d,
		    struct condition_result *result) MUST_CHECK;

void condition_release(struct condition *c);
