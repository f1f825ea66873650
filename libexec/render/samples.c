/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interning of samples, their locations and labels. */
#include "config.h"

#include "samples.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

/* Interning keys, without padding, so that equal ones are equal byte by byte. */
struct mapping_key { uint64_t start, limit, file_offset; uint32_t filename, build_id; };
struct line_key { uint32_t frame, system_name, file, zero; int64_t line; };
struct location_head { uint64_t address; uint32_t mapping, is_named; };

#define WORDS(type) (sizeof(type) / sizeof(uint32_t))

void samples_release(struct samples *s)
{
	map_release(&s->strings);
	map_release(&s->stacks);
	map_release(&s->labels);
	map_release(&s->mapping_keys);
	map_release(&s->location_keys);
	u64_map_release(&s->plain_places);
	free(s->places);
	free(s->locations);
	free(s->mappings);
	free(s->values);
	free(s->key);
	*s = (struct samples){ 0 };
}

uint32_t samples_string(struct samples *s, const char *text, size_t len, int *err)
{
	uint32_t id = len ? map_intern(&s->strings, text, len, NULL) : SAMPLES_NONE;

	if (len && id == MAP_NONE)
		*err = -ENOMEM;
	return id;
}

const char *samples_text(const struct samples *s, uint32_t string)
{
	return string == SAMPLES_NONE ? "" : s->strings.keys[string].bytes;
}

/* ---- locations ---- */

static uint32_t take_string(struct samples *s, const struct pprof_profile *p, uint32_t string,
			    int *err)
{
	return samples_string(s, p->strings[string].s, p->strings[string].len, err);
}

static int take_mapping(struct samples *s, const struct pprof_profile *p, uint32_t index,
			uint32_t *mapping)
{
	const struct pprof_mapping *m;
	struct mapping_key key;
	bool added;
	int err = 0;

	*mapping = SAMPLES_NONE;
	if (index == PPROF_NONE)
		return 0;
	m = &p->mappings[index];
	key = (struct mapping_key){
		m->start, m->limit, m->file_offset,
		take_string(s, p, m->filename, &err), take_string(s, p, m->build_id, &err)
	};
	*mapping = err ? MAP_NONE : map_intern(&s->mapping_keys, &key, sizeof(key), &added);
	if (*mapping == MAP_NONE)
		return -ENOMEM;
	if (!added)
		return 0;
	return VEC_PUSH(s->mappings, s->n_mappings, s->mappings_cap, ((struct code_mapping){
		key.start, key.limit, key.file_offset, key.filename, key.build_id
	}));
}

/* Line i of a location, counted from the outermost one, as part of its key. */
static int take_line(struct samples *s, const struct pprof_profile *p,
		     const struct pprof_location *l, uint32_t i, uint32_t frame,
		     struct line_key *key)
{
	const struct pprof_line *line = &p->lines[l->first_line + l->n_lines - 1 - i];
	const struct pprof_function *f = &p->functions[line->function];
	int err = 0;

	*key = (struct line_key){
		.frame = frame, .line = line->line,
		.system_name = take_string(s, p, f->system_name, &err),
		.file = take_string(s, p, f->filename, &err)
	};
	return err;
}

/* The key of a location into s->key; *n is its length in words. */
static int make_location_key(struct samples *s, const struct pprof_profile *p,
			     const struct pprof_location *l, const uint32_t *frames, size_t *n)
{
	struct location_head head = { .address = l->address, .is_named = l->n_lines > 0 };
	struct line_key line = {
		.frame = frames[0], .system_name = SAMPLES_NONE, .file = SAMPLES_NONE
	};
	uint32_t n_places = l->n_lines ? l->n_lines : 1;
	int err = take_mapping(s, p, l->mapping, &head.mapping);

	*n = WORDS(head) + n_places * WORDS(line);
	if (!err)
		err = VEC_RESERVE(s->key, s->key_cap, *n);
	if (err)
		return err;
	memcpy(s->key, &head, sizeof(head));
	for (uint32_t i = 0; !err && i < n_places; i++) {
		if (l->n_lines)
			err = take_line(s, p, l, i, frames[i], &line);
		memcpy(s->key + WORDS(head) + i * WORDS(line), &line, sizeof(line));
	}
	return err;
}

/* The location and its places, of the key in s->key. */
static int add_location(struct samples *s, uint32_t n_places)
{
	struct location_head head;

	if (s->n_places + n_places >= SAMPLES_NONE)
		return -EOVERFLOW;
	if (VEC_RESERVE(s->places, s->places_cap, s->n_places + n_places))
		return -ENOMEM;
	memcpy(&head, s->key, sizeof(head));
	for (uint32_t i = 0; i < n_places; i++) {
		struct line_key line;

		memcpy(&line, s->key + WORDS(head) + i * WORDS(line), sizeof(line));
		s->places[s->n_places + i] = (struct place){
			.frame = line.frame, .location = (uint32_t)s->n_locations,
			.role = PLACE_CODE, .system_name = line.system_name, .file = line.file,
			.line = line.line
		};
	}
	if (VEC_PUSH(s->locations, s->n_locations, s->locations_cap, ((struct code_location){
			.address = head.address, .mapping = head.mapping,
			.first = (uint32_t)s->n_places, .n = n_places,
			.is_named = head.is_named })))
		return -ENOMEM;
	s->n_places += n_places;
	return 0;
}

