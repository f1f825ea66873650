/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stack trie: interned frames, and nodes merged by frame list.
 *
 * The one model behind every view.  Two stacks share a node exactly when their frames from the root
 * to that node are equal one by one (name and kind); never by comparing joined text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

enum frame_kind {
	FRAME_USER = 0,
	FRAME_KERNEL,
	FRAME_JIT,
	FRAME_INLINED,
	FRAME_LABEL,     /* thread name, process, cpu_NN, [cut: …]: not code */
	FRAME_KINDS
};

struct trie_frame {
	const char *name;        /* NUL-terminated, owned by the trie; bytes as given */
	uint32_t len;
	uint32_t kind;           /* enum frame_kind */
};

#define TRIE_ROOT 0u
#define TRIE_NONE UINT32_MAX

/* No more nodes, and no more frames, than this. */
#define TRIE_NODES_MAX ((size_t)1 << 28)

struct trie_node {
	uint32_t frame;          /* index into frames; the root's is TRIE_NONE */
	uint32_t parent;         /* the root's is TRIE_NONE */
	uint32_t first_child;    /* TRIE_NONE: leaf */
	uint32_t next_sibling;   /* TRIE_NONE: last */
	uint32_t depth;          /* the root's is 0 */
	uint64_t self;           /* samples that end here */
	uint64_t total;          /* self and everything below; valid after trie_finish() */
};

struct trie {
	struct trie_frame *frames; size_t n_frames;
	struct trie_node *nodes;   size_t n_nodes;    /* nodes[0] is the root */
	uint32_t max_depth;
	void *priv;
};

/* 0 or -ENOMEM. */
int trie_init(struct trie *t) MUST_CHECK;
void trie_release(struct trie *t);

/* The index of the frame (name, kind), interned.  TRIE_NONE: memory is out, or too many frames. */
uint32_t trie_frame(struct trie *t, const char *name, size_t len, enum frame_kind kind);

/*
 * Add `count` samples of the stack of n frames, root first.  n 0 adds to the root.  0, -ENOMEM, or
 * -EOVERFLOW (too many nodes, or more samples in all than 64 bits count); then nothing is counted.
 */
int trie_add(struct trie *t, const uint32_t *frames, size_t n, uint64_t count) MUST_CHECK;

/*
 * Compute totals and put every node's children in order of (name by bytes, kind), so that the same
 * stacks give the same output whatever order they came in.  May be called again after more adds.
 * 0 or -ENOMEM.
 */
int trie_finish(struct trie *t) MUST_CHECK;

/* The indices of all n_frames frames, in order of (name by bytes, kind). */
void trie_order_frames(const struct trie *t, uint32_t *order);

/*
 * Pre-order walk without recursion, children in their order: the node after this one, and the node
 * after this one's whole subtree.  TRIE_NONE at the end.
 */
uint32_t trie_next(const struct trie *t, uint32_t node) MUST_CHECK;
uint32_t trie_skip(const struct trie *t, uint32_t node) MUST_CHECK;
