/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges of addresses that may nest and overlap. */
#include "config.h"

#include "elf/address-ranges.h"

#include "lib/vec.h"

int address_ranges_add(struct address_ranges *r, uint64_t start, uint64_t end, uint32_t owner)
{
	struct address_range new = { .start = start, .end = end, .owner = owner };

	return start < end ? VEC_PUSH(r->v, r->n, r->cap, new) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct address_range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->owner < y->owner ? -1 : x->owner > y->owner;
}

void address_ranges_sort(struct address_ranges *r)
{
	uint64_t reach = 0;

	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), compare);
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].end > reach)
			reach = r->v[i].end;
		r->v[i].reach = reach;
	}
}

const struct address_range *address_ranges_next(const struct address_ranges *r, uint64_t addr,
						size_t *i, uint64_t *steps)
{
	if (*i == SIZE_MAX)
		*i = VEC_PREFIX(r->n, j, r->v[j].start <= addr);
	while (*i > 0 && r->v[*i - 1].reach > addr) {
		--*i;
		++*steps;
		if (r->v[*i].end > addr)
			return &r->v[*i];
	}
	*i = 0;
	return NULL;
}
