/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds pprof messages.
 *
 * Samples, locations and functions are encoded when they are added, each into a buffer of its own;
 * only mappings wait, since their flags depend on the locations.  Finishing joins the buffers and
 * encodes the strings, which the interning table holds in the order of their indices.
 */
#include "config.h"

#include "lib/pprof.h"

#include <errno.h>
#include <string.h>

#include "lib/map.h"
#include "lib/pprof-wire.h"
#include "lib/utf8.h"
#include "lib/vec.h"

/* Interning keys, without padding, so that equal ones are equal byte by byte; text is an index. */
struct mapping_key { uint64_t start, limit, file_offset; uint32_t filename, build_id; };
struct function_key { uint32_t name, system_name, filename; };
struct location_key { uint64_t mapping, address; uint32_t name, serial; };

struct mapping_facts { bool functions, filenames, lines, inlines; };

struct pprof_writer {
	int failed;
	bool hits;                       /* of probes are counted, not time */
	bool timeless;                   /* samples have no nanoseconds */
	uint32_t n_serials;              /* of locations that are not interned */
	size_t n_samples;
	int64_t time, duration, period;
	struct map strings, mappings, functions, locations;
	struct mapping_facts *facts;     /* by mapping */
	size_t facts_cap;
	uint64_t *function_ids;          /* scratch of one location */
	size_t function_ids_cap;
	struct buf sample_bytes, location_bytes, function_bytes, comment_bytes, head_bytes;
	struct buf label_bytes;          /* scratch of one sample */
};

static uint32_t intern(struct pprof_writer *w, struct map *m, const void *key, size_t n,
		       bool *added)
{
	uint32_t id = map_intern(m, key, n, added);

	if (id == MAP_NONE)
		w->failed = w->failed ? w->failed : -ENOMEM;
	return id;
}

/* Index of a string; NULL is "", which is index 0. */
static uint32_t string(struct pprof_writer *w, const char *s)
{
	return s && *s ? intern(w, &w->strings, s, strlen(s), NULL) : 0;
}

/* The same of n bytes; 0: up to the first NUL. */
static uint32_t bytes(struct pprof_writer *w, const char *s, size_t n)
{
	return n ? intern(w, &w->strings, s, n, NULL) : string(w, s);
}

/* Memory for n bytes of `b`; NULL and the writer failed when there is none. */
static uint8_t *room(struct pprof_writer *w, struct buf *b, size_t n)
{
	uint8_t *p = buf_extend(b, n);

	if (!p && !w->failed)
		w->failed = b->failed == -EOVERFLOW ? -EFBIG : b->failed;
	return p;
}

static uint8_t *part_put(uint8_t *p, const struct buf *part)
{
	if (part->len)
		memcpy(p, part->data, part->len);
	return p + part->len;
}

static void empty(struct pprof_writer *w)
{
	map_clear(&w->strings);
	map_clear(&w->mappings);
	map_clear(&w->functions);
	map_clear(&w->locations);
	buf_clear(&w->sample_bytes);
	buf_clear(&w->location_bytes);
	buf_clear(&w->function_bytes);
	buf_clear(&w->comment_bytes);
	buf_clear(&w->head_bytes);
	w->n_samples = 0;
	w->n_serials = 0;
	w->time = w->duration = w->period = 0;
	w->failed = 0;
	intern(w, &w->strings, "", 0, NULL);
}

struct pprof_writer *pprof_writer_new(void)
{
	struct pprof_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->sample_bytes = w->location_bytes = w->function_bytes = BUF_INIT(PPROF_MESSAGE_MAX);
	w->comment_bytes = w->head_bytes = w->label_bytes = BUF_INIT(PPROF_MESSAGE_MAX);
	empty(w);
	if (!w->failed)
		return w;
	pprof_writer_free(w);
	return NULL;
}

void pprof_writer_free(struct pprof_writer *w)
{
	if (!w)
		return;
	map_release(&w->strings);
	map_release(&w->mappings);
	map_release(&w->functions);
	map_release(&w->locations);
	buf_release(&w->sample_bytes);
	buf_release(&w->location_bytes);
	buf_release(&w->function_bytes);
	buf_release(&w->comment_bytes);
	buf_release(&w->head_bytes);
	buf_release(&w->label_bytes);
	free(w->facts);
	free(w->function_ids);
	free(w);
}

/* ---- mappings, functions, locations ---- */

