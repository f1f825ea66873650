/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assembles the parts of an unwind table. */
#include "config.h"

#include "table.h"

#include <errno.h>
#include <string.h>

#include "large-pages.h"
#include "lib/unwind-pipe.h"

#define ROWS_MAX (UNWIND_PART_BYTES_MAX / 4)
#define BUCKETS_MAX (UNWIND_PART_BYTES_MAX / 2)
#define PAGES_MAX (BUCKETS_MAX / 256 + 2)
#define EXOTICS_MAX (UNWIND_PART_BYTES_MAX / 16)
#define PLACES_MAX ((size_t)UINT16_MAX + 1)

/* What one more bucket may need: 256 rows, each with an entry of its own. */
#define BUCKET_BYTES_MAX (256 * (4 + 16 + 1) + 8)
/* Nothing at all for this many buckets begins a new part: their index would be larger. */
#define GAP_BUCKETS 4096

/* Where a part has an exotic entry; valid for the part with that serial number. */
struct table_place {
	uint32_t serial;
	uint16_t index;
};

static uint32_t n_pages(uint32_t n_buckets)
{
	return (n_buckets + 255) / 256;
}

/* ---- begin, open ---- */

static int allocate(struct table *t)
{
	if (t->rows)
		return 0;
	t->pages = malloc(PAGES_MAX * sizeof(*t->pages));
	t->buckets = malloc((BUCKETS_MAX + 2) * sizeof(*t->buckets));
	t->part_exotics = malloc(EXOTICS_MAX * sizeof(*t->part_exotics));
	t->places = calloc(PLACES_MAX, sizeof(*t->places));
	t->rbxs = malloc(ROWS_MAX);
	t->rows = malloc(ROWS_MAX * sizeof(*t->rows));
	return t->pages && t->buckets && t->part_exotics && t->places && t->rbxs && t->rows ?
		0 : -ENOMEM;
}

/* Room for the parts at once, so that they need not move while they grow. */
static void reserve(struct table *t, size_t size)
{
	if (size <= t->parts.cap || !buf_extend(&t->parts, size))
		return;
	buf_clear(&t->parts);
	prefer_large_pages(t->parts.data, t->parts.cap);
}

int table_begin(struct table *t, bool has_rbx, size_t size)
{
	int r = allocate(t);

	if (r)
		return r;
	buf_clear(&t->parts);
	t->parts.max = TABLE_BYTES_MAX;
	reserve(t, size);
	t->n_parts = 0;
	t->n_rows = 0;
	t->has_rbx = has_rbx;
	t->is_open = false;
	t->error = 0;
	t->tail.rule = UNWIND_NONE;
	t->rbx = UNWIND_RBX_SAME;
	return 0;
}

static uint16_t exotic_place(struct table *t, uint32_t index)
{
	struct table_place *place = &t->places[index];

	if (place->serial != t->serial) {
		*place = (struct table_place){ t->serial, (uint16_t)t->n_exotic };
		t->part_exotics[t->n_exotic++] = t->exotics[index];
	}
	return place->index;
}

static void write_row(struct table *t, uint32_t key)
{
	uint32_t row = key | t->tail.rule << 8;

	if (UNWIND_KIND(row) == UNWIND_EXOTIC)
		row = (row & 0xffff) | (uint32_t)exotic_place(t, UNWIND_OFFSET(row)) << 16;
	if (t->has_rbx)
		t->rbxs[t->tail.n_rows] = t->rbx;
	t->rows[t->tail.n_rows++] = row;
}

/* The part gets n buckets; the new ones begin with the next row. */
static void extend(struct table *t, struct table_tail *tail, uint32_t n)
{
	for (uint32_t b = tail->n_buckets; b < n; b++) {
		if (!(b & 255)) {
			tail->page_base = tail->n_rows;
			t->pages[b >> 8] = tail->n_rows;
		}
		t->buckets[b] = (uint16_t)(tail->n_rows - tail->page_base);
	}
	tail->n_buckets = n;
	tail->bucket_end = (t->first_bucket + n) << 8;
}

