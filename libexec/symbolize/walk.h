/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callchain to frames: which address to look up, where a broken chain ends. */
#pragma once

#include "frames.h"
#include "stacks.h"

/* Frames of one stack: the chain's and a cut. */
#define WALK_FRAMES_MAX (STACK_CHAIN_MAX + 1)

struct walk {
	uint32_t frames[WALK_FRAMES_MAX];   /* ids, leaf first */
	size_t n;
};

/*
 * Fill w from a chain as perf_event_open(2) describes it: PERF_CONTEXT_* markers, the first address
 * after one exact, the others return addresses, which are looked up one byte before.
 * A return address where nothing is mapped means that the chain of frame pointers was broken: the
 * stack ends before it in a frame "[cut: no frame pointer in FILE]", unless the last good frame is
 * libc's caller of main or of a thread's function, which is the root.  0 or -ENOMEM.
 */
int walk_chain(struct walk *w, struct frames *f, const struct stack_key *key, uint64_t time,
	       const uint64_t *chain, size_t n) MUST_CHECK;
