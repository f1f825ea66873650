/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From samples with labels to threads with nodes of the trie.  Samples of one node, which the store
 * tells apart by address and by CPU, are one stack of a thread.
 */
#include "config.h"

#include "speedscope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/map.h"
#include "lib/vec.h"
#include "sample-nodes.h"

/* Without padding, so that equal ones are equal byte by byte. */
struct thread_key { int64_t pid, tid; uint32_t comm, zero; };

struct finding {
	struct threads *t;
	const struct samples *s;
	struct sample_nodes nodes;
	struct u64_map seen;             /* (node, thread) -> index of stacks */
	struct map keys;
	bool says_whose;
};

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
			((struct thread_stack){ node, f->nodes.numbers[node], thread, count }));
}

static int add_sample(struct finding *f, size_t i)
{
	struct sample_labels labels;
	size_t n = samples_get(f->s, i, &labels);
	uint32_t node, thread;
	int err;

	if (labels.pid != SAMPLES_NO_NUMBER || labels.tid != SAMPLES_NO_NUMBER)
		f->says_whose = true;
	err = sample_nodes_find(&f->nodes, i, n, &node);
	if (err || node == MAP_NONE || !f->s->values[i].count)
		return err;
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
	struct finding f = { .t = t, .s = view->samples };
	int err = f.s ? sample_nodes_init(&f.nodes, view->trie, f.s) : 0;

	for (size_t i = 0; f.s && !err && i < f.s->n; i++)
		err = add_sample(&f, i);
	if (!f.says_whose)
		t->n = 0;
	if (!err)
		err = put_in_order(&f);
	sample_nodes_release(&f.nodes);
	u64_map_release(&f.seen);
	map_release(&f.keys);
	return err;
}

void threads_release(struct threads *t)
{
	free(t->stacks);
	free(t->threads);
	free(t->order);
	*t = (struct threads){ 0 };
}
