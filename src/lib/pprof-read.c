/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decodes pprof messages into flat arrays.
 *
 * The tables of a message may come in any order, so the fields are walked four times, each walk
 * using what the one before has found: strings; what refers to strings; locations, which refer to
 * mappings and functions; samples, which refer to locations.  Fields of other walks are stepped
 * over by their length, so the walks cost little.
 */
#include "config.h"

#include "lib/pprof-read.h"

#include "lib/io.h"

#define READ_CHUNK ((size_t)1 << 20)

static void empty(struct pprof_profile *p, struct capacities *cap)
{
	p->n_strings = p->n_types = p->n_mappings = p->n_functions = p->n_lines = 0;
	p->n_locations = p->n_samples = p->n_location_refs = p->n_values = p->n_labels = 0;
	p->n_comments = 0;
	p->time_nanos = p->duration_nanos = p->period = 0;
	p->period_type = (struct pprof_value_type){ 0 };
	ids_clear(&cap->mapping_ids);
	ids_clear(&cap->function_ids);
	ids_clear(&cap->location_ids);
}

int pprof_parse(struct pprof_profile *p, const void *bytes, size_t n)
{
	const uint8_t *start = n ? bytes : (const uint8_t *)"";
	struct reader r = { .at = start, .end = start + n };
	struct capacities *cap;
	int error;

	if (!p->priv)
		p->priv = calloc(1, sizeof(*cap));
	if (!p->priv)
		return -ENOMEM;
	cap = p->priv;
	empty(p, cap);
	error = n > PPROF_MESSAGE_MAX ? -EBADMSG : pprof_read_strings(p, cap, r);
	if (!error)
		error = pprof_read_tables(p, cap, r);
	if (!error)
		error = pprof_read_locations(p, cap, r);
	if (!error)
		error = pprof_read_samples(p, cap, r);
	if (error)
		empty(p, cap);
	return error;
}

void pprof_profile_release(struct pprof_profile *p)
{
	struct capacities *cap = p->priv;

	if (!cap)
		return;
	u64_map_release(&cap->mapping_ids.map);
	u64_map_release(&cap->function_ids.map);
	u64_map_release(&cap->location_ids.map);
	free(cap);
	free(p->strings);
	free(p->types);
	free(p->mappings);
	free(p->functions);
	free(p->lines);
	free(p->locations);
	free(p->samples);
	free(p->location_refs);
	free(p->values);
	free(p->labels);
	free(p->comments);
	*p = (struct pprof_profile){ 0 };
}

/* ---- delimited messages ---- */

/* The varint before a message, byte by byte so that nothing behind it is taken.  1, 0 at a clean
 * end, or an error. */
static int read_length(int fd, uint64_t *length)
{
	uint8_t byte;
	ssize_t got;

	*length = 0;
	for (unsigned int shift = 0; shift < 63; shift += 7) {
		got = read_full(fd, &byte, 1);
		if (got < 0)
			return (int)got;
		if (!got)
			return shift ? -ENODATA : 0;
		*length |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return 1;
	}
	return -EBADMSG;
}

/* In chunks, so that a length that lies costs no more memory than has arrived. */
static int read_body(int fd, struct buf *b, size_t length)
{
	while (b->len < length) {
		size_t n = length - b->len < READ_CHUNK ? length - b->len : READ_CHUNK;
		uint8_t *p = buf_extend(b, n);
		ssize_t got;

		if (!p)
			return b->failed;
		got = read_full(fd, p, n);
		if (got < 0)
			return (int)got;
		if ((size_t)got < n)
			return -ENODATA;
	}
	return 1;
}

int pprof_read_message(int fd, struct buf *b)
{
	uint64_t length;
	int got = read_length(fd, &length);

	buf_clear(b);
	if (got <= 0)
		return got;
	if (length > PPROF_MESSAGE_MAX || length > b->max)
		return -EFBIG;
	return read_body(fd, b, (size_t)length);
}
