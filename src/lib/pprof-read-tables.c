/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decodes the tables of a pprof message: strings, types, mappings, functions, comments. */
#include "config.h"

#include "lib/pprof-read.h"

#include "lib/vec.h"

/* ---- strings ---- */

static int add_string(struct pprof_profile *p, struct capacities *cap, struct reader bytes)
{
	struct pprof_str s = { (const char *)bytes.at, (size_t)(bytes.end - bytes.at) };

	if (!p->n_strings && s.len)
		return -EBADMSG;
	return VEC_PUSH(p->strings, p->n_strings, cap->strings, s);
}

/* First walk.  A message without any string gets the empty one. */
int pprof_read_strings(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		if (f.number != PROFILE_STRING)
			continue;
		error = f.wire == WIRE_BYTES ? add_string(p, cap, f.bytes) : -EBADMSG;
		if (error)
			return error;
	}
	if (!got && !p->n_strings)
		got = VEC_PUSH(p->strings, p->n_strings, cap->strings,
			       ((struct pprof_str){ "", 0 }));
	return got;
}

/* ---- what refers to strings ---- */

static int read_type(const struct pprof_profile *p, struct reader r, struct pprof_value_type *type)
{
	uint64_t v[TYPE_UNIT + 1];
	int error = read_numbers(r, v, ARRAY_SIZE(v));

	if (error)
		return error;
	if (take_string(p, v[TYPE_TYPE], &type->type))
		return -EBADMSG;
	return take_string(p, v[TYPE_UNIT], &type->unit);
}

static int add_type(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct pprof_value_type type;
	int error = read_type(p, r, &type);

	return error ? error : VEC_PUSH(p->types, p->n_types, cap->types, type);
}

static int add_mapping(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t v[MAPPING_BUILD_ID + 1];
	struct pprof_mapping m;
	int error = read_numbers(r, v, ARRAY_SIZE(v));

	if (error)
		return error;
	m = (struct pprof_mapping){
		.id = v[MAPPING_ID], .start = v[MAPPING_START], .limit = v[MAPPING_LIMIT],
		.file_offset = v[MAPPING_OFFSET],
	};
	if (take_string(p, v[MAPPING_FILENAME], &m.filename) ||
	    take_string(p, v[MAPPING_BUILD_ID], &m.build_id))
		return -EBADMSG;
	error = ids_add(&cap->mapping_ids, m.id, (uint32_t)p->n_mappings);
	return error ? error : VEC_PUSH(p->mappings, p->n_mappings, cap->mappings, m);
}

static int add_function(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	uint64_t v[FUNCTION_START_LINE + 1];
	struct pprof_function fn;
	int error = read_numbers(r, v, ARRAY_SIZE(v));

	if (error)
		return error;
	fn = (struct pprof_function){
		.id = v[FUNCTION_ID], .start_line = (int64_t)v[FUNCTION_START_LINE],
	};
	if (take_string(p, v[FUNCTION_NAME], &fn.name) ||
	    take_string(p, v[FUNCTION_SYSTEM_NAME], &fn.system_name) ||
	    take_string(p, v[FUNCTION_FILENAME], &fn.filename))
		return -EBADMSG;
	error = ids_add(&cap->function_ids, fn.id, (uint32_t)p->n_functions);
	return error ? error : VEC_PUSH(p->functions, p->n_functions, cap->functions, fn);
}

static int add_comment(struct pprof_profile *p, struct capacities *cap, uint64_t index)
{
	uint32_t s;

	if (take_string(p, index, &s))
		return -EBADMSG;
	return VEC_PUSH(p->comments, p->n_comments, cap->comments, s);
}

/* Repeated numbers come packed or one a field. */
static int add_comments(struct pprof_profile *p, struct capacities *cap, struct field *f)
{
	uint64_t index;
	int error = 0;

	if (f->wire == WIRE_VARINT)
		return add_comment(p, cap, f->value);
	if (f->wire != WIRE_BYTES)
		return -EBADMSG;
	while (!error && f->bytes.at < f->bytes.end) {
		error = read_varint(&f->bytes, &index);
		if (!error)
			error = add_comment(p, cap, index);
	}
	return error;
}

static int read_scalar(struct pprof_profile *p, const struct field *f)
{
	if (f->wire != WIRE_VARINT)
		return -EBADMSG;
	if (f->number == PROFILE_TIME)
		p->time_nanos = (int64_t)f->value;
	else if (f->number == PROFILE_DURATION)
		p->duration_nanos = (int64_t)f->value;
	else
		p->period = (int64_t)f->value;
	return 0;
}

static int read_table_field(struct pprof_profile *p, struct capacities *cap, struct field *f)
{
	switch (f->number) {
	case PROFILE_TIME:
	case PROFILE_DURATION:
	case PROFILE_PERIOD:
		return read_scalar(p, f);
	case PROFILE_COMMENT:
		return add_comments(p, cap, f);
	case PROFILE_SAMPLE_TYPE:
		return f->wire == WIRE_BYTES ? add_type(p, cap, f->bytes) : -EBADMSG;
	case PROFILE_PERIOD_TYPE:
		return f->wire == WIRE_BYTES ? read_type(p, f->bytes, &p->period_type) : -EBADMSG;
	case PROFILE_MAPPING:
		return f->wire == WIRE_BYTES ? add_mapping(p, cap, f->bytes) : -EBADMSG;
	case PROFILE_FUNCTION:
		return f->wire == WIRE_BYTES ? add_function(p, cap, f->bytes) : -EBADMSG;
	case PROFILE_LOCATION:
	case PROFILE_SAMPLE:
		return f->wire == WIRE_BYTES ? 0 : -EBADMSG;
	}
	return 0;
}

/* Second walk. */
int pprof_read_tables(struct pprof_profile *p, struct capacities *cap, struct reader r)
{
	struct field f;
	int got, error;

	while ((got = next_field(&r, &f)) > 0) {
		error = read_table_field(p, cap, &f);
		if (error)
			return error;
	}
	return got;
}
