/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which stacks, and which of their frames, are shown: --focus, --ignore, --hide and
 * --collapse-recursion, for every output alike.
 *
 * Every expression is compared once with each distinct frame, as it is shown; a stack is then a few
 * looks into a table.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/trie.h"
#include "pattern.h"

enum filter_rule {
	FILTER_FOCUS,            /* stacks without a frame that matches are left out */
	FILTER_IGNORE,           /* stacks with a frame that matches are left out */
	FILTER_HIDE,             /* frames that match are taken out of their stacks */
	FILTER_RULES
};

/* Expressions of all rules together. */
#define FILTER_PATTERNS_MAX 64

struct filter_pattern {
	enum filter_rule rule;
	const char *text;        /* the caller's */
	struct pattern pattern;
};

/* Zero-initialise; it lets everything pass. */
struct filter {
	struct filter_pattern patterns[FILTER_PATTERNS_MAX];
	size_t n_patterns;
	bool collapse_recursion;
	uint64_t left_out;       /* samples of stacks that were left out */
	uint8_t *verdicts;       /* by frame: bits of rules that match */
	size_t n_verdicts, verdicts_cap;
};

/* The rule's name on the command line, without dashes. */
const char *filter_rule_name(enum filter_rule rule);

/*
 * Add an expression.  Of several of one rule any may match.  0, -ENOMEM, -E2BIG (too many), or
 * -EINVAL with a sentence in `reason`.
 */
int filter_add(struct filter *f, enum filter_rule rule, const char *regex,
	       char reason[PATTERN_REASON_MAX]) MUST_CHECK;

/* Does it change anything? */
bool filter_is_active(const struct filter *f);

/*
 * Apply it to a stack of *n frames of t, root first, which stands for `count` samples.  What is
 * hidden, and what collapses, is taken out of frames, and of places (by frame, may be NULL).
 * Returns 1: show it, 0: it is left out and counted, or -ENOMEM.
 */
int filter_stack(struct filter *f, const struct trie *t, uint32_t *frames, uint32_t *places,
		 size_t *n, uint64_t count) MUST_CHECK;

/* The options that make the same filter, a blank before each: " --focus=a --hide=b". */
void filter_describe(const struct filter *f, struct buf *b);

/* Comparisons that were given up because they cost too much. */
uint64_t filter_given_up(const struct filter *f);

void filter_release(struct filter *f);
