/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callchain to frames: which address to look up, and why the stack ends where it does. */
#pragma once

#include "cuts.h"
#include "frames.h"
#include "stacks.h"

/* Frames of one stack: the chain's and two marks. */
#define WALK_FRAMES_MAX (STACK_CHAIN_MAX + 2)

struct walk {
	uint32_t frames[WALK_FRAMES_MAX];   /* ids, leaf first */
	size_t n;
	struct stack_end end;    /* of the user part */
};

/*
 * Fill w from a chain as perf_event_open(2) describes it: PERF_CONTEXT_* markers, the first address
 * after one exact, the others return addresses, which are looked up one byte before.  A signal
 * trampoline returns to where the signal came: the address after it is exact, too, and its own is
 * that of its first instruction.
 *
 * A user stack that was cut ends in a frame that says why, "[cut: …]" (profile-bee-symbolize(8)
 * lists them); one whose middle was left out has a frame there.
 *
 * With STACK_BY_POINTERS the chain was walked by frame pointers, which nobody can check: a return
 * address where nothing is mapped means that it was broken.  The stack ends before it, unless the
 * last good frame is libc's caller of main or of a thread's function, which is the root.
 * 0 or -ENOMEM.
 */
int walk_chain(struct walk *w, struct frames *f, const struct stack_key *key, uint64_t time,
	       const uint64_t *chain, size_t n) MUST_CHECK;
