// SPDX-License-Identifier: GPL-2.0-or-later
/* Which processes put other code where code was before. */
#include "config.h"

#include "remaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vec.h"

struct range {
	uint64_t start, end;
};

struct remaps_process {
	struct range *ranges;    /* in the order of their coming */
	size_t n, cap;
};

static struct remaps_process *process_of(struct remaps *r, uint32_t tgid)
{
	uint32_t *index = u64_map_put(&r->index, tgid);
	struct remaps_process none = { 0 };

	if (!index)
		return NULL;
	if (*index == MAP_NONE) {
		if (VEC_PUSH(r->processes, r->n, r->cap, none))
			return NULL;
		*index = (uint32_t)r->n - 1;
	}
	return &r->processes[*index];
}

/* Take out the ranges that overlap.  Returns whether there were any. */
static bool remove_overlapping(struct remaps_process *p, uint64_t start, uint64_t end)
{
	size_t kept = 0, before = p->n;

	for (size_t i = 0; i < p->n; i++)
		if (p->ranges[i].end <= start || p->ranges[i].start >= end)
			p->ranges[kept++] = p->ranges[i];
	p->n = kept;
	return kept != before;
}

int remaps_add(struct remaps *r, uint32_t tgid, uint64_t start, uint64_t end, bool *replaced)
{
	struct remaps_process *p = process_of(r, tgid);
	struct range range = { start, end };

	if (!p)
		return -ENOMEM;
	*replaced = remove_overlapping(p, start, end);
	if (p->n == REMAPS_RANGES_MAX) {
		p->n /= 2;
		memmove(p->ranges, p->ranges + p->n, p->n * sizeof(*p->ranges));
	}
	return VEC_PUSH(p->ranges, p->n, p->cap, range);
}

void remaps_forget(struct remaps *r, uint32_t tgid)
{
	uint32_t index = u64_map_get(&r->index, tgid);
	struct remaps_process *p;

	if (index == MAP_NONE)
		return;
	p = &r->processes[index];
	free(p->ranges);
	*p = (struct remaps_process){ 0 };
}

void remaps_release(struct remaps *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->processes[i].ranges);
	free(r->processes);
	u64_map_release(&r->index);
	*r = (struct remaps){ 0 };
}
