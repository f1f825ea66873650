/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assembles the parts of an unwind table (bpf/unwind-table.h) from rules in order of address. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/unwind-table.h"
#include "lib/buf.h"
#include "lib/compiler.h"

/* All parts together. */
#define TABLE_BYTES_MAX ((size_t)1 << 30)

struct table_place;

/* Where the part at hand ends, and what its last row says. */
struct table_tail {
	uint64_t bucket_end;     /* the address where its last bucket ends */
	uint32_t n_buckets, n_rows;
	uint32_t page_base;      /* first row of its last page */
	uint32_t rule;           /* of the last row, also of the part before */
};

/* Zero-initialise; may be used again for the next file, and keeps its memory until released. */
struct table {
	struct buf parts;        /* finished parts, one after the other */
	uint32_t n_parts;
	uint64_t n_rows;
	/* What follows is the table's own. */
	const struct unwind_exotic *exotics;
	bool has_rbx, is_open;
	int error;
	uint8_t rbx;             /* of the last row */
	/* The part at hand: */
	struct table_tail tail;
	uint64_t first_bucket;
	uint32_t n_exotic;
	uint32_t *pages, *rows;
	uint16_t *buckets;
	uint8_t *rbxs;
	struct unwind_exotic *part_exotics;
	struct table_place *places;   /* of the exotics, in the part at hand */
	uint32_t serial;         /* of the part at hand; never used again */
};

/* Begin a table of some `size` bytes, which is a hint.  0 or -ENOMEM. */
int table_begin(struct table *t, bool has_rbx, size_t size) MUST_CHECK;

/*
 * From addr on `rule` holds (UNWIND_RULE of a row; the offset of UNWIND_EXOTIC is an index into
 * exotics, which may move from call to call), and the caller's rbx is where `rbx` says.  Addresses
 * ascend and are below UNWIND_ADDRESS_MAX.  Failures show in table_finish().
 */
void table_put(struct table *t, const struct unwind_exotic *exotics, uint64_t addr, uint32_t rule,
	       uint8_t rbx);

/* The same for n rows, each address << 24 | rule; rbx is for each row, or NULL. */
void table_put_rows(struct table *t, const struct unwind_exotic *exotics, const uint64_t *rows,
		    const uint8_t *rbx, size_t n);

/*
 * For rows that have nothing beside them and come fast: when this says that the part at hand has
 * room for n rows below the address `end`, they may be written to t->rows from t->tail.n_rows on,
 * each but those that repeat the rule before, as UNWIND_RULE << 8 | the address's low 8 bits.  A
 * copy of t->tail keeps count, and becomes t->tail in the end, or is forgotten with its rows.
 */
bool table_has_room(const struct table *t, uint64_t end, size_t n) MUST_CHECK;

/*
 * Before a row of that copy with an address at or above tail->bucket_end: with tail->n_rows up to
 * date, moves bucket_end beyond it.
 */
void table_extend(struct table *t, struct table_tail *tail, uint64_t addr);

/* End the table.  The last rule should be UNWIND_NONE.  0, -ENOMEM, or -EFBIG beyond the limits. */
int table_finish(struct table *t) MUST_CHECK;

void table_release(struct table *t);
