/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The difference of two profiles, by node. */
#include "config.h"

#include "diff.h"

#include <errno.h>
#include <string.h>

#include "significance.h"

int diff_take(struct diff *d, struct trie *t)
{
	free(d->before_self);
	d->before_self = calloc(t->n_nodes, sizeof(*d->before_self));
	d->n_before = t->n_nodes;
	if (!d->before_self)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_nodes; i++) {
		d->before_self[i] = t->nodes[i].self;
		t->nodes[i].self = 0;
	}
	return 0;
}

/* Nodes that came after are new: there were no samples before. */
static int extend(struct diff *d, size_t n)
{
	uint64_t *self = calloc(n, sizeof(*self));

	if (!self)
		return -ENOMEM;
	memcpy(self, d->before_self, d->n_before * sizeof(*self));
	free(d->before_self);
	d->before_self = self;
	d->n_before = n;
	return 0;
}

/* Parents come before their children. */
static void add_up(const struct trie *t, uint64_t *totals)
{
	for (size_t i = t->n_nodes; i-- > 1; )
		totals[t->nodes[i].parent] += totals[i];
}

int diff_sum(struct diff *d, const struct trie *t)
{
	if (extend(d, t->n_nodes))
		return -ENOMEM;
	free(d->before_total);
	d->before_total = malloc(t->n_nodes * sizeof(*d->before_total));
	if (!d->before_total)
		return -ENOMEM;
	memcpy(d->before_total, d->before_self, t->n_nodes * sizeof(*d->before_total));
	add_up(t, d->before_total);
	return 0;
}

/* ---- weights ---- */

static uint64_t unit_of(uint64_t all, uint64_t weight)
{
	return all ? weight / all : 0;
}

/* Where one of the profiles is empty the other has all. */
static int weigh(struct diff *d, const struct trie *t)
{
	uint64_t before_all = diff_before_all(d), after_all = t->nodes[TRIE_ROOT].total;
	uint64_t half = DIFF_WEIGHT_ALL / (before_all && after_all ? 2 : 1);
	uint64_t before = unit_of(before_all, half), after = unit_of(after_all, half);

	d->weight = calloc(t->n_nodes, sizeof(*d->weight));
	if (!d->weight)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_nodes; i++)
		d->weight[i] = d->before_self[i] * before + t->nodes[i].self * after;
	add_up(t, d->weight);
	return 0;
}

/* ---- what has changed ---- */

struct counts {
	uint64_t before, after;
};

static struct counts counts_of(const struct diff *d, const struct trie *t, size_t node, bool total)
{
	if (total)
		return (struct counts){ d->before_total[node], t->nodes[node].total };
	return (struct counts){ d->before_self[node], t->nodes[node].self };
}

static bool is_compared(struct counts c)
{
	return c.before + c.after >= DIFF_LEAST_SAMPLES;
}

/* p, by comparison in the order of nodes. */
static size_t compare_all(const struct diff *d, const struct trie *t, bool total, double *p)
{
	uint64_t before_all = diff_before_all(d), after_all = t->nodes[TRIE_ROOT].total;
	size_t n = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		struct counts c = counts_of(d, t, i, total);

		if (is_compared(c))
			p[n++] = significance_p(c.before, before_all, c.after, after_all);
	}
	return n;
}

static int judge(struct diff *d, const struct trie *t, bool total, unsigned bit)
{
	CLEANUP_FREE double *p = calloc(t->n_nodes, sizeof(*p));
	CLEANUP_FREE double *sorted = calloc(t->n_nodes, sizeof(*sorted));
	size_t n, next = 0;
	double limit;

	if (!p || !sorted)
		return -ENOMEM;
	n = compare_all(d, t, total, p);
	memcpy(sorted, p, n * sizeof(*p));
	limit = significance_limit(sorted, n);
	for (size_t i = 0; i < t->n_nodes; i++)
		if (is_compared(counts_of(d, t, i, total)) && p[next++] <= limit)
			d->changed[i] |= (uint8_t)bit;
	return 0;
}

int diff_judge(struct diff *d, const struct trie *t)
{
	int err = weigh(d, t);

	d->changed = calloc(t->n_nodes, sizeof(*d->changed));
	if (!d->changed)
		return -ENOMEM;
	if (!err)
		err = judge(d, t, false, DIFF_SELF);
	return err ? err : judge(d, t, true, DIFF_TOTAL);
}

void diff_release(struct diff *d)
{
	facts_release(&d->facts);
	free(d->before_self);
	free(d->before_total);
	free(d->weight);
	free(d->changed);
	*d = (struct diff){ 0 };
}
