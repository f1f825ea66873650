/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose samples they are: from the store's samples with labels to nodes of the trie.  Those of one
 * node with one label are added up.
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
#include "sample-nodes.h"

#define LABEL_MAX ((size_t)1 << 20)

struct labelled {
	uint32_t node;           /* its number in pre-order */
	uint32_t label;
	uint64_t count;
};

struct labeller {
	const struct samples *store;
	struct sample_nodes nodes;
	struct map labels;       /* lines */
	struct u64_map seen;     /* (number, label) -> index of list */
	struct labelled *list; size_t n, cap;
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
	err = sample_nodes_find(&l->nodes, i, n, &node);
	if (err || node == MAP_NONE)
		return err;
	err = label_of(l, &labels, &label);
	return err ? err : add_labelled(l, l->nodes.numbers[node], label,
					l->store->values[i].count);
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
	struct labeller l = { .store = view->samples };
	int err;

	if (!some_say_whose(view->samples))
		return 0;
	err = sample_nodes_init(&l.nodes, view->trie, view->samples);
	for (size_t i = 0; !err && i < l.store->n; i++)
		err = add_sample(&l, i);
	if (!err)
		err = put_sections(&l, labels, samples);
	u64_map_release(&l.seen);
	map_release(&l.labels);
	free(l.list);
	sample_nodes_release(&l.nodes);
	return err;
}