uint64_t pprof_add_mapping(struct pprof_writer *w, const struct pprof_mapping_desc *m)
{
	struct mapping_key key = {
		.start = m->start, .limit = m->limit, .file_offset = m->file_offset,
		.filename = string(w, m->filename), .build_id = string(w, m->build_id),
	};
	bool added;
	uint32_t index;

	if (w->failed)
		return 0;
	if (VEC_RESERVE(w->facts, w->facts_cap, w->mappings.n + 1)) {
		w->failed = -ENOMEM;
		return 0;
	}
	index = intern(w, &w->mappings, &key, sizeof(key), &added);
	if (w->failed)
		return 0;
	if (added)
		w->facts[index] = (struct mapping_facts){ 0 };
	return (uint64_t)index + 1;
}

static void encode_function(struct pprof_writer *w, const struct function_key *key, uint64_t id)
{
	size_t n = number_size(id) + number_size(key->name) + number_size(key->system_name) +
		   number_size(key->filename);
	uint8_t *p = room(w, &w->function_bytes, bytes_size(n));

	if (!p)
		return;
	p = bytes_head_put(p, PROFILE_FUNCTION, n);
	p = number_put(p, FUNCTION_ID, id);
	p = number_put(p, FUNCTION_NAME, key->name);
	p = number_put(p, FUNCTION_SYSTEM_NAME, key->system_name);
	number_put(p, FUNCTION_FILENAME, key->filename);
}

static uint64_t add_function(struct pprof_writer *w, const struct pprof_line_desc *line)
{
	uint32_t name = bytes(w, line->name, line->name_len);
	struct function_key key = {
		.name = name,
		.system_name = line->system_name ? string(w, line->system_name) : name,
		.filename = string(w, line->filename),
	};
	bool added;
	uint32_t index = intern(w, &w->functions, &key, sizeof(key), &added);

	if (added)
		encode_function(w, &key, (uint64_t)index + 1);
	return (uint64_t)index + 1;
}

static size_t line_size(uint64_t function, int64_t line)
{
	return number_size(function) + number_size((uint64_t)line);
}

/* Functions of all lines into the scratch array; bytes of the lines, 0 when there are none. */
static size_t add_functions(struct pprof_writer *w, const struct pprof_line_desc *lines, size_t n)
{
	size_t size = 0;

	if (VEC_RESERVE(w->function_ids, w->function_ids_cap, n)) {
		w->failed = -ENOMEM;
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		w->function_ids[i] = add_function(w, &lines[i]);
		size += bytes_size(line_size(w->function_ids[i], lines[i].line));
	}
	return size;
}

static void note_facts(struct mapping_facts *facts, const struct pprof_line_desc *lines, size_t n)
{
	facts->functions |= n > 0;
	facts->inlines |= n > 1;
	for (size_t i = 0; i < n; i++) {
		facts->filenames |= lines[i].filename != NULL;
		facts->lines |= lines[i].line != 0;
	}
}

static void encode_location(struct pprof_writer *w, const struct location_key *key, uint64_t id,
			    const struct pprof_line_desc *lines, size_t n_lines)
{
	size_t size = add_functions(w, lines, n_lines) + number_size(id) +
		      number_size(key->mapping) + number_size(key->address);
	uint8_t *p = w->failed ? NULL : room(w, &w->location_bytes, bytes_size(size));

	if (!p)
		return;
	p = bytes_head_put(p, PROFILE_LOCATION, size);
	p = number_put(p, LOCATION_ID, id);
	p = number_put(p, LOCATION_MAPPING, key->mapping);
	p = number_put(p, LOCATION_ADDRESS, key->address);
	for (size_t i = 0; i < n_lines; i++) {
		p = bytes_head_put(p, LOCATION_LINE,
				   line_size(w->function_ids[i], lines[i].line));
		p = number_put(p, LINE_FUNCTION, w->function_ids[i]);
		p = number_put(p, LINE_LINE, (uint64_t)lines[i].line);
	}
	if (key->mapping)
		note_facts(&w->facts[key->mapping - 1], lines, n_lines);
}

static uint64_t add_location(struct pprof_writer *w, const struct location_key *key,
			     const struct pprof_line_desc *lines, size_t n_lines)
{
	bool added;
	uint32_t index;

	if (!w->failed && key->mapping > w->mappings.n)
		w->failed = -EINVAL;
	if (w->failed)
		return 0;
	index = intern(w, &w->locations, key, sizeof(*key), &added);
	if (added)
		encode_location(w, key, (uint64_t)index + 1, lines, n_lines);
	return w->failed ? 0 : (uint64_t)index + 1;
}

