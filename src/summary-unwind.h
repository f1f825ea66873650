/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the summary says about user stacks: how many are complete, why the others are not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "summary.h"

/* A reason for a cut: its key in facts (verdict.KEY), and words to be translated. */
struct cut_reason {
	const char *key, *text;
	const char *remedy;      /* an imperative; NULL: nothing that the user can do */
};
extern const struct cut_reason cut_reasons[];
extern const size_t n_cut_reasons;

struct cut_file {
	const struct cut_reason *reason;
	const char *name;        /* valid as long as the summary's session */
	uint64_t count;
};

/*
 * Samples by verdict, as they are in the outputs, where copied stacks have been unwound; without a
 * rendered output as the kernel counted them.
 */
uint64_t unwind_count(const struct summary *sum, const char *verdict);

/* User stacks whose end is known: the complete ones and those that were cut. */
uint64_t unwind_stacks(const struct summary *sum);

/* The file in rank-th place (from 1) of those in which stacks were cut.  False: there is none. */
bool unwind_cut_file(const struct summary *sum, size_t rank, struct cut_file *file);

/* A line for people; nothing is appended when there is nothing to say. */
void unwind_print_stacks(const struct summary *sum, struct buf *b);
void unwind_print_remedy(const struct summary *sum, struct buf *b);
void unwind_print_tables(const struct summary *sum, struct buf *b);