/* A part that begins with `bucket`; the rule so far holds in it until `next_row`. */
static void open_part(struct table *t, uint64_t bucket, uint64_t next_row)
{
	t->is_open = true;
	t->serial++;
	t->first_bucket = bucket;
	t->tail.n_buckets = t->tail.n_rows = t->n_exotic = 0;
	extend(t, &t->tail, 1);
	if (next_row != bucket << 8)
		write_row(t, 0);
}

/* ---- close ---- */

/* A last bucket in which there is nothing. */
static void trim(struct table *t)
{
	uint32_t last = t->tail.n_buckets - 1;

	if (!last || t->tail.rule != UNWIND_NONE || UNWIND_KEY(t->rows[t->tail.n_rows - 1]) ||
	    t->pages[last >> 8] + t->buckets[last] != t->tail.n_rows - 1)
		return;
	t->tail.n_rows--;
	t->tail.n_buckets--;
	t->tail.page_base = t->pages[(t->tail.n_buckets - 1) >> 8];
}

static uint32_t words_of(size_t bytes)
{
	return (uint32_t)((bytes + 3) / 4);
}

static struct unwind_part describe(const struct table *t)
{
	struct unwind_part p = {
		.first_bucket = (uint32_t)t->first_bucket, .n_buckets = t->tail.n_buckets,
		.n_rows = t->tail.n_rows, .n_exotic = t->n_exotic,
		.flags = t->has_rbx ? UNWIND_HAS_RBX : 0
	};

	p.buckets = words_of(sizeof(p)) + n_pages(t->tail.n_buckets) + 1;
	p.rows = p.buckets + words_of((t->tail.n_buckets + 1) * sizeof(*t->buckets));
	p.exotics = (p.rows + t->tail.n_rows + 1) & ~1u;
	p.rbxs = p.exotics + words_of(t->n_exotic * sizeof(*t->part_exotics));
	p.words = (p.rbxs + (t->has_rbx ? words_of(t->tail.n_rows) : 0) + 1) & ~1u;
	return p;
}

static void copy(void *to, uint32_t word, const void *from, size_t n)
{
	if (n)
		memcpy((uint32_t *)to + word, from, n);
}

static void write_part(struct table *t, const struct unwind_part *p)
{
	uint32_t *to;

	t->pages[n_pages(t->tail.n_buckets)] = t->tail.n_rows;
	t->buckets[t->tail.n_buckets] =
		t->tail.n_buckets & 255 ? (uint16_t)(t->tail.n_rows - t->tail.page_base) : 0;
	to = buf_extend(&t->parts, (size_t)p->words * 4);
	if (!to)
		return;
	/* What fills the gaps between the arrays. */
	to[p->rows - 1] = to[p->exotics - 1] = to[p->words - 1] = 0;
	if (p->rbxs < p->words)
		to[p->words - 2] = 0;
	copy(to, 0, p, sizeof(*p));
	copy(to, words_of(sizeof(*p)), t->pages, (n_pages(t->tail.n_buckets) + 1) * 4);
	copy(to, p->buckets, t->buckets, (t->tail.n_buckets + 1) * sizeof(*t->buckets));
	copy(to, p->rows, t->rows, t->tail.n_rows * sizeof(*t->rows));
	copy(to, p->exotics, t->part_exotics, t->n_exotic * sizeof(*t->part_exotics));
	if (t->has_rbx)
		copy(to, p->rbxs, t->rbxs, t->tail.n_rows);
}

static void close_part(struct table *t)
{
	struct unwind_part part;

	if (!t->is_open)
		return;
	t->is_open = false;
	trim(t);
	part = describe(t);
	write_part(t, &part);
	t->n_parts++;
	t->n_rows += t->tail.n_rows;
	if (t->parts.failed)
		t->error = t->parts.failed == -ENOMEM ? -ENOMEM : -EFBIG;
	else if (t->n_parts > UNWIND_PARTS_MAX)
		t->error = -EFBIG;
}