uint64_t pprof_add_location(struct pprof_writer *w, uint64_t mapping_id, uint64_t address,
			    const struct pprof_line_desc *lines, size_t n_lines)
{
	struct location_key key = {
		.mapping = mapping_id, .address = address,
		.name = n_lines ? bytes(w, lines[0].name, lines[0].name_len) : 0,
	};

	return add_location(w, &key, lines, n_lines);
}

uint64_t pprof_new_location(struct pprof_writer *w, uint64_t mapping_id, uint64_t address,
			    const struct pprof_line_desc *lines, size_t n_lines)
{
	struct location_key key = {
		.mapping = mapping_id, .address = address, .serial = ++w->n_serials
	};

	return add_location(w, &key, lines, n_lines);
}

/* ---- samples and facts ---- */

static void encode_label(struct pprof_writer *w, const struct pprof_label_desc *l)
{
	uint64_t key = string(w, l->key);
	uint64_t value = l->str ? bytes(w, l->str, l->str_len) : (uint64_t)l->num;
	size_t n = number_size(key) + number_size(value);
	uint8_t *p = room(w, &w->label_bytes, bytes_size(n));

	if (!p)
		return;
	p = bytes_head_put(p, SAMPLE_LABEL, n);
	p = number_put(p, LABEL_KEY, key);
	number_put(p, l->str ? LABEL_STR : LABEL_NUM, value);
}

/* Into the scratch buffer of one sample. */
static void encode_labels(struct pprof_writer *w, const struct pprof_label_desc *labels, size_t n)
{
	buf_clear(&w->label_bytes);
	for (size_t i = 0; i < n; i++)
		encode_label(w, &labels[i]);
}

/* Bytes of the packed ids; an id that no location has makes the writer fail. */
static size_t ids_size(struct pprof_writer *w, const uint64_t *ids, size_t n)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (ids[i] - 1 >= w->locations.n && !w->failed)
			w->failed = -EINVAL;
		size += varint_size(ids[i]);
	}
	return size;
}

void pprof_count_hits(struct pprof_writer *w)
{
	w->hits = true;
}

void pprof_without_time(struct pprof_writer *w)
{
	w->timeless = true;
}

void pprof_add_sample(struct pprof_writer *w, const uint64_t *location_ids, size_t n_locations,
		      int64_t count, int64_t ns, const struct pprof_label_desc *labels,
		      size_t n_labels)
{
	size_t ids = ids_size(w, location_ids, n_locations);
	bool has_time = !w->hits && !w->timeless;
	size_t values = varint_size((uint64_t)count) + (has_time ? varint_size((uint64_t)ns) : 0);
	size_t size;
	uint8_t *p;

	encode_labels(w, labels, n_labels);
	size = (ids ? bytes_size(ids) : 0) + bytes_size(values) + w->label_bytes.len;
	p = w->failed ? NULL : room(w, &w->sample_bytes, bytes_size(size));
	if (!p)
		return;
	p = bytes_head_put(p, PROFILE_SAMPLE, size);
	if (ids)
		p = bytes_head_put(p, SAMPLE_LOCATION, ids);
	/* Three bytes at least follow the last one. */
	for (size_t i = 0; i < n_locations; i++)
		p = varint_put_over(p, location_ids[i]);
	p = bytes_head_put(p, SAMPLE_VALUE, values);
	p = varint_put(p, (uint64_t)count);
	if (has_time)
		p = varint_put(p, (uint64_t)ns);
	part_put(p, &w->label_bytes);
	w->n_samples++;
}

void pprof_add_comment(struct pprof_writer *w, const char *text)
{
	uint64_t index = string(w, text);
	uint8_t *p = w->failed ? NULL : room(w, &w->comment_bytes, varint_size(index));

	if (p)
		varint_put(p, index);
}

void pprof_set_time(struct pprof_writer *w, int64_t time_nanos, int64_t duration_nanos)
{
	w->time = time_nanos;
	w->duration = duration_nanos;
}

void pprof_set_period(struct pprof_writer *w, int64_t period_nanos)
{
	w->period = period_nanos;
}

size_t pprof_sample_count(const struct pprof_writer *w)
{
	return w->n_samples;
}

/* ---- the message ---- */

static void encode_type(struct pprof_writer *w, unsigned int field, const char *type,
			const char *unit)
{
	uint32_t type_index = string(w, type), unit_index = string(w, unit);
	size_t n = number_size(type_index) + number_size(unit_index);
	uint8_t *p = room(w, &w->head_bytes, bytes_size(n));

	if (!p)
		return;
	p = bytes_head_put(p, field, n);
	p = number_put(p, TYPE_TYPE, type_index);
	number_put(p, TYPE_UNIT, unit_index);
}

