/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From samples with labels to threads with nodes of the trie.  The store of samples tells stacks
 * apart by address and by CPU, so several of its samples can be one stack of a thread.
 */
#include "config.h"

#include "speedscope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/map.h"
#include "lib/vec.h"

/* Without padding, so that equal ones are equal byte by byte. */
struct thread_key { int64_t pid, tid; uint32_t comm, zero; };

struct finding {
	struct threads *t;
	const struct trie *trie;
	const struct samples *s;
	struct u64_map children;         /* (parent, frame) -> node */
	struct u64_map seen;             /* (node, thread) -> index of stacks */
	struct map keys;
	uint32_t *numbers;               /* by node */
	uint32_t *places;                size_t places_cap;     /* scratch of one sample */
	bool says_whose;
};

static int index_nodes(struct finding *f)
{
	const struct trie *t = f->trie;
	uint32_t number = 0;

	f->numbers = calloc(t->n_nodes, sizeof(*f->numbers));
	if (!f->numbers)
		return -ENOMEM;
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		uint64_t key = (uint64_t)t->nodes[i].parent << 32 | t->nodes[i].frame;
		uint32_t *child = u64_map_put(&f->children, key);

		if (!child)
			return -ENOMEM;
		*child = i;
		f->numbers[i] = ++number;
	}
	return 0;
}

/* MAP_NONE where the trie does not have the stack of n places. */
static uint32_t node_of(const struct finding *f, size_t n)
{
	uint32_t node = TRIE_ROOT;

	for (size_t i = 0; i < n && node != MAP_NONE; i++)
		node = u64_map_get(&f->children,
				   (uint64_t)node << 32 | f->s->places[f->places[i]].frame);
	return node;
}

/* MAP_NONE: memory is out. */
static uint32_t thread_of(struct finding *f, const struct sample_labels *labels)
{
	struct thread_key key = { .pid = labels->pid, .tid = labels->tid, .comm = labels->comm };
	struct threads *t = f->t;
	bool added;
	uint32_t thread = map_intern(&f->keys, &key, sizeof(key), &added);

	if (thread != MAP_NONE && added &&
	    VEC_PUSH(t->threads, t->n, t->cap, ((struct thread_stacks){ .labels = *labels })))
		return MAP_NONE;
	return thread;
}

static int add_stack(struct finding *f, uint32_t node, uint32_t thread, uint64_t count)
{
	uint32_t *seen = u64_map_put(&f->seen, (uint64_t)node << 32 | thread);

	if (!seen)
		return -ENOMEM;
	f->t->threads[thread].total += count;
	if (*seen != MAP_NONE) {
		f->t->stacks[*seen].count += count;
		return 0;
	}
	*seen = (uint32_t)f->t->n_stacks;
	f->t->threads[thread].n++;
	return VEC_PUSH(f->t->stacks, f->t->n_stacks, f->t->stacks_cap,
			((struct thread_stack){ node, f->numbers[node], thread, count }));
}

static int add_sample(struct finding *f, size_t i)
{
	struct sample_labels labels;
	size_t n = samples_get(f->s, i, &labels);
	uint32_t node, thread;

	if (labels.pid != SAMPLES_NO_NUMBER || labels.tid != SAMPLES_NO_NUMBER)
		f->says_whose = true;
	if (VEC_RESERVE(f->places, f->places_cap, n))
		return -ENOMEM;
	samples_get_stack(f->s, i, f->places);
	node = node_of(f, n);
	if (node == MAP_NONE || !f->s->values[i].count)
		return 0;
	thread = thread_of(f, &labels);
	return thread == MAP_NONE ? -ENOMEM : add_stack(f, node, thread, f->s->values[i].count);
}

static int compare_stacks(const void *left, const void *right)
{
	const struct thread_stack *a = left, *b = right;

	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static int compare_labels(const struct samples *s, const struct sample_labels *a,
			  const struct sample_labels *b)
{
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (a->tid != b->tid)
		return a->tid < b->tid ? -1 : 1;
	return strcmp(samples_text(s, a->comm), samples_text(s, b->comm));
}

static int compare_threads(const void *left, const void *right, void *arg)
{
	const struct finding *f = arg;
	const struct thread_stacks *a = &f->t->threads[*(const uint32_t *)left];
	const struct thread_stacks *b = &f->t->threads[*(const uint32_t *)right];

	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return compare_labels(f->s, &a->labels, &b->labels);
}

static int put_in_order(struct finding *f)
{
	struct threads *t = f->t;
	size_t first = 0;

	t->order = calloc(t->n + 1, sizeof(*t->order));
	if (!t->order)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		t->order[i] = (uint32_t)i;
		t->threads[i].first = first;
		first += t->threads[i].n;
	}
	if (t->n_stacks)
		qsort(t->stacks, t->n_stacks, sizeof(*t->stacks), compare_stacks);
	qsort_r(t->order, t->n, sizeof(*t->order), compare_threads, f);
	return 0;
}

int threads_find(struct threads *t, const struct view *view)
{
	struct finding f = { .t = t, .trie = view->trie, .s = view->samples };
	int err = f.s ? index_nodes(&f) : 0;

	for (size_t i = 0; f.s && !err && i < f.s->n; i++)
		err = add_sample(&f, i);
	if (!f.says_whose)
		t->n = 0;
	if (!err)
		err = put_in_order(&f);
	u64_map_release(&f.children);
	u64_map_release(&f.seen);
	map_release(&f.keys);
	free(f.numbers);
	free(f.places);
	return err;
}

void threads_release(struct threads *t)
{
	free(t->stacks);
	free(t->threads);
	free(t->order);
	*t = (struct threads){ 0 };
}
