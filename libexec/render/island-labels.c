/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose samples they are: from the store's samples with labels to nodes of the trie.
 *
 * The store keeps stacks by address and the trie by name, so several of its samples can be one node
 * with one label; they are added up.
 */
#include "config.h"

#include "island-labels.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/map.h"
#include "lib/vec.h"
#include "island-bytes.h"

#define LABEL_MAX ((size_t)1 << 20)

struct labelled {
	uint32_t node;           /* its number in pre-order */
	uint32_t label;
	uint64_t count;
};

struct labeller {
	const struct trie *trie;
	const struct samples *store;
	struct u64_map children; /* (parent, frame) -> node */
	uint32_t *numbers;       /* by node: in pre-order */
	struct map labels;       /* lines */
	struct u64_map seen;     /* (number, label) -> index of list */
	struct labelled *list; size_t n, cap;
	uint32_t *stack;       size_t stack_cap;
};

static bool says_whose(const struct sample_labels *l)
{
	return l->pid != SAMPLES_NO_NUMBER || l->tid != SAMPLES_NO_NUMBER ||
	       l->cpu != SAMPLES_NO_NUMBER;
}

static bool some_say_whose(const struct samples *store)
{
	struct sample_labels labels;

	for (size_t i = 0; i < store->n; i++) {
		samples_get(store, i, &labels);
		if (says_whose(&labels))
			return true;
	}
	return false;
}

static int index_nodes(struct labeller *l)
{
	const struct trie *t = l->trie;
	uint32_t number = 0;

	l->numbers = calloc(t->n_nodes, sizeof(*l->numbers));
	if (!l->numbers)
		return -ENOMEM;
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		uint64_t key = (uint64_t)t->nodes[i].parent << 32 | t->nodes[i].frame;
		uint32_t *child = u64_map_put(&l->children, key);

		if (!child)
			return -ENOMEM;
		*child = i;
		l->numbers[i] = ++number;
	}
	return 0;
}

static void put_number(struct buf *b, int64_t number)
{
	if (number != SAMPLES_NO_NUMBER)
		buf_printf(b, "%" PRId64, number);
	buf_put_byte(b, '\t');
}

static void put_string(struct buf *b, const struct samples *store, uint32_t string)
{
	const char *text = samples_text(store, string);

	island_put_text(b, text, strlen(text));
}

/* The line's index. */
static int label_of(struct labeller *l, const struct sample_labels *labels, uint32_t *label)
{
	struct buf line = BUF_INIT(LABEL_MAX);
	int err;

	put_number(&line, labels->pid);
	put_number(&line, labels->tid);
	put_number(&line, labels->cpu);
	put_string(&line, l->store, labels->process);
	buf_put_byte(&line, '\t');
	put_string(&line, l->store, labels->comm);
	err = line.failed;
	if (!err) {
		*label = map_intern(&l->labels, line.data, line.len, NULL);
		err = *label == MAP_NONE ? -ENOMEM : 0;
	}
	buf_release(&line);
	return err;
}

/* The node that a stack leads to, or MAP_NONE where the trie does not have it. */
static uint32_t node_of(const struct labeller *l, size_t n)
{
	uint32_t node = TRIE_ROOT;

	for (size_t i = 0; i < n && node != MAP_NONE; i++) {
		uint32_t frame = l->store->places[l->stack[i]].frame;

		node = u64_map_get(&l->children, (uint64_t)node << 32 | frame);
	}
	return node;
}

static int add_labelled(struct labeller *l, uint32_t number, uint32_t label, uint64_t count)
{
	uint32_t *seen = u64_map_put(&l->seen, (uint64_t)number << 32 | label);

	if (!seen)
		return -ENOMEM;
	if (*seen != MAP_NONE) {
		l->list[*seen].count += count;
		return 0;
	}
	*seen = (uint32_t)l->n;
	return VEC_PUSH(l->list, l->n, l->cap, ((struct labelled){ number, label, count }));
}

static int add_sample(struct labeller *l, size_t i)
{
	struct sample_labels labels;
	size_t n = samples_get(l->store, i, &labels);
	uint32_t node, label;
	int err;

	if (!l->store->values[i].count)
		return 0;
	if (VEC_RESERVE(l->stack, l->stack_cap, n))
		return -ENOMEM;
	samples_get_stack(l->store, i, l->stack);
	node = node_of(l, n);
	if (node == MAP_NONE)
		return 0;
	err = label_of(l, &labels, &label);
	return err ? err : add_labelled(l, l->numbers[node], label, l->store->values[i].count);
}

static int compare_labelled(const void *left, const void *right)
{
	const struct labelled *a = left, *b = right;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

static int put_sections(struct labeller *l, struct buf *labels, struct buf *samples)
{
	uint32_t before = 0;

	if (l->n)
		qsort(l->list, l->n, sizeof(*l->list), compare_labelled);
	for (size_t i = 0; i < l->labels.n; i++) {
		buf_put(labels, l->labels.keys[i].bytes, l->labels.keys[i].len);
		buf_put_byte(labels, '\n');
	}
	for (size_t i = 0; i < l->n; i++) {
		island_put_varint(samples, l->list[i].node - before);
		island_put_varint(samples, l->list[i].label);
		island_put_varint(samples, l->list[i].count);
		before = l->list[i].node;
	}
	return labels->failed ? labels->failed : samples->failed;
}

int island_put_labels(struct buf *labels, struct buf *samples, const struct view *view)
{
	struct labeller l = { .trie = view->trie, .store = view->samples };
	int err;

	if (!some_say_whose(view->samples))
		return 0;
	err = index_nodes(&l);
	for (size_t i = 0; !err && i < l.store->n; i++)
		err = add_sample(&l, i);
	if (!err)
		err = put_sections(&l, labels, samples);
	u64_map_release(&l.children);
	u64_map_release(&l.seen);
	map_release(&l.labels);
	free(l.numbers);
	free(l.list);
	free(l.stack);
	return err;
}
