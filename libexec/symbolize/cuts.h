/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the user stacks of a recording ended, and in which files those that were cut. */
#pragma once

#include <stdint.h>

#include "facts.h"
#include "lib/compiler.h"
#include "lib/map.h"
#include "objects.h"
#include "unwind.h"

#define CUTS_VERDICTS (VERDICT_COPY_ENDS + 1)
/* So many files are reported, those with the most cut stacks. */
#define CUTS_FILES_REPORTED 8

/* How a stack ended. */
struct stack_end {
	uint32_t verdict;        /* enum verdict, or VERDICT_COPY_ENDS */
	uint32_t object;         /* the file that a cut names; MAP_NONE: none */
};

struct cut_file {
	struct stack_end end;
	uint64_t count;
};

/* Zero-initialise before the first use. */
struct cuts {
	uint64_t counts[CUTS_VERDICTS];
	uint64_t copies_complete, copies_cut;   /* of samples unwound from copies */
	struct u64_map ids;      /* verdict and object to index into files */
	struct cut_file *files; size_t n, cap;
};

/* The name of a verdict in facts, "no_info"; NULL: there is none such. */
const char *cuts_key(uint32_t verdict);

/* Count samples.  0 or -ENOMEM. */
int cuts_add(struct cuts *c, const struct stack_end *end, bool from_copy, uint64_t count)
	MUST_CHECK;

/*
 * Report as facts: "verdict.KEY" the number of samples that ended so, for each that occurred, in
 * place of what the recording says; "cut_file.N" from 1 on "COUNT KEY NAME", in descending order;
 * "copies_complete" and "copies_cut" when there were copies.  0 or -ENOMEM.
 */
int cuts_report(struct cuts *c, const struct objects *o, struct facts *facts) MUST_CHECK;

void cuts_release(struct cuts *c);
