/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipes of a run, which the front end holds open only until every helper has its ends. */
#pragma once

#include "lib/compiler.h"

/* unwind-table-builders of a run, at most. */
#define BUILDERS_MAX 4

enum pipe_id {
	PIPE_CONTROL,
	PIPE_DATA,
	PIPE_STACKS,
	PIPE_KALLSYMS,
	PIPE_BEFORE,             /* stacks of the profile to compare with */
	PIPE_BEFORE_KALLSYMS,
	PIPE_REQUESTS,           /* to the first of BUILDERS_MAX */
	PIPE_REPLIES = PIPE_REQUESTS + BUILDERS_MAX,     /* from it */
	PIPES = PIPE_REPLIES + BUILDERS_MAX
};

struct pipes {
	int ends[PIPES][2];      /* to read, to write; close-on-exec; -1: not open */
};

/* Open all but the builders'.  0 or a negative errno; they are to be closed in either case. */
int pipes_open(struct pipes *p) MUST_CHECK;

/* Open one for tables, which are large: as wide as allowed.  0 or a negative errno. */
int pipe_open_wide(int ends[2]) MUST_CHECK;

/* Close, if it is open, and set to -1. */
void pipe_close_end(int *fd);
void pipes_close(struct pipes *p);
