/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds of every model that was read without an error. */
#pragma once

#include <stdbool.h>
#include <stdlib.h>

#include "libexec/render/model.h"

static inline void must(bool held)
{
	if (!held)
		abort();
}

/*
 * Totals add up, and every node is reached once by the walk; one without samples is of a
 * difference.
 */
static inline void check_model(struct model *m)
{
	uint64_t samples = m->trie.nodes[TRIE_ROOT].self;
	size_t n = 1;

	must(!trie_finish(&m->trie));
	for (uint32_t i = trie_next(&m->trie, TRIE_ROOT); i != TRIE_NONE;
	     i = trie_next(&m->trie, i)) {
		const struct trie_node *node = &m->trie.nodes[i];

		must(node->frame < m->trie.n_frames && node->parent < i);
		must(node->total || m->diff);
		must(node->depth == m->trie.nodes[node->parent].depth + 1);
		samples += node->self;
		n++;
	}
	must(n == m->trie.n_nodes && samples == m->trie.nodes[TRIE_ROOT].total);
}
