/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pprof: one gzipped perftools.profiles.Profile message (the public profile.proto of
 * github.com/google/pprof; lib/pprof.h has the conventions).
 *
 * Addresses, mappings and inlined lines are those of the input.  Where a filter took a part of a
 * location's lines, the rest is a location of its own.  Frames without addresses get locations
 * of address 0 with a mapping that tells their kind, where the name alone does not.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "lib/map.h"
#include "lib/pprof.h"
#include "lib/vec.h"
#include "format.h"

#define LABELS_MAX 6

struct emission {
	const struct view *view;
	const struct samples *samples;
	struct pprof_writer *w;
	uint64_t *mappings;              /* ids by mapping of the store; 0: not yet */
	uint64_t *locations;             /* ids by location of the store, if whole; 0: not yet */
	struct map groups;               /* other runs of places that are one location */
	uint64_t *group_ids;             size_t n_group_ids, group_ids_cap;
	struct pprof_line_desc *lines;   size_t lines_cap;      /* scratch of one location */
	uint32_t *places;                size_t places_cap;     /* scratch of one sample */
	uint64_t *ids;                   size_t ids_cap;
};

static const struct trie_frame *frame_of(const struct emission *e, uint32_t place)
{
	return &e->view->trie->frames[e->samples->places[place].frame];
}

static const char *text_of(const struct emission *e, uint32_t string)
{
	return string == SAMPLES_NONE ? NULL : samples_text(e->samples, string);
}

/* ---- mappings ---- */

static uint64_t mapping_id(struct emission *e, uint32_t mapping)
{
	const struct code_mapping *m;

	if (mapping == SAMPLES_NONE)
		return 0;
	m = &e->samples->mappings[mapping];
	if (!e->mappings[mapping])
		e->mappings[mapping] = pprof_add_mapping(e->w, &(struct pprof_mapping_desc){
			.start = m->start, .limit = m->limit, .file_offset = m->file_offset,
			.filename = text_of(e, m->filename), .build_id = text_of(e, m->build_id)
		});
	return e->mappings[mapping];
}

/* The mapping that tells what a frame without an address is; 0 where its name tells. */
static uint64_t kind_mapping_id(struct emission *e, const struct trie_frame *f)
{
	static const char *const names[FRAME_KINDS] = {
		[FRAME_USER] = PPROF_USER_MAPPING, [FRAME_KERNEL] = PPROF_KERNEL_MAPPING,
		[FRAME_JIT] = PPROF_JIT_MAPPING, [FRAME_INLINED] = PPROF_INLINED_MAPPING,
		[FRAME_LABEL] = PPROF_LABEL_MAPPING
	};
	bool has_bracket = f->name[0] == '[';

	if ((f->kind == FRAME_USER && !has_bracket) || (f->kind == FRAME_LABEL && has_bracket))
		return 0;
	return pprof_add_mapping(e->w, &(struct pprof_mapping_desc){ .filename = names[f->kind] });
}

/* A file, which the kernel and the code of run-time compilers are not. */
static bool is_file(const struct emission *e, uint32_t mapping)
{
	return mapping != SAMPLES_NONE &&
	       samples_text(e->samples, e->samples->mappings[mapping].filename)[0] == '/';
}

/* The file that the outermost code of a stack is in, or SAMPLES_NONE. */
static uint32_t outermost_file(const struct emission *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct place *p = &e->samples->places[e->places[i]];

		if (p->role == PLACE_CODE && is_file(e, e->samples->locations[p->location].mapping))
			return e->samples->locations[p->location].mapping;
	}
	return SAMPLES_NONE;
}

/*
 * Readers take the first mapping for the main program: the file in which most samples begin, since
 * _start() is in the program and not in a library.
 */
static int add_main_mapping(struct emission *e)
{
	const struct samples *s = e->samples;
	CLEANUP_FREE uint64_t *counts = calloc(s->n_mappings + 1, sizeof(*counts));
	uint32_t best = SAMPLES_NONE;

	if (!counts)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct sample_labels labels;
		size_t n = samples_get(s, i, &labels);
		uint32_t file;

		if (VEC_RESERVE(e->places, e->places_cap, n))
			return -ENOMEM;
		samples_get_stack(s, i, e->places);
		file = outermost_file(e, n);
		if (file == SAMPLES_NONE)
			continue;
		counts[file] += s->values[i].count;
		if (best == SAMPLES_NONE || counts[file] > counts[best])
			best = file;
	}
	mapping_id(e, best);
	return 0;
}

