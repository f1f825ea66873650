/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named address ranges: sorting, choosing among aliases, cutting into disjoint pieces, lookup. */
#include "config.h"

#include "elf/symbol-set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vec.h"

int symbol_set_add(struct symbol_set *s, const struct symbol_draft *d)
{
	if (s->n_drafts >= SYMBOL_COUNT_MAX)
		return -EOVERFLOW;
	return VEC_PUSH(s->drafts, s->n_drafts, s->cap_drafts, *d);
}

int symbol_set_add_named(struct symbol_set *s, struct symbol_draft d, const char *name, size_t len)
{
	char *copy = buf_extend(&s->names, len + 1);

	if (!copy)
		return s->names.failed ? s->names.failed : -ENOMEM;
	memcpy(copy, name, len);
	copy[len] = 0;
	d.name = (uint32_t)((uint8_t *)copy - s->names.data);
	return symbol_set_add(s, &d);
}

static const char *draft_name(const struct symbol_set *s, const struct symbol_draft *d)
{
	return (const char *)s->names.data + d->name;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_names(const char *a, const char *b)
{
	size_t underscores_a = strspn(a, "_"), underscores_b = strspn(b, "_");
	size_t len_a = strlen(a), len_b = strlen(b);

	if (underscores_a != underscores_b)
		return underscores_a < underscores_b ? 1 : -1;
	if (len_a != len_b)
		return len_a > len_b ? 1 : -1;
	return -strcmp(a, b);
}

/* By address; of one address, the preferred symbol last. */
static int compare_nested(const void *pa, const void *pb, void *arg)
{
	const struct symbol_draft *a = pa, *b = pb;
	int order = compare_u64(a->start, b->start);

	if (!order)
		order = (a->end > a->start) - (b->end > b->start);
	if (!order && a->rank != b->rank)
		order = a->rank > b->rank ? 1 : -1;
	if (!order)
		order = compare_names(draft_name(arg, a), draft_name(arg, b));
	return order ? order : compare_u64(a->end, b->end);
}

static int compare_starts(const void *pa, const void *pb, void *arg UNUSED)
{
	const struct symbol_draft *a = pa, *b = pb;
	int order = compare_u64(a->start, b->start);

	return order ? order : compare_u64(a->rank, b->rank);
}

/* Keep the last of each address. */
static void drop_aliases(struct symbol_set *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_drafts; i++) {
		if (i + 1 < s->n_drafts && s->drafts[i].start == s->drafts[i + 1].start)
			continue;
		s->drafts[kept++] = s->drafts[i];
	}
	s->n_drafts = kept;
}

struct sweep {
	struct symbol_set *set;
	uint64_t *priorities;    /* of each draft */
	uint32_t *heap; /* drafts that have begun, the one with the greatest priority first */
	size_t n_heap;
};

static void heap_swap(struct sweep *w, size_t a, size_t b)
{
	uint32_t draft = w->heap[a];

	w->heap[a] = w->heap[b];
	w->heap[b] = draft;
}

static uint64_t heap_priority(const struct sweep *w, size_t at)
{
	return w->priorities[w->heap[at]];
}

