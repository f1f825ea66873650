/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading an unwind table as the walk in the kernel does, with checks. */
#include "config.h"

#include "lookup.h"

#include <errno.h>

struct view {
	const struct unwind_part *p;
	const uint32_t *pages, *rows;
	const uint16_t *buckets;
	const struct unwind_exotic *exotics;
	const uint8_t *rbxs;
};

static struct view view_of(const void *part)
{
	const struct unwind_part *p = part;
	const uint32_t *words = part;

	return (struct view){
		.p = p, .pages = words + sizeof(*p) / 4, .rows = words + p->rows,
		.buckets = (const uint16_t *)(words + p->buckets),
		.exotics = (const struct unwind_exotic *)(words + p->exotics),
		.rbxs = (const uint8_t *)(words + p->rbxs)
	};
}

static uint32_t first_row(const struct view *v, uint32_t bucket)
{
	return v->pages[bucket >> 8] + v->buckets[bucket];
}

/* ---- checks ---- */

static bool has_sane_sizes(const struct unwind_part *p, size_t size)
{
	uint64_t pages = ((uint64_t)p->n_buckets + 255) / 256;
	uint64_t buckets = sizeof(*p) / 4 + pages + 1;
	uint64_t rows = buckets + ((uint64_t)p->n_buckets + 2) / 2;
	uint64_t exotics = (rows + p->n_rows + 1) & ~UINT64_C(1);
	uint64_t rbxs = exotics + (uint64_t)p->n_exotic * 4;
	uint64_t end = rbxs + (p->flags & UNWIND_HAS_RBX ? ((uint64_t)p->n_rows + 3) / 4 : 0);

	return p->n_buckets && p->n_rows && p->buckets == buckets && p->rows == rows &&
	       p->exotics == exotics && p->rbxs == rbxs && p->words == ((end + 1) & ~UINT64_C(1)) &&
	       p->words <= UNWIND_PART_BYTES_MAX / 4 && (uint64_t)p->words * 4 <= size &&
	       !(p->flags & ~(uint32_t)UNWIND_HAS_RBX);
}

static bool is_sane_row(const struct view *v, uint32_t row)
{
	uint32_t kind = UNWIND_KIND(row), rbp = UNWIND_RBP_RULE(row);

	if (kind >= UNWIND_KINDS || (rbp == UNWIND_RBP_EXOTIC && kind != UNWIND_EXOTIC))
		return false;
	return kind != UNWIND_EXOTIC || UNWIND_OFFSET(row) < v->p->n_exotic;
}

static bool has_sane_bucket(const struct view *v, uint32_t bucket)
{
	uint32_t row = first_row(v, bucket), end = first_row(v, bucket + 1), last = 0;

	if (end < row || end > v->p->n_rows || (!(bucket & 255) && v->buckets[bucket]))
		return false;
	for (uint32_t i = row; i < end; i++) {
		uint32_t key = UNWIND_KEY(v->rows[i]);

		if (!is_sane_row(v, v->rows[i]) || (i > row && key <= last))
			return false;
		last = key;
	}
	return true;
}

static bool has_sane_exotics(const struct view *v)
{
	for (uint32_t i = 0; i < v->p->n_exotic; i++) {
		const struct unwind_exotic *e = &v->exotics[i];

		if (e->cfa > UNWIND_CFA_DEREF_INDEX || e->reg > 15 || e->index > 15 ||
		    e->ra_rule > UNWIND_RA_IN_REG ||
		    (e->ra_rule == UNWIND_RA_IN_REG && (e->ra < 0 || e->ra > 15)))
			return false;
	}
	return true;
}

long lookup_check_part(const void *bytes, size_t size)
{
	const struct unwind_part *p = bytes;
	struct view v;

	if (size < sizeof(*p) || !has_sane_sizes(p, size))
		return -EBADMSG;
	v = view_of(bytes);
	if (first_row(&v, 0) || UNWIND_KEY(v.rows[0]) || first_row(&v, 1) < 1 ||
	    first_row(&v, p->n_buckets) != p->n_rows || !has_sane_exotics(&v))
		return -EBADMSG;
	for (uint32_t b = 0; b < p->n_buckets; b++)
		if (!has_sane_bucket(&v, b))
			return -EBADMSG;
	return (long)p->words * 4;
}

/* ---- rows ---- */

static void fill(const struct view *v, uint32_t i, struct lookup_row *row)
{
	row->row = v->rows[i];
	row->has_rbx = v->p->flags & UNWIND_HAS_RBX;
	row->rbx = row->has_rbx ? v->rbxs[i] : UNWIND_RBX_LOST;
	if (UNWIND_KIND(row->row) == UNWIND_EXOTIC)
		row->exotic = v->exotics[UNWIND_OFFSET(row->row)];
}

static uint32_t bucket_of_row(const struct view *v, uint32_t i)
{
	uint32_t low = 0, high = v->p->n_buckets;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (first_row(v, middle) <= i)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint64_t row_start(const struct view *v, uint32_t i)
{
	if (i == v->p->n_rows)
		return ((uint64_t)v->p->first_bucket + v->p->n_buckets) << 8;
	return ((uint64_t)v->p->first_bucket + bucket_of_row(v, i)) << 8 | UNWIND_KEY(v->rows[i]);
}

void lookup_row(const void *part, uint32_t i, struct lookup_row *row)
{
	struct view v = view_of(part);

	fill(&v, i, row);
	row->start = row_start(&v, i);
	row->end = row_start(&v, i + 1);
}

bool lookup_address(const void *part, uint64_t addr, struct lookup_row *row)
{
	struct view v = view_of(part);
	uint64_t bucket = addr >> 8;
	uint32_t i, end;

	if (bucket < v.p->first_bucket || bucket - v.p->first_bucket >= v.p->n_buckets)
		return false;
	bucket -= v.p->first_bucket;
	i = first_row(&v, (uint32_t)bucket);
	end = first_row(&v, (uint32_t)bucket + 1);
	while (i < end && UNWIND_KEY(v.rows[i]) <= (addr & 0xff))
		i++;
	lookup_row(part, i - 1, row);
	return true;
}
