/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the decoder of pprof messages is made of: wire format, ids, capacities.  Private. */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/map.h"
#include "lib/pprof-wire.h"
#include "lib/pprof.h"

struct reader {
	const uint8_t *at, *end;
};

struct field {
	uint32_t number;
	enum wire_type wire;
	uint64_t value;               /* of a varint */
	struct reader bytes;          /* of a length-delimited field */
};

/*
 * Ids of one table to array indices.  Writers number from 1 in order, nearly always; the map is
 * filled only when an id differs from its place.
 */
struct ids {
	bool mapped;
	struct u64_map map;
};

struct capacities {
	size_t strings, types, mappings, functions, lines, locations, samples, location_refs;
	size_t values, labels, comments;
	struct ids mapping_ids, function_ids, location_ids;
};

/* ---- wire format ---- */

static inline int read_long_varint(struct reader *r, uint64_t *v)
{
	uint64_t result = 0;
	const uint8_t *p = r->at;

	for (unsigned int shift = 0; p < r->end && shift < 64; shift += 7, p++) {
		if (shift == 63 && *p > 1)
			return -EBADMSG;
		result |= (uint64_t)(*p & 0x7f) << shift;
		if (*p < 0x80) {
			r->at = p + 1;
			*v = result;
			return 0;
		}
	}
	return -EBADMSG;
}

static inline int read_varint(struct reader *r, uint64_t *v)
{
	if (r->at < r->end && *r->at < 0x80) {
		*v = *r->at++;
		return 0;
	}
	if (r->end - r->at >= 2 && r->at[1] < 0x80) {
		*v = (r->at[0] & 0x7f) | (uint64_t)r->at[1] << 7;
		r->at += 2;
		return 0;
	}
	return read_long_varint(r, v);
}

/*
 * A number of up to four bytes without a branch for its length, else by read_varint().  Returns the
 * place behind it, NULL when it is malformed.
 */
static inline const uint8_t *next_varint(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
	struct reader r = { .at = p, .end = end };
	uint32_t word, stops;
	uint64_t slow;

	if (end - p >= (ptrdiff_t)sizeof(word)) {
		word = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		       (uint32_t)p[3] << 24;
		stops = ~word & UINT32_C(0x80808080);
		if (stops) {
			word &= stops ^ (stops - 1);
			*v = (word & 0x7f) | (word & 0x7f00) >> 1 | (word & 0x7f0000) >> 2 |
			     (word & 0x7f000000) >> 3;
			return p + __builtin_ctz(stops) / 8 + 1;
		}
	}
	if (read_varint(&r, &slow))
		return NULL;
	*v = slow;
	return r.at;
}

static inline int skip(struct reader *r, uint64_t n)
{
	if (n > (uint64_t)(r->end - r->at))
		return -EBADMSG;
	r->at += n;
	return 0;
}

static inline int read_payload(struct reader *r, struct field *f)
{
	uint64_t n;

	switch (f->wire) {
	case WIRE_VARINT:
		return read_varint(r, &f->value);
	case WIRE_FIXED64:
		return skip(r, 8);
	case WIRE_FIXED32:
		return skip(r, 4);
	case WIRE_BYTES:
		if (read_varint(r, &n))
			return -EBADMSG;
		f->bytes.at = r->at;
		if (skip(r, n))
			return -EBADMSG;
		f->bytes.end = r->at;
		return 0;
	}
	return -EBADMSG;
}

/* 1 and the next field, 0 at the end, or -EBADMSG. */
static inline int next_field(struct reader *r, struct field *f)
{
	uint64_t tag;

	if (r->at == r->end)
		return 0;
	if (read_varint(r, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
		return -EBADMSG;
	f->number = (uint32_t)(tag >> 3);
	f->wire = (enum wire_type)(tag & 7);
	f->value = 0;
	return read_payload(r, f) ? -EBADMSG : 1;
}

/* Walk a message whose fields are numbers: numbers[i] is that of field i, 0 when absent. */
static inline int read_numbers(struct reader r, uint64_t *numbers, uint32_t n)
{
	struct field f;
	int got;

	memset(numbers, 0, n * sizeof(*numbers));
	while ((got = next_field(&r, &f)) > 0) {
		if (f.number >= n)
			continue;
		if (f.wire != WIRE_VARINT)
			return -EBADMSG;
		numbers[f.number] = f.value;
	}
	return got;
}

static inline int take_string(const struct pprof_profile *p, uint64_t index, uint32_t *out)
{
	if (index >= p->n_strings)
		return -EBADMSG;
	*out = (uint32_t)index;
	return 0;
}

/* ---- ids ---- */

static inline void ids_clear(struct ids *ids)
{
	ids->mapped = false;
	u64_map_clear(&ids->map);
}

static inline int ids_map(struct ids *ids, uint64_t id, uint32_t index)
{
	uint32_t *place = u64_map_put(&ids->map, id);

	if (!place)
		return -ENOMEM;
	if (*place != MAP_NONE)
		return -EBADMSG;
	*place = index;
	return 0;
}

/* Note that the entry `index`, the next one of its table, has this id. */
static inline int ids_add(struct ids *ids, uint64_t id, uint32_t index)
{
	int error = 0;

	if (!id)
		return -EBADMSG;
	if (!ids->mapped) {
		if (id == (uint64_t)index + 1)
			return 0;
		ids->mapped = true;
		for (uint32_t i = 0; i < index && !error; i++)
			error = ids_map(ids, (uint64_t)i + 1, i);
	}
	return error ? error : ids_map(ids, id, index);
}

/* The index of an id in a table of n, PPROF_NONE when unknown. */
static inline uint32_t ids_find(const struct ids *ids, uint64_t id, size_t n)
{
	if (ids->mapped)
		return u64_map_get(&ids->map, id);
	return id - 1 < n ? (uint32_t)(id - 1) : PPROF_NONE;
}

/* The walks over a message, in pprof-read-tables.c and pprof-read-samples.c.  0 or an error. */
int pprof_read_strings(struct pprof_profile *p, struct capacities *cap, struct reader r);
int pprof_read_tables(struct pprof_profile *p, struct capacities *cap, struct reader r);
int pprof_read_locations(struct pprof_profile *p, struct capacities *cap, struct reader r);
int pprof_read_samples(struct pprof_profile *p, struct capacities *cap, struct reader r);
