/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code without call frame information whose rules are known: put in order. */
#include "config.h"

#include "code-ranges.h"

#include <stdlib.h>

#include "plt-rows-x86.h"
#include "start-rows-x86.h"

void code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t end, uint32_t rule)
{
	if (ranges->n < CODE_RANGES_MAX && start < end)
		ranges->v[ranges->n++] = (struct code_range){ start, end, rule };
}

static int compare(const void *pa, const void *pb)
{
	const struct code_range *a = pa, *b = pb;

	return (a->start > b->start) - (a->start < b->start);
}

/* A range ends where the next one begins; of two with one start the first is dropped. */
static void clip_overlaps(struct code_ranges *ranges)
{
	size_t kept = 0;

	for (size_t i = 0; i < ranges->n; i++) {
		const struct code_range *next = i + 1 < ranges->n ? &ranges->v[i + 1] : NULL;
		struct code_range range = ranges->v[i];

		if (next && next->start < range.end)
			range.end = next->start;
		if (range.start < range.end)
			ranges->v[kept++] = range;
	}
	ranges->n = kept;
}

void code_ranges_find(struct code_ranges *ranges, const struct elf_file *f)
{
	ranges->n = 0;
	plt_rows_find(ranges, f);
	start_rows_find(ranges, f);
	qsort(ranges->v, ranges->n, sizeof(ranges->v[0]), compare);
	clip_overlaps(ranges);
}
