/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mappings of one generation of a process over time. */
#include "config.h"

#include "elf/mapping-history.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

#define TAIL_MAX 1024

static int compare_entries(const void *pa, const void *pb)
{
	const struct space_mapping *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void set_max_ends(struct mapping_history *h)
{
	uint64_t max = 0;

	for (uint32_t i = 0; i < h->n; i++) {
		if (h->entries[i].map.end > max)
			max = h->entries[i].map.end;
		h->entries[i].max_end = max;
	}
	h->n_sorted = h->n;
}

/* Merge the sorted tail into the sorted part, from the end, through a copy of the tail. */
static int merge_tail(struct mapping_history *h)
{
	uint32_t left = h->n_sorted, right = h->n - h->n_sorted, to = h->n;
	CLEANUP_FREE struct history_entry *tail = malloc((right + 1) * sizeof(*tail));

	if (!tail)
		return -ENOMEM;
	qsort(h->entries + left, right, sizeof(*tail), compare_entries);
	memcpy(tail, h->entries + left, right * sizeof(*tail));
	while (right) {
		if (left && compare_entries(&h->entries[left - 1], &tail[right - 1]) > 0)
			h->entries[--to] = h->entries[--left];
		else
			h->entries[--to] = tail[--right];
	}
	set_max_ends(h);
	return 0;
}

/* The first sorted entry that begins at addr or above. */
static uint32_t lower_bound(const struct mapping_history *h, uint64_t addr)
{
	return (uint32_t)VEC_PREFIX(h->n_sorted, i, h->entries[i].map.start < addr);
}

/* Walks all entries that overlap [start, end). */
struct overlap {
	const struct mapping_history *h;
	uint64_t start, end;
	uint32_t sorted;         /* entries below are still to be seen */
	uint32_t tail;           /* entries from here on, too */
};

static struct overlap overlap_begin(const struct mapping_history *h, uint64_t start, uint64_t end)
{
	return (struct overlap){ h, start, end, lower_bound(h, end), h->n_sorted };
}

static const struct space_mapping *overlap_next(struct overlap *o)
{
	const struct history_entry *e = o->h->entries;

	for (; o->sorted && e[o->sorted - 1].max_end > o->start; o->sorted--)
		if (e[o->sorted - 1].map.end > o->start)
			return &e[--o->sorted].map;
	o->sorted = 0;
	for (; o->tail < o->h->n; o->tail++)
		if (e[o->tail].map.start < o->end && e[o->tail].map.end > o->start)
			return &e[o->tail++].map;
	return NULL;
}

static bool is_newer(const struct space_mapping *a, const struct space_mapping *b)
{
	return !b || a->time > b->time || (a->time == b->time && a->order > b->order);
}

const struct space_mapping *mapping_history_find(struct mapping_history *h, uint64_t time,
						 uint64_t addr)
{
	const struct space_mapping *m, *best = NULL;

	if (addr == UINT64_MAX)
		return NULL;
	struct overlap o = overlap_begin(h, addr, addr + 1);
	while ((m = overlap_next(&o)))
		if (m->time <= time && is_newer(m, best))
			best = m;
	return best;
}

const struct space_mapping *mapping_history_find_first(struct mapping_history *h, uint64_t addr)
{
	const struct space_mapping *m, *best = NULL;

	if (addr == UINT64_MAX)
		return NULL;
	struct overlap o = overlap_begin(h, addr, addr + 1);
	while ((m = overlap_next(&o)))
		if (!best || is_newer(best, m))
			best = m;
	return best;
}

static bool means_the_same(const struct space_mapping *a, const struct space_mapping *b)
{
	return a->object == b->object && a->start - a->pgoff == b->start - b->pgoff;
}

bool mapping_history_differs(struct mapping_history *h, const struct space_mapping *m,
			     uint64_t time)
{
	struct overlap o = overlap_begin(h, m->start, m->end);
	const struct space_mapping *other;

	while ((other = overlap_next(&o)))
		if (other->time <= time && !means_the_same(m, other))
			return true;
	return false;
}

static int add_change(struct mapping_history *h, uint64_t time)
{
	uint32_t i = h->n_changes;
	int r = VEC_RESERVE(h->changes, h->cap_changes, (size_t)h->n_changes + 1);

	if (r)
		return r;
	for (; i && h->changes[i - 1] > time; i--)
		h->changes[i] = h->changes[i - 1];
	h->changes[i] = time;
	h->n_changes++;
	return 0;
}

/* What the mappings under a new one say about it. */
struct verdict {
	bool repeats;            /* one that covers it says the same, and nothing lies between */
	bool changes;
	uint64_t change_time;
};

static struct verdict compare_with_all(const struct mapping_history *h,
				       const struct space_mapping *m)
{
	const struct space_mapping *other, *same = NULL, *differing = NULL;
	struct overlap o = overlap_begin(h, m->start, m->end);
	struct verdict v = { .change_time = m->time };

	while ((other = overlap_next(&o))) {
		if (!means_the_same(m, other)) {
			v.changes = true;
			if (other->time > v.change_time)
				v.change_time = other->time;
			if (is_newer(other, differing))
				differing = other;
		} else if (other->start <= m->start && other->end >= m->end &&
			   other->time <= m->time && is_newer(other, same)) {
			same = other;
		}
	}
	v.repeats = same && (!differing || is_newer(same, differing));
	return v;
}

int mapping_history_add(struct mapping_history *h, const struct space_mapping *m, bool changes)
{
	struct verdict v = compare_with_all(h, m);
	struct history_entry entry = { *m, 0 };
	int r = 0;

	if (v.repeats)
		return 0;
	if (v.changes || changes)
		r = add_change(h, v.change_time);
	if (!r)
		r = VEC_PUSH(h->entries, h->n, h->cap, entry);
	if (!r && h->n - h->n_sorted > TAIL_MAX)
		r = merge_tail(h);
	return r ? r : 1;
}

int mapping_history_split(struct mapping_history *from, uint64_t time, struct mapping_history *to)
{
	uint32_t kept = 0;
	int r = 0;

	for (uint32_t i = 0; i < from->n; i++) {
		if (from->entries[i].map.time < time || r)
			from->entries[kept++] = from->entries[i];
		else
			r = VEC_PUSH(to->entries, to->n, to->cap, from->entries[i]);
	}
	if (kept == from->n)
		return r;
	/* The order of the sorted part is kept, but its length and the greatest ends are not. */
	from->n = kept;
	if (from->n)
		qsort(from->entries, from->n, sizeof(*from->entries), compare_entries);
	set_max_ends(from);
	return r;
}

uint32_t mapping_history_epoch(const struct mapping_history *h, uint64_t time)
{
	uint32_t n = h->n_changes;

	while (n && h->changes[n - 1] > time)
		n--;
	return n;
}

void mapping_history_release(struct mapping_history *h)
{
	free(h->entries);
	free(h->changes);
	*h = (struct mapping_history){ 0 };
}
