/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts records in order of time. */
#include "config.h"

#include "timeline.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

static size_t payload(const struct waiting *w)
{
	return ((size_t)w->sample.chain_len + w->sample.copy_len) * sizeof(uint64_t);
}

int timeline_add(struct timeline *t, const struct waiting *w, const uint64_t *chain)
{
	struct waiting copy = *w;
	int r = VEC_RESERVE(t->v, t->cap, t->n + 1);

	if (r)
		return r;
	copy.order = t->order++;
	if (w->kind == WAITING_SAMPLE) {
		copy.sample.chain = t->chains.len;
		r = buf_put(&t->chains, chain, payload(w));
		if (r)
			return r;
		if (!w->time)
			copy.time = t->newest;
	}
	if (copy.time > t->newest)
		t->newest = copy.time;
	t->v[t->n++] = copy;
	return 0;
}

bool timeline_is_full(const struct timeline *t)
{
	return t->n >= TIMELINE_RECORDS_MAX || t->chains.len > TIMELINE_CHAINS_MAX / 2;
}

static int compare_waiting(const void *pa, const void *pb)
{
	const struct waiting *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static bool is_sorted(const struct timeline *t)
{
	for (size_t i = 1; i < t->n; i++)
		if (compare_waiting(&t->v[i - 1], &t->v[i]) > 0)
			return false;
	return true;
}

/* Drop the first n records, and the chains that only they have. */
static int drop_first(struct timeline *t, size_t n)
{
	struct buf chains = BUF_INIT(TIMELINE_CHAINS_MAX);
	int r = 0;

	if (n == t->n) {
		t->n = 0;
		buf_clear(&t->chains);
		return 0;
	}
	t->n -= n;
	memmove(t->v, t->v + n, t->n * sizeof(*t->v));
	for (size_t i = 0; i < t->n && !r; i++) {
		struct waiting *w = &t->v[i];
		size_t at = chains.len;

		if (w->kind != WAITING_SAMPLE)
			continue;
		r = buf_put(&chains, t->chains.data + w->sample.chain, payload(w));
		w->sample.chain = at;
	}
	buf_release(&t->chains);
	t->chains = chains;
	return r;
}

static int release_until(struct timeline *t, uint64_t time, timeline_fn *fn, void *ctx)
{
	size_t n = 0;
	int r = 0;

	if (t->n && !is_sorted(t))
		qsort(t->v, t->n, sizeof(*t->v), compare_waiting);
	for (; n < t->n && t->v[n].time <= time && !r; n++) {
		const struct waiting *w = &t->v[n];
		const uint64_t *chain = NULL;

		if (w->kind == WAITING_SAMPLE && w->sample.chain_len)
			chain = (const uint64_t *)(const void *)(t->chains.data + w->sample.chain);
		r = fn(ctx, w, chain);
	}
	int dropped = drop_first(t, n);
	return r ? r : dropped;
}

int timeline_round(struct timeline *t, timeline_fn *fn, void *ctx)
{
	uint64_t safe = t->safe;

	t->safe = t->newest;
	return release_until(t, safe, fn, ctx);
}

int timeline_flush(struct timeline *t, timeline_fn *fn, void *ctx)
{
	t->safe = t->newest;
	return release_until(t, UINT64_MAX, fn, ctx);
}

void timeline_release(struct timeline *t)
{
	free(t->v);
	buf_release(&t->chains);
	*t = TIMELINE_INIT;
}