/* ---- rows ---- */

/* What the part takes without its index, when another bucket gets full. */
static size_t bytes_without_index(const struct table *t)
{
	return sizeof(struct unwind_part) + (size_t)t->tail.n_rows * (t->has_rbx ? 5 : 4) +
	       (size_t)t->n_exotic * sizeof(*t->part_exotics) + BUCKET_BYTES_MAX + 32;
}

/* How many buckets the part may have: two bytes each, and four for each 256. */
static uint32_t buckets_that_fit(const struct table *t)
{
	size_t used = bytes_without_index(t);

	return used < UNWIND_PART_BYTES_MAX ?
		(uint32_t)((UNWIND_PART_BYTES_MAX - used) * 64 / 129) : 0;
}

/* Make the part, or another one, end with the bucket of addr. */
static void advance(struct table *t, uint64_t addr)
{
	uint64_t bucket = addr >> 8;

	while (addr >= t->tail.bucket_end && !t->error) {
		uint32_t fit = buckets_that_fit(t);
		uint64_t need = bucket - t->first_bucket + 1;
		bool is_gap = t->tail.rule == UNWIND_NONE;

		if (is_gap && (need > fit || need - t->tail.n_buckets > GAP_BUCKETS)) {
			close_part(t);
			open_part(t, bucket, addr);
		} else if (need > fit) {
			if (fit > t->tail.n_buckets)
				extend(t, &t->tail, fit);
			uint64_t next = t->first_bucket + t->tail.n_buckets;

			close_part(t);
			open_part(t, next, addr);
		} else {
			extend(t, &t->tail, (uint32_t)need);
		}
	}
}

static void put(struct table *t, uint64_t addr, uint32_t rule, uint8_t rbx)
{
	if (rule == t->tail.rule && (!t->has_rbx || rbx == t->rbx))
		return;
	if (!t->is_open)
		open_part(t, addr >> 8, addr);
	else if (addr >= t->tail.bucket_end)
		advance(t, addr);
	t->tail.rule = rule;
	t->rbx = rbx;
	write_row(t, addr & 0xff);
}

void table_put(struct table *t, const struct unwind_exotic *exotics, uint64_t addr, uint32_t rule,
	       uint8_t rbx)
{
	t->exotics = exotics;
	if (!t->error)
		put(t, addr, rule, rbx);
}

bool table_has_room(const struct table *t, uint64_t end, size_t n)
{
	uint64_t n_more = end > t->tail.bucket_end ? ((end - t->tail.bucket_end) >> 8) + 1 : 0;

	return t->is_open && n < ROWS_MAX && n_more < BUCKETS_MAX &&
	       bytes_without_index(t) + n * 4 + (t->tail.n_buckets + n_more) * 129 / 64 <
		       UNWIND_PART_BYTES_MAX;
}

void table_extend(struct table *t, struct table_tail *tail, uint64_t addr)
{
	extend(t, tail, (uint32_t)((addr >> 8) - t->first_bucket) + 1);
}

void table_put_rows(struct table *t, const struct unwind_exotic *exotics, const uint64_t *rows,
		    const uint8_t *rbx, size_t n)
{
	t->exotics = exotics;
	for (size_t i = 0; i < n && !t->error; i++)
		put(t, rows[i] >> 24, (uint32_t)rows[i] & 0xffffff, rbx ? rbx[i] : 0);
}

int table_finish(struct table *t)
{
	if (!t->error)
		close_part(t);
	return t->error;
}

void table_release(struct table *t)
{
	buf_release(&t->parts);
	free(t->pages);
	free(t->buckets);
	free(t->part_exotics);
	free(t->places);
	free(t->rbxs);
	free(t->rows);
	*t = (struct table){ 0 };
}
