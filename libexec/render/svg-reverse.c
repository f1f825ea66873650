/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same samples with every stack from its leaf to its root: who calls what takes the time. */
#include "config.h"

#include "svg.h"

#include <errno.h>

/* Frames in the same order have the same numbers, which names and modules go by. */
static int copy_frames(struct trie *to, const struct trie *from)
{
	for (size_t i = 0; i < from->n_frames; i++) {
		const struct trie_frame *f = &from->frames[i];

		if (trie_frame(to, f->name, f->len, (enum frame_kind)f->kind) != i)
			return -ENOMEM;
	}
	return 0;
}

static int copy_stacks(struct trie *to, const struct trie *from, uint32_t *stack)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < from->n_nodes; i++) {
		size_t n = 0;

		if (!from->nodes[i].self)
			continue;
		for (uint32_t node = i; node != TRIE_ROOT; node = from->nodes[node].parent)
			stack[n++] = from->nodes[node].frame;
		err = trie_add(to, stack, n, from->nodes[i].self);
	}
	return err;
}

int svg_reverse(struct trie *to, const struct trie *from)
{
	CLEANUP_FREE uint32_t *stack = calloc((size_t)from->max_depth + 1, sizeof(*stack));
	int err = stack ? trie_init(to) : -ENOMEM;

	if (err)
		return err;
	err = copy_frames(to, from);
	if (!err)
		err = copy_stacks(to, from, stack);
	if (!err)
		err = trie_finish(to);
	if (err)
		trie_release(to);
	return err;
}
