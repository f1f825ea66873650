/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions call which: the edges between those of functions.h. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "functions.h"

struct call {
	uint32_t caller, callee; /* functions */
	uint64_t total;          /* samples with this call anywhere on the stack, counted once */
	uint32_t active;         /* 0; how often it is on the path while it is counted */
};

struct calls {
	struct call *list;       size_t n, cap;
	/*
	 * Indices into list: the calls of each function, and those to it, the most frequent first;
	 * function i has those from first_by_X[i] to first_by_X[i + 1].
	 */
	uint32_t *by_caller, *by_callee;
	size_t *first_by_caller, *first_by_callee;
	struct u64_map index;    /* (caller, callee) -> call */
};

/*
 * All calls of the view, whose functions f are as functions_init() left them.  Labels (a thread's
 * name) call nobody.  0 or -ENOMEM; release it in either case.
 */
int calls_init(struct calls *c, const struct functions *f, const struct view *view) MUST_CHECK;
void calls_release(struct calls *c);
