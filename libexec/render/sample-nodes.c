/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From samples to nodes of the trie. */
#include "config.h"

#include "sample-nodes.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/vec.h"

static uint64_t key_of(uint32_t parent, uint32_t frame)
{
	return (uint64_t)parent << 32 | frame;
}

int sample_nodes_init(struct sample_nodes *index, const struct trie *trie,
		      const struct samples *samples)
{
	uint32_t number = 0;

	*index = (struct sample_nodes){ .trie = trie, .samples = samples };
	index->numbers = calloc(trie->n_nodes, sizeof(*index->numbers));
	if (!index->numbers)
		return -ENOMEM;
	for (uint32_t i = trie_next(trie, TRIE_ROOT); i != TRIE_NONE; i = trie_next(trie, i)) {
		const struct trie_node *node = &trie->nodes[i];
		uint32_t *child = u64_map_put(&index->children, key_of(node->parent, node->frame));

		if (!child)
			return -ENOMEM;
		*child = i;
		index->numbers[i] = ++number;
	}
	return 0;
}

void sample_nodes_release(struct sample_nodes *index)
{
	u64_map_release(&index->children);
	free(index->numbers);
	free(index->places);
}

int sample_nodes_find(struct sample_nodes *index, size_t i, size_t n, uint32_t *node)
{
	if (VEC_RESERVE(index->places, index->places_cap, n))
		return -ENOMEM;
	samples_get_stack(index->samples, i, index->places);
	*node = TRIE_ROOT;
	for (size_t at = 0; at < n && *node != MAP_NONE; at++)
		*node = u64_map_get(&index->children,
				    key_of(*node, index->samples->places[index->places[at]].frame));
	return 0;
}
