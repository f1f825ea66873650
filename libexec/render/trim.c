/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small subtrees become one frame. */
#include "config.h"

#include "trim.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

uint32_t trim_frame(struct trie *t, double percent)
{
	char name[64];

	snprintf(name, sizeof(name), "[less than %g%%]", percent);
	return trie_frame(t, name, strlen(name), FRAME_LABEL);
}

/* In the same order, so that they get the same numbers. */
static int copy_frames(struct trie *to, const struct trie *from)
{
	for (size_t i = 0; i < from->n_frames; i++) {
		const struct trie_frame *f = &from->frames[i];

		if (trie_frame(to, f->name, f->len, f->kind) != i)
			return -ENOMEM;
	}
	return 0;
}

static int copy_large(struct trie *to, const struct trie *from, double least, uint32_t small)
{
	CLEANUP_FREE uint32_t *path = calloc((size_t)from->max_depth + 1, sizeof(*path));
	uint32_t next;
	int err = path ? trie_add(to, path, 0, from->nodes[TRIE_ROOT].self) : -ENOMEM;

	for (uint32_t i = trie_next(from, TRIE_ROOT); !err && i != TRIE_NONE; i = next) {
		const struct trie_node *n = &from->nodes[i];
		bool is_small = (double)n->total < least;

		next = is_small ? trie_skip(from, i) : trie_next(from, i);
		path[n->depth - 1] = is_small ? small : n->frame;
		if (is_small || n->self)
			err = trie_add(to, path, n->depth, is_small ? n->total : n->self);
	}
	return err;
}

int trim(struct trie *t, double percent, uint32_t small)
{
	double least = (double)t->nodes[TRIE_ROOT].total * percent / 100;
	struct trie large;
	int err = trie_init(&large);

	if (err)
		return err;
	err = copy_frames(&large, t);
	if (!err)
		err = copy_large(&large, t, least, small);
	if (!err)
		err = trie_finish(&large);
	if (err) {
		trie_release(&large);
		return err;
	}
	trie_release(t);
	*t = large;
	return 0;
}