static void encode_number(struct pprof_writer *w, unsigned int field, int64_t v)
{
	uint8_t *p = room(w, &w->head_bytes, number_size((uint64_t)v));

	if (p)
		number_put(p, field, (uint64_t)v);
}

static size_t mapping_size(const struct mapping_key *key, uint64_t id, struct mapping_facts facts)
{
	return number_size(id) + number_size(key->start) + number_size(key->limit) +
	       number_size(key->file_offset) + number_size(key->filename) +
	       number_size(key->build_id) + number_size(facts.functions) +
	       number_size(facts.filenames) + number_size(facts.lines) +
	       number_size(facts.inlines);
}

static void encode_mapping(struct pprof_writer *w, size_t index)
{
	struct mapping_facts facts = w->facts[index];
	struct mapping_key key;
	uint64_t id = index + 1;
	uint8_t *p;

	memcpy(&key, w->mappings.keys[index].bytes, sizeof(key));
	p = room(w, &w->head_bytes, bytes_size(mapping_size(&key, id, facts)));
	if (!p)
		return;
	p = bytes_head_put(p, PROFILE_MAPPING, mapping_size(&key, id, facts));
	p = number_put(p, MAPPING_ID, id);
	p = number_put(p, MAPPING_START, key.start);
	p = number_put(p, MAPPING_LIMIT, key.limit);
	p = number_put(p, MAPPING_OFFSET, key.file_offset);
	p = number_put(p, MAPPING_FILENAME, key.filename);
	p = number_put(p, MAPPING_BUILD_ID, key.build_id);
	p = number_put(p, MAPPING_HAS_FUNCTIONS, facts.functions);
	p = number_put(p, MAPPING_HAS_FILENAMES, facts.filenames);
	p = number_put(p, MAPPING_HAS_LINES, facts.lines);
	number_put(p, MAPPING_HAS_INLINES, facts.inlines);
}

static void encode_string(struct pprof_writer *w, const struct map_key *s)
{
	size_t n = utf8_put_size(s->bytes, s->len);
	uint8_t *p = room(w, &w->head_bytes, bytes_size(n) - n);

	if (!p)
		return;
	bytes_head_put(p, PROFILE_STRING, n);
	if (utf8_put(&w->head_bytes, s->bytes, s->len))
		w->failed = -EFBIG;
}

static void encode_types(struct pprof_writer *w)
{
	if (w->hits) {
		encode_type(w, PROFILE_SAMPLE_TYPE, "hits", "count");
		encode_type(w, PROFILE_PERIOD_TYPE, "probe", "count");
		encode_number(w, PROFILE_PERIOD, 1);
		return;
	}
	encode_type(w, PROFILE_SAMPLE_TYPE, "samples", "count");
	if (w->timeless)
		return;
	encode_type(w, PROFILE_SAMPLE_TYPE, "cpu", "nanoseconds");
	encode_type(w, PROFILE_PERIOD_TYPE, "cpu", "nanoseconds");
	encode_number(w, PROFILE_PERIOD, w->period);
}

static void encode_head(struct pprof_writer *w)
{
	encode_types(w);
	encode_number(w, PROFILE_TIME, w->time);
	encode_number(w, PROFILE_DURATION, w->duration);
	for (size_t i = 0; i < w->mappings.n && !w->failed; i++)
		encode_mapping(w, i);
	for (size_t i = 0; i < w->strings.n && !w->failed; i++)
		encode_string(w, &w->strings.keys[i]);
}

static int join(struct pprof_writer *w, bool delimited, struct buf *out)
{
	size_t comments = w->comment_bytes.len;
	size_t n = w->head_bytes.len + w->function_bytes.len + w->location_bytes.len +
		   w->sample_bytes.len + (comments ? bytes_size(comments) : 0);
	uint8_t *p;

	if (n > PPROF_MESSAGE_MAX)
		return -EFBIG;
	p = buf_extend(out, n + (delimited ? varint_size(n) : 0));
	if (!p)
		return out->failed;
	if (delimited)
		p = varint_put(p, n);
	p = part_put(p, &w->head_bytes);
	p = part_put(p, &w->function_bytes);
	p = part_put(p, &w->location_bytes);
	p = part_put(p, &w->sample_bytes);
	if (comments)
		p = bytes_head_put(p, PROFILE_COMMENT, comments);
	part_put(p, &w->comment_bytes);
	return 0;
}

int pprof_writer_finish(struct pprof_writer *w, bool delimited, struct buf *out)
{
	int error;

	if (!w->failed)
		encode_head(w);
	error = w->failed ? w->failed : join(w, delimited, out);
	empty(w);
	return error;
}