int samples_take_location(struct samples *s, const struct pprof_profile *p,
			  const struct pprof_location *l, const uint32_t *frames, uint32_t *first)
{
	size_t n_words;
	bool added;
	uint32_t id;
	int err = make_location_key(s, p, l, frames, &n_words);

	if (err)
		return err;
	id = map_intern(&s->location_keys, s->key, n_words * sizeof(*s->key), &added);
	if (id == MAP_NONE)
		return -ENOMEM;
	if (added)
		err = add_location(s, l->n_lines ? l->n_lines : 1);
	if (!err)
		*first = s->locations[id].first;
	return err;
}

uint32_t samples_plain_place(struct samples *s, uint32_t frame, enum place_role role)
{
	uint32_t *place = u64_map_put(&s->plain_places, (uint64_t)role << 32 | frame);

	if (!place || *place != MAP_NONE)
		return place ? *place : SAMPLES_NONE;
	if (s->n_places + 1 >= SAMPLES_NONE ||
	    VEC_PUSH(s->places, s->n_places, s->places_cap, ((struct place){
			.frame = frame, .location = SAMPLES_NONE, .role = role,
			.system_name = SAMPLES_NONE, .file = SAMPLES_NONE })))
		return SAMPLES_NONE;
	*place = (uint32_t)s->n_places - 1;
	return *place;
}

/* ---- samples ---- */

static bool has_role(const struct samples *s, const uint32_t *places, size_t n,
		     enum place_role role)
{
	/* Labels are the outermost frames. */
	for (size_t i = 0; i < n && s->places[places[i]].role >= PLACE_PROBE; i++)
		if (s->places[places[i]].role == role)
			return true;
	return false;
}

/* Index of the labels as they are shown. */
static uint32_t take_labels(struct samples *s, const struct sample_labels *labels,
			    const uint32_t *places, size_t n)
{
	struct sample_labels shown = *labels;

	if (shown.comm != SAMPLES_NONE && !has_role(s, places, n, PLACE_COMM))
		shown.comm = SAMPLES_NONE;
	if (shown.probe != SAMPLES_NONE && !has_role(s, places, n, PLACE_PROBE))
		shown.probe = SAMPLES_NONE;
	return map_intern(&s->labels, &shown, sizeof(shown), NULL);
}

static int add_value(struct sample_value *to, struct sample_value value)
{
	struct sample_value sum;

	if (__builtin_add_overflow(to->count, value.count, &sum.count) ||
	    __builtin_add_overflow(to->ns, value.ns, &sum.ns))
		return -EOVERFLOW;
	*to = sum;
	return 0;
}

int samples_add(struct samples *s, const struct sample_labels *labels, const uint32_t *places,
		size_t n, struct sample_value value)
{
	uint32_t label = take_labels(s, labels, places, n), id;
	bool added;

	if (label == MAP_NONE || VEC_RESERVE(s->key, s->key_cap, n + 1) ||
	    VEC_RESERVE(s->values, s->values_cap, s->n + 1))
		return -ENOMEM;
	s->key[0] = label;
	if (n)
		memcpy(s->key + 1, places, n * sizeof(*places));
	id = map_intern(&s->stacks, s->key, (n + 1) * sizeof(*s->key), &added);
	if (id == MAP_NONE)
		return -ENOMEM;
	if (added)
		s->values[s->n++] = (struct sample_value){ 0, 0 };
	return add_value(&s->values[id], value);
}

void samples_take(struct samples *s, struct samples *taken)
{
	*taken = (struct samples){
		.values = s->values, .n = s->n, .stacks = s->stacks, .labels = s->labels
	};
	s->values = NULL;
	s->n = s->values_cap = 0;
	s->stacks = s->labels = (struct map){ .n = 0 };
}

size_t samples_get(const struct samples *s, size_t i, struct sample_labels *labels)
{
	const struct map_key *key = &s->stacks.keys[i];
	uint32_t label;

	memcpy(&label, key->bytes, sizeof(label));
	memcpy(labels, s->labels.keys[label].bytes, sizeof(*labels));
	return key->len / sizeof(label) - 1;
}

void samples_get_stack(const struct samples *s, size_t i, uint32_t *places)
{
	const struct map_key *key = &s->stacks.keys[i];

	if (key->len > sizeof(*places))
		memcpy(places, key->bytes + sizeof(*places), key->len - sizeof(*places));
}
