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

/* Of each node so many samples: those before, or its own (before NULL). */
static int copy_stacks(struct trie *to, const struct trie *from, const uint64_t *before,
		       uint32_t *stack)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < from->n_nodes; i++) {
		uint64_t samples = before ? before[i] : from->nodes[i].self;
		size_t n = 0;

		if (!samples)
			continue;
		for (uint32_t node = i; node != TRIE_ROOT; node = from->nodes[node].parent)
			stack[n++] = from->nodes[node].frame;
		err = trie_add(to, stack, n, samples);
	}
	return err;
}

static int copy_before(struct trie *to, struct diff *diff, const struct view *view, uint32_t *stack)
{
	int err = copy_stacks(to, view->trie, view->diff->before_self, stack);

	return err ? err : diff_take(diff, to);
}

static int compare(struct trie *to, struct diff *diff)
{
	int err = diff_sum(diff, to);

	return err ? err : diff_judge(diff, to);
}

int svg_reverse(struct trie *to, struct diff *diff, const struct view *view)
{
	const struct trie *from = view->trie;
	CLEANUP_FREE uint32_t *stack = calloc((size_t)from->max_depth + 1, sizeof(*stack));
	int err;

	*diff = (struct diff){ .before_self = NULL };
	err = trie_init(to);
	if (err || !stack)
		return -ENOMEM;
	err = copy_frames(to, from);
	if (!err && view->diff)
		err = copy_before(to, diff, view, stack);
	if (!err)
		err = copy_stacks(to, from, NULL, stack);
	if (!err)
		err = trie_finish(to);
	if (!err && view->diff)
		err = compare(to, diff);
	return err;
}