/* ---- locations ---- */

/* NULL where it is the name itself, which may have NULs. */
static const char *system_name(const struct emission *e, const struct place *p,
			       const struct trie_frame *f)
{
	const struct map_key *s;

	if (p->system_name == SAMPLES_NONE)
		return NULL;
	s = &e->samples->strings.keys[p->system_name];
	return s->len == f->len && !memcmp(s->bytes, f->name, s->len) ? NULL : s->bytes;
}

/* Lines of n places, root first, into e->lines, innermost first. */
static int fill_lines(struct emission *e, const uint32_t *places, size_t n)
{
	if (VEC_RESERVE(e->lines, e->lines_cap, n))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct place *p = &e->samples->places[places[n - 1 - i]];
		const struct trie_frame *f = frame_of(e, places[n - 1 - i]);

		e->lines[i] = (struct pprof_line_desc){
			.name = f->name, .name_len = f->len,
			.system_name = system_name(e, p, f),
			.filename = text_of(e, p->file), .line = p->line
		};
	}
	return 0;
}

static uint64_t new_location(struct emission *e, const uint32_t *places, size_t n)
{
	const struct place *p = &e->samples->places[places[0]];
	const struct code_location *l;

	if (fill_lines(e, places, n))
		return 0;
	if (p->role != PLACE_CODE)
		return pprof_new_location(e->w, kind_mapping_id(e, frame_of(e, places[0])), 0,
					  e->lines, n);
	l = &e->samples->locations[p->location];
	return pprof_new_location(e->w, mapping_id(e, l->mapping), l->address, e->lines,
				  l->is_named ? n : 0);
}

static uint64_t group_id(struct emission *e, const uint32_t *places, size_t n)
{
	bool added;
	uint32_t group = map_intern(&e->groups, places, n * sizeof(*places), &added);
	uint64_t id;

	if (group == MAP_NONE)
		return 0;
	if (!added)
		return e->group_ids[group];
	id = new_location(e, places, n);
	return VEC_PUSH(e->group_ids, e->n_group_ids, e->group_ids_cap, id) ? 0 : id;
}

/* 0: memory is out. */
static uint64_t location_id(struct emission *e, const uint32_t *places, size_t n)
{
	const struct place *p = &e->samples->places[places[0]];

	if (p->role != PLACE_CODE || n != e->samples->locations[p->location].n)
		return group_id(e, places, n);
	if (!e->locations[p->location])
		e->locations[p->location] = new_location(e, places, n);
	return e->locations[p->location];
}

/* Whether the place before another in a stack is of the same location. */
static bool belongs(const struct emission *e, uint32_t before, uint32_t place)
{
	const struct place *a = &e->samples->places[before], *b = &e->samples->places[place];

	if (b->role == PLACE_CODE)
		return a->role == PLACE_CODE && a->location == b->location && before < place;
	return a->role == PLACE_NAME && frame_of(e, place)->kind == FRAME_INLINED;
}

/* ---- samples ---- */

static size_t put_text(const struct emission *e, struct pprof_label_desc *labels, size_t n,
		       const char *key, uint32_t string)
{
	if (string == SAMPLES_NONE)
		return n;
	labels[n] = (struct pprof_label_desc){
		.key = key, .str = text_of(e, string),
		.str_len = e->samples->strings.keys[string].len
	};
	return n + 1;
}

static size_t put_number(struct pprof_label_desc *labels, size_t n, const char *key, int64_t number)
{
	if (number == SAMPLES_NO_NUMBER)
		return n;
	labels[n] = (struct pprof_label_desc){ .key = key, .num = number };
	return n + 1;
}

static size_t put_labels(const struct emission *e, const struct sample_labels *from,
			 struct pprof_label_desc *labels)
{
	size_t n = 0;

	n = put_text(e, labels, n, "comm", from->comm);
	n = put_text(e, labels, n, "process", from->process);
	n = put_text(e, labels, n, "probe", from->probe);
	n = put_number(labels, n, "pid", from->pid);
	n = put_number(labels, n, "tid", from->tid);
	return put_number(labels, n, "cpu", from->cpu);
}

