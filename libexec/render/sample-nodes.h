/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From samples to nodes of the trie.  The store keeps stacks by address and the trie by name, so
 * several samples can lead to one node.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "lib/trie.h"
#include "samples.h"

struct sample_nodes {
	const struct trie *trie; /* not owned */
	const struct samples *samples;   /* not owned */
	struct u64_map children; /* (parent, frame) -> node */
	uint32_t *numbers;       /* by node: its place in pre-order, 0 the root's */
	uint32_t *places;        size_t places_cap;     /* scratch of one sample */
};

/* 0 or -ENOMEM; release the index in every case.  The trie is finished, and stays as it is. */
int sample_nodes_init(struct sample_nodes *index, const struct trie *trie,
		      const struct samples *samples) MUST_CHECK;
void sample_nodes_release(struct sample_nodes *index);

/*
 * The node that the stack of sample i, of n places, leads to, or MAP_NONE where the trie does not
 * have it.  0 or -ENOMEM.
 */
int sample_nodes_find(struct sample_nodes *index, size_t i, size_t n, uint32_t *node) MUST_CHECK;
