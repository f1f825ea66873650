/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decodes the locations and samples of a pprof message. */
#include "config.h"

#include "lib/pprof-read.h"

#include "lib/vec.h"

/* ---- locations ---- */

static int add_line(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t v[LINE_LINE + 1];
	struct pprof_line line;
	int error = read_numbers(r, v, ARRAY_SIZE(v));

	if (error || !v[LINE_FUNCTION])
		return error;
	line.function = ids_find(&cap->function_ids, v[LINE_FUNCTION], p->n_functions);
	line.line = (int64_t)v[LINE_LINE];
	if (line.function == PPROF_NONE)
		return -EBADMSG;
	return VEC_PUSH(p->lines, p->n_lines, cap->lines, line);
}

static int read_location_field(struct pprof_profile *p, struct capacities *cap,
			       const struct field *f, uint64_t *numbers)
{
	if (f->number == LOCATION_LINE)
		return f->wire == WIRE_BYTES ? add_line(p, cap, f->bytes) : -EBADMSG;
	if (f->number > LOCATION_ADDRESS)
		return 0;
	if (f->wire != WIRE_VARINT)
		return -EBADMSG;
	numbers[f->number] = f->value;
	return 0;
}

static int finish_location(struct pprof_profile *p, struct capacities *cap, const uint64_t *numbers,
			   uint32_t first_line)
{
	struct pprof_location l = {
		.id = numbers[LOCATION_ID], .address = numbers[LOCATION_ADDRESS],
		.mapping = PPROF_NONE,
		.first_line = first_line, .n_lines = (uint32_t)p->n_lines - first_line,
	};
	int error;

	if (numbers[LOCATION_MAPPING]) {
		l.mapping = ids_find(&cap->mapping_ids, numbers[LOCATION_MAPPING], p->n_mappings);
		if (l.mapping == PPROF_NONE)
			return -EBADMSG;
	}
	error = ids_add(&cap->location_ids, l.id, (uint32_t)p->n_locations);
	return error ? error : VEC_PUSH(p->locations, p->n_locations, cap->locations, l);
}

static int add_location(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t numbers[LOCATION_ADDRESS + 1] = { 0 };
	uint32_t first_line = (uint32_t)p->n_lines;
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		error = read_location_field(p, cap, &f, numbers);
		if (error)
			return error;
	}
	return got ? got : finish_location(p, cap, numbers, first_line);
}

int pprof_read_locations(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		error = f.number == PROFILE_LOCATION ? add_location(p, cap, f.bytes) : 0;
		if (error)
			return error;
	}
	return got;
}

/* ---- samples ---- */

/* Packed numbers have one byte each at least, so their bytes bound the room they need. */
static int add_refs(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	size_t n = p->n_location_refs;
	const uint8_t *at = r.at;
	uint64_t id;
	uint32_t index;

	if (VEC_RESERVE(p->location_refs, cap->location_refs, n + (size_t)(r.end - r.at)))
		return -ENOMEM;
	while (at < r.end) {
		at = next_varint(at, r.end, &id);
		if (!at)
			return -EBADMSG;
		index = ids_find(&cap->location_ids, id, p->n_locations);
		if (index == PPROF_NONE)
			return -EBADMSG;
		p->location_refs[n++] = index;
	}
	p->n_location_refs = n;
	return 0;
}

static int add_ref(struct pprof_profile *p, struct capacities *cap, uint64_t id)
{
	uint32_t index = ids_find(&cap->location_ids, id, p->n_locations);

	if (index == PPROF_NONE)
		return -EBADMSG;
	return VEC_PUSH(p->location_refs, p->n_location_refs, cap->location_refs, index);
}

static int add_values(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t v;
	int error = 0;

	while (!error && r.at < r.end) {
		error = read_varint(&r, &v);
		if (!error)
			error = VEC_PUSH(p->values, p->n_values, cap->values, (int64_t)v);
	}
	return error;
}

static int add_label(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t v[LABEL_NUM + 1];
	struct pprof_label label;
	int error = read_numbers(r, v, ARRAY_SIZE(v));

	if (error)
		return error;
	label.num = (int64_t)v[LABEL_NUM];
	if (take_string(p, v[LABEL_KEY], &label.key) || take_string(p, v[LABEL_STR], &label.str))
		return -EBADMSG;
	return VEC_PUSH(p->labels, p->n_labels, cap->labels, label);
}

static inline int read_sample_field(struct pprof_profile *p, struct capacities *cap,
				    const struct field *f)
{
	if (f->number == 0 || f->number > SAMPLE_LABEL)
		return 0;
	if (f->wire == WIRE_BYTES) {
		if (f->number == SAMPLE_LOCATION)
			return add_refs(p, cap, f->bytes);
		if (f->number == SAMPLE_VALUE)
			return add_values(p, cap, f->bytes);
		return add_label(p, cap, f->bytes);
	}
	if (f->wire != WIRE_VARINT || f->number == SAMPLE_LABEL)
		return -EBADMSG;
	if (f->number == SAMPLE_LOCATION)
		return add_ref(p, cap, f->value);
	return VEC_PUSH(p->values, p->n_values, cap->values, (int64_t)f->value);
}

static int add_sample(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct pprof_sample s = {
		.first_location = (uint32_t)p->n_location_refs,
		.first_value = (uint32_t)p->n_values, .first_label = (uint32_t)p->n_labels,
	};
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		error = read_sample_field(p, cap, &f);
		if (error)
			return error;
	}
	s.n_locations = (uint32_t)p->n_location_refs - s.first_location;
	s.n_values = (uint32_t)p->n_values - s.first_value;
	s.n_labels = (uint32_t)p->n_labels - s.first_label;
	if (got || s.n_values != p->n_types || !s.n_values)
		return -EBADMSG;
	return VEC_PUSH(p->samples, p->n_samples, cap->samples, s);
}

int pprof_read_samples(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		error = f.number == PROFILE_SAMPLE ? add_sample(p, cap, f.bytes) : 0;
		if (error)
			return error;
	}
	return got;
}
