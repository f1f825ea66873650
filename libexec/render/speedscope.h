/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each thread has of the tree, for speedscope's list of profiles.  Private. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "format.h"

/* Samples of a thread that end in a node. */
struct thread_stack {
	uint32_t node;           /* of the trie */
	uint32_t number;         /* the node's, in the order of the tree */
	uint32_t thread;
	uint64_t count;
};

/* Its stacks are stacks[first] to stacks[first + n - 1], in the order of the tree. */
struct thread_stacks {
	struct sample_labels labels;     /* of its first sample */
	uint64_t total;
	size_t first, n;
};

/* Zero-initialise. */
struct threads {
	struct thread_stack *stacks;   size_t n_stacks, stacks_cap;
	struct thread_stacks *threads; size_t n, cap;
	uint32_t *order;                 /* threads, those with most samples first */
};

/*
 * Tell threads apart by process id, thread id and name.  None where the samples of the view, which
 * may be NULL, do not tell whose they are.  0 or -ENOMEM; release the threads in every case.
 */
int threads_find(struct threads *t, const struct view *view) MUST_CHECK;
void threads_release(struct threads *t);