static void heap_push(struct sweep *w, uint32_t draft)
{
	size_t at = w->n_heap++;

	w->heap[at] = draft;
	while (at && heap_priority(w, at) > heap_priority(w, (at - 1) / 2)) {
		heap_swap(w, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void heap_pop(struct sweep *w)
{
	size_t at = 0;

	w->heap[0] = w->heap[--w->n_heap];
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= w->n_heap)
			return;
		if (child + 1 < w->n_heap && heap_priority(w, child + 1) > heap_priority(w, child))
			child++;
		if (heap_priority(w, child) <= heap_priority(w, at))
			return;
		heap_swap(w, child, at);
		at = child;
	}
}

static int emit_piece(struct symbol_set *s, uint64_t start, uint64_t end, uint32_t name)
{
	struct symbol *last = s->n ? &s->symbols[s->n - 1] : NULL;

	if (last && last->name == name && last->start + last->size == start &&
	    end - last->start <= UINT32_MAX) {
		last->size = (uint32_t)(end - last->start);
		return 0;
	}
	/* 64 GiB are more than any function has: a symbol cannot make pieces without end. */
	for (int i = 0; i < 16 && start < end; i++) {
		uint64_t size = end - start > UINT32_MAX ? UINT32_MAX : end - start;
		struct symbol piece = { start, (uint32_t)size, name };
		int r = VEC_PUSH(s->symbols, s->n, s->cap, piece);

		if (r)
			return r;
		start += size;
	}
	return 0;
}

/* Emit what lies between `pos` and `until`: at each address the covering draft of highest
 * priority. */
static int sweep_until(struct sweep *w, uint64_t pos, uint64_t until)
{
	const struct symbol_draft *drafts = w->set->drafts;

	while (w->n_heap && pos < until) {
		const struct symbol_draft *top = &drafts[w->heap[0]];
		uint64_t end = top->end < until ? top->end : until;

		if (top->end <= pos) {
			heap_pop(w);
			continue;
		}
		int r = emit_piece(w->set, pos, end, top->name);
		if (r)
			return r;
		pos = end;
	}
	return 0;
}

static int sweep(struct sweep *w)
{
	struct symbol_set *s = w->set;
	int r = 0;

	s->n = 0;
	for (size_t i = 0; i < s->n_drafts && !r; i++) {
		heap_push(w, (uint32_t)i);
		r = sweep_until(w, s->drafts[i].start,
				i + 1 < s->n_drafts ? s->drafts[i + 1].start : UINT64_MAX);
	}
	return r;
}

/* Symbols of unknown size reach to the next one, but give way to all whose size is known. */
static void set_priorities(struct sweep *w, enum symbol_set_order order)
{
	struct symbol_set *s = w->set;
	uint64_t next = UINT64_MAX;

	for (size_t i = s->n_drafts; i-- > 0;) {
		struct symbol_draft *d = &s->drafts[i];
		bool sized = d->end > d->start;

		w->priorities[i] = order == SYMBOL_SET_LAST_WINS ? d->rank : i;
		if (sized)
			w->priorities[i] |= (uint64_t)1 << 32;
		else
			d->end = next < d->limit ? next : d->limit;
		if (i && s->drafts[i - 1].start < d->start)
			next = d->start;
	}
}

int symbol_set_finish(struct symbol_set *s, enum symbol_set_order order)
{
	CLEANUP_FREE uint64_t *priorities = NULL;
	CLEANUP_FREE uint32_t *heap = NULL;

	if (!s->n_drafts) {
		s->n = 0;
		return 0;
	}
	if (order == SYMBOL_SET_NESTED) {
		qsort_r(s->drafts, s->n_drafts, sizeof(*s->drafts), compare_nested, s);
		drop_aliases(s);
	} else {
		qsort_r(s->drafts, s->n_drafts, sizeof(*s->drafts), compare_starts, NULL);
	}
	priorities = malloc((s->n_drafts + 1) * sizeof(*priorities));
	heap = malloc((s->n_drafts + 1) * sizeof(*heap));
	if (!priorities || !heap)
		return -ENOMEM;

	struct sweep w = { s, priorities, heap, 0 };

	set_priorities(&w, order);
	int r = sweep(&w);
	if (r)
		return r;
	free(s->drafts);
	s->drafts = NULL;
	s->n_drafts = s->cap_drafts = 0;
	return 0;
}

const struct symbol *symbol_set_find(const struct symbol_set *s, uint64_t addr)
{
	size_t begun = VEC_PREFIX(s->n, i, s->symbols[i].start <= addr);

	if (!begun || addr - s->symbols[begun - 1].start >= s->symbols[begun - 1].size)
		return NULL;
	return &s->symbols[begun - 1];
}

const char *symbol_set_name(const struct symbol_set *s, const struct symbol *symbol)
{
	return (const char *)s->names.data + symbol->name;
}

void symbol_set_release(struct symbol_set *s)
{
	free(s->symbols);
	free(s->drafts);
	buf_release(&s->names);
	*s = SYMBOL_SET_INIT;
}