/* Locations of the n places in e->places into e->ids, leaf first; *n_ids of them. */
static int put_locations(struct emission *e, size_t n, size_t *n_ids)
{
	*n_ids = 0;
	while (n > 0 && e->samples->places[e->places[n - 1]].role < PLACE_PROBE) {
		size_t end = n--;

		while (n > 0 && belongs(e, e->places[n - 1], e->places[n]))
			n--;
		e->ids[*n_ids] = location_id(e, e->places + n, end - n);
		if (!e->ids[(*n_ids)++])
			return -ENOMEM;
	}
	return 0;
}

static int put_sample(struct emission *e, size_t i)
{
	struct sample_value value = e->samples->values[i];
	struct pprof_label_desc labels[LABELS_MAX];
	struct sample_labels from;
	size_t n = samples_get(e->samples, i, &from), n_ids;
	int err;

	if (value.count > INT64_MAX || value.ns > INT64_MAX)
		return -EOVERFLOW;
	if (VEC_RESERVE(e->places, e->places_cap, n) || VEC_RESERVE(e->ids, e->ids_cap, n))
		return -ENOMEM;
	samples_get_stack(e->samples, i, e->places);
	err = put_locations(e, n, &n_ids);
	if (!err)
		pprof_add_sample(e->w, e->ids, n_ids, (int64_t)value.count, (int64_t)value.ns,
				 labels, put_labels(e, &from, labels));
	return err;
}

/* ---- facts ---- */

static int put_comment(struct emission *e, const char *key, const char *value)
{
	CLEANUP_FREE char *text = malloc(strlen(key) + strlen(value) + 2);

	if (!text)
		return -ENOMEM;
	stpcpy(stpcpy(stpcpy(text, key), " "), value);
	pprof_add_comment(e->w, text);
	return 0;
}

static int put_facts(struct emission *e)
{
	const struct facts *f = e->view->facts;
	int err = 0;

	for (size_t i = 0; !err && i < f->keys.n; i++)
		err = put_comment(e, f->keys.keys[i].bytes, f->values[i]);
	if (!err && e->view->incomplete && !facts_get(f, "incomplete"))
		err = put_comment(e, "incomplete", e->view->incomplete);
	pprof_set_time(e->w, e->samples->time_nanos, e->samples->duration_nanos);
	pprof_set_period(e->w, e->samples->period_nanos);
	return err;
}

static int emission_init(struct emission *e, const struct view *view)
{
	*e = (struct emission){ .view = view, .samples = view->samples, .w = pprof_writer_new() };
	e->mappings = calloc(view->samples->n_mappings + 1, sizeof(*e->mappings));
	e->locations = calloc(view->samples->n_locations + 1, sizeof(*e->locations));
	return e->w && e->mappings && e->locations ? 0 : -ENOMEM;
}

static void emission_release(struct emission *e)
{
	pprof_writer_free(e->w);
	map_release(&e->groups);
	free(e->mappings);
	free(e->locations);
	free(e->group_ids);
	free(e->lines);
	free(e->places);
	free(e->ids);
}

static int fill(struct emission *e)
{
	int err;

	if (e->view->hits)
		pprof_count_hits(e->w);
	else if (e->samples->without_time)
		pprof_without_time(e->w);
	err = add_main_mapping(e);
	for (size_t i = 0; !err && i < e->samples->n; i++)
		err = put_sample(e, i);
	return err ? err : put_facts(e);
}

static int encode(const struct view *view, bool delimited, struct buf *message)
{
	struct emission e;
	int err = emission_init(&e, view);

	if (!err)
		err = fill(&e);
	if (!err)
		err = pprof_writer_finish(e.w, delimited, message);
	emission_release(&e);
	return err;
}

static int write_pprof(const struct view *view, struct writer *out)
{
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	int err = encode(view, false, &message);

	if (!err) {
		writer_gzip(out);
		writer_put(out, message.data, message.len);
		writer_gzip_end(out);
	}
	buf_release(&message);
	return err;
}

/* As one message with its length before it. */
static int write_message(const struct view *view, struct writer *out)
{
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	int err = encode(view, true, &message);

	if (!err)
		writer_put(out, message.data, message.len);
	buf_release(&message);
	return err;
}

const struct render_format format_messages = {
	.name = "messages", .write = write_message, .needs_samples = true
};

const struct render_format format_pprof = {
	.name = "pprof", .write = write_pprof, .needs_samples = true
};
