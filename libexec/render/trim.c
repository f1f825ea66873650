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

/* What there is: the trie alone, or a difference; and how many samples are few. */
struct source_trie {
	const struct trie *t;
	const struct diff *d;    /* NULL: none */
	double least_before, least_after;
	uint32_t small;
};

static bool is_small(const struct source_trie *from, uint32_t node)
{
	return (double)from->t->nodes[node].total < from->least_after &&
	       (!from->d || (double)from->d->before_total[node] < from->least_before);
}

static uint64_t count_of(const struct source_trie *from, uint32_t node, bool before, bool all)
{
	const struct trie_node *n = &from->t->nodes[node];

	if (before)
		return all ? from->d->before_total[node] : from->d->before_self[node];
	return all ? n->total : n->self;
}

/* Adds the samples before, or those after. */
static int copy_large(struct trie *to, const struct source_trie *from, bool before)
{
	const struct trie *t = from->t;
	CLEANUP_FREE uint32_t *path = calloc((size_t)t->max_depth + 1, sizeof(*path));
	uint32_t next;
	int err = path ? trie_add(to, path, 0, count_of(from, TRIE_ROOT, before, false)) : -ENOMEM;

	for (uint32_t i = trie_next(t, TRIE_ROOT); !err && i != TRIE_NONE; i = next) {
		bool small = is_small(from, i);
		uint64_t count = count_of(from, i, before, small);

		next = small ? trie_skip(t, i) : trie_next(t, i);
		path[t->nodes[i].depth - 1] = small ? from->small : t->nodes[i].frame;
		if (count)
			err = trie_add(to, path, t->nodes[i].depth, count);
	}
	return err;
}

static int copy(struct trie *to, struct diff *to_diff, const struct source_trie *from)
{
	int err = copy_frames(to, from->t);

	if (!err && from->d)
		err = copy_large(to, from, true);
	if (!err && from->d)
		err = diff_take(to_diff, to);
	if (!err)
		err = copy_large(to, from, false);
	if (!err)
		err = trie_finish(to);
	if (!err && from->d)
		err = diff_sum(to_diff, to);
	return err;
}

static void replace(struct trie *t, struct diff *d, struct trie *large, struct diff *large_diff)
{
	trie_release(t);
	*t = *large;
	if (!d)
		return;
	large_diff->facts = d->facts;
	d->facts = (struct facts){ 0 };
	diff_release(d);
	*d = *large_diff;
}

int trim(struct trie *t, struct diff *d, double percent, uint32_t small)
{
	struct source_trie from = {
		.t = t, .d = d, .small = small,
		.least_before = d ? (double)diff_before_all(d) * percent / 100 : 0,
		.least_after = (double)t->nodes[TRIE_ROOT].total * percent / 100
	};
	struct diff large_diff = { 0 };
	struct trie large;
	int err = trie_init(&large);

	if (err)
		return err;
	err = copy(&large, &large_diff, &from);
	if (!err) {
		replace(t, d, &large, &large_diff);
		return 0;
	}
	diff_release(&large_diff);
	trie_release(&large);
	return err;
}
