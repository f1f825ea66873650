/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples of a trie of which small parts were put together. */
#include "config.h"

#include "samples-trim.h"

#include <errno.h>

#include "lib/map.h"
#include "lib/vec.h"

static uint64_t child_key(uint32_t parent, uint32_t frame)
{
	return (uint64_t)parent << 32 | frame;
}

static int map_children(struct u64_map *children, const struct trie *t)
{
	for (uint32_t i = TRIE_ROOT + 1; i < t->n_nodes; i++) {
		uint32_t *node = u64_map_put(children,
					     child_key(t->nodes[i].parent, t->nodes[i].frame));

		if (!node)
			return -ENOMEM;
		*node = i;
	}
	return 0;
}

/* How many of the n places are in the trie. */
static size_t kept(const struct samples *s, const struct u64_map *children, const uint32_t *places,
		   size_t n)
{
	uint32_t node = TRIE_ROOT;
	size_t i;

	for (i = 0; i < n; i++) {
		node = u64_map_get(children, child_key(node, s->places[places[i]].frame));
		if (node == MAP_NONE)
			break;
	}
	return i;
}

/* Sample i of `from` into the store, as much of it as is in the trie. */
static int add_again(struct samples *s, const struct samples *from, size_t i,
		     const struct u64_map *children, uint32_t small)
{
	CLEANUP_FREE uint32_t *places = NULL;
	struct sample_labels labels;
	size_t n = samples_get(from, i, &labels), n_kept;

	places = calloc(n + 1, sizeof(*places));
	if (!places)
		return -ENOMEM;
	samples_get_stack(from, i, places);
	n_kept = kept(s, children, places, n);
	if (n_kept < n)
		places[n_kept++] = small;
	return samples_add(s, &labels, places, n_kept, from->values[i]);
}

int samples_trim(struct samples *s, const struct trie *trimmed, uint32_t small)
{
	struct u64_map children = { .n = 0 };
	uint32_t place = samples_plain_place(s, small, PLACE_NAME);
	int err = place == SAMPLES_NONE ? -ENOMEM : map_children(&children, trimmed);
	struct samples before;

	samples_take(s, &before);
	for (size_t i = 0; !err && i < before.n; i++)
		err = add_again(s, &before, i, &children, place);
	samples_release(&before);
	u64_map_release(&children);
	return err;
}
