/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a data island to the model: the opposite of island.c. */
#include "config.h"

#include "read-island.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/vec.h"
#include "island.h"
#include "unpack.h"

/* Up to this one they must all be there. */
#define LAST_NEEDED ISLAND_SELF

/* Of a byte of ISLAND_KINDS. */
#define KIND_MASK 7

struct span {
	const uint8_t *at, *end;
};

/* Names that were called by one name so far, in order. */
struct callees {
	uint32_t *names;
	size_t n, cap;
};

struct reader {
	struct model *m;
	struct span section[ISLAND_SECTIONS];
	size_t n_names;
	uint32_t *frames;        /* of the trie, by name */
	struct callees *callees; /* by name; the last is the root's */
	struct span *modules; size_t n_modules, modules_cap;
	struct buf text;         /* of a line without its escapes */
	/* The path to the node before. */
	size_t depth;
	uint32_t *path; size_t path_cap;         /* names */
	uint32_t *stack; size_t stack_cap;       /* frames */
};

/* ---- what sections are made of ---- */

static bool is_empty(struct span s)
{
	return s.at == s.end;
}

static int take_varint(struct span *s, uint64_t *v)
{
	*v = 0;
	for (unsigned shift = 0; shift < 64 && s->at < s->end; shift += 7) {
		uint8_t byte = *s->at++;

		if (shift == 63 && byte > 1)
			return -EBADMSG;
		*v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return 0;
	}
	return -EBADMSG;
}

static int take_bytes(struct span *s, uint64_t n, struct span *taken)
{
	if (n > (uint64_t)(s->end - s->at))
		return -EBADMSG;
	*taken = (struct span){ s->at, s->at + n };
	s->at += n;
	return 0;
}

static int take_line(struct span *s, struct span *line)
{
	size_t n = (size_t)(s->end - s->at);
	const uint8_t *newline = n ? memchr(s->at, '\n', n) : NULL;

	if (!newline)
		return -EBADMSG;
	*line = (struct span){ s->at, newline };
	s->at = newline + 1;
	return 0;
}

static int put_escaped(struct buf *b, uint8_t c)
{
	switch (c) {
	case 'n':
		return buf_put_byte(b, '\n');
	case 't':
		return buf_put_byte(b, '\t');
	case '\\':
		return buf_put_byte(b, '\\');
	default:
		return -EBADMSG;
	}
}

/* The line's text into r->text. */
static int unescape(struct reader *r, struct span line)
{
	int err = 0;

	buf_clear(&r->text);
	while (!err && !is_empty(line)) {
		size_t n = (size_t)(line.end - line.at);
		const uint8_t *escape = memchr(line.at, '\\', n);

		err = buf_put(&r->text, line.at, escape ? (size_t)(escape - line.at) : n);
		if (!escape || err)
			return err;
		if (escape + 1 == line.end)
			return -EBADMSG;
		err = put_escaped(&r->text, escape[1]);
		line.at = escape + 2;
	}
	return err;
}

static int split_sections(struct reader *r, struct span all)
{
	int i = 0;

	for (; i < ISLAND_SECTIONS && !is_empty(all); i++) {
		uint64_t n;
		int err = take_varint(&all, &n);

		if (!err)
			err = take_bytes(&all, n, &r->section[i]);
		if (err)
			return err;
	}
	return i > LAST_NEEDED ? 0 : -EBADMSG;
}

/* ---- facts ---- */

static bool is_key(struct span line, const char *key)
{
	size_t n = strlen(key);

	return (size_t)(line.end - line.at) > n && !memcmp(line.at, key, n) && line.at[n] == ' ';
}

/* Of equal keys the first counts. */
static bool is_known(const struct facts *facts, struct span line)
{
	const uint8_t *space = memchr(line.at, ' ', (size_t)(line.end - line.at));

	return space && map_find(&facts->keys, line.at, (size_t)(space - line.at)) != MAP_NONE;
}

static void note_unit(struct model *m, struct span line)
{
	static const char hits[] = "unit hits";
	size_t n = (size_t)(line.end - line.at);

	m->has_hits = n == strlen(hits) && !memcmp(line.at, hits, n);
	m->has_samples = !m->has_hits;
}

static int note_title(struct model *m, struct span line)
{
	const char *title = (const char *)line.at + strlen("title ");

	if (!m->title)
		m->title = strndup(title, (size_t)((const char *)line.end - title));
	return m->title ? 0 : -ENOMEM;
}

/* One of a difference's earlier profile, or NULL. */
static const char *fact_of_before(struct span line, size_t *n)
{
	static const char prefix[] = "before_";
	size_t skipped = strlen(prefix);

	*n = (size_t)(line.end - line.at);
	if (*n <= skipped || memcmp(line.at, prefix, skipped) != 0)
		return NULL;
	*n -= skipped;
	return (const char *)line.at + skipped;
}

static int take_fact(struct reader *r, struct span line)
{
	struct facts *facts = &r->m->facts;
	size_t n;
	const char *before = fact_of_before(line, &n);

	if (before)
		return r->m->diff ? facts_take(&r->m->diff->facts, before, n) : 0;
	if (is_empty(line) || is_key(line, "subtitle"))
		return 0;
	if (is_key(line, "title"))
		return note_title(r->m, line);
	if (is_key(line, "unit")) {
		note_unit(r->m, line);
		return 0;
	}
	return is_known(facts, line)
		? 0 : facts_take(facts, (const char *)line.at, (size_t)(line.end - line.at));
}

static int read_facts(struct reader *r)
{
	struct span *facts = &r->section[ISLAND_FACTS], line;
	int err = 0;

	while (!err && !is_empty(*facts)) {
		err = take_line(facts, &line);
		if (!err)
			err = take_fact(r, line);
	}
	return err;
}

/* ---- names and modules ---- */

static int read_name(struct reader *r, size_t i)
{
	uint8_t kind = r->section[ISLAND_KINDS].at[i] & KIND_MASK;
	struct span line;
	int err = take_line(&r->section[ISLAND_NAMES], &line);

	if (!err)
		err = kind < FRAME_KINDS ? unescape(r, line) : -EBADMSG;
	if (err)
		return err;
	r->frames[i] = trie_frame(&r->m->trie, r->text.len ? (char *)r->text.data : "",
				  r->text.len, kind);
	return r->frames[i] == TRIE_NONE ? -ENOMEM : 0;
}

static int read_names(struct reader *r)
{
	const struct span *kinds = &r->section[ISLAND_KINDS];
	int err = 0;

	r->n_names = (size_t)(kinds->end - kinds->at);
	r->frames = calloc(r->n_names + 1, sizeof(*r->frames));
	r->callees = calloc(r->n_names + 1, sizeof(*r->callees));
	if (!r->frames || !r->callees)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_names && !err; i++)
		err = read_name(r, i);
	return err || is_empty(r->section[ISLAND_NAMES]) ? err : -EBADMSG;
}

static int note_module(struct reader *r, size_t name)
{
	uint64_t module;
	int err = take_varint(&r->section[ISLAND_MODULE], &module);

	if (err || !module)
		return err;
	if (module > r->n_modules)
		return -EBADMSG;
	err = unescape(r, r->modules[module - 1]);
	return err ? err : model_note_module(r->m, r->frames[name], (char *)r->text.data,
					     r->text.len);
}

static int read_modules(struct reader *r)
{
	struct span *lines = &r->section[ISLAND_MODULES], line;
	int err = 0;

	while (!err && !is_empty(*lines)) {
		err = take_line(lines, &line);
		if (!err)
			err = VEC_PUSH(r->modules, r->n_modules, r->modules_cap, line);
	}
	for (size_t i = 0; !err && i < r->n_names && !is_empty(r->section[ISLAND_MODULE]); i++)
		err = note_module(r, i);
	return err;
}

/* ---- nodes ---- */

/* The name that the next node has below `caller`. */
static int take_callee(struct reader *r, size_t caller, uint32_t *name)
{
	struct span *refs = &r->section[ISLAND_CALLEE];
	struct callees *known = &r->callees[caller];
	uint64_t nth, index;
	int err = take_varint(refs, &nth);

	if (err)
		return err;
	if (nth) {
		if (nth > known->n)
			return -EBADMSG;
		*name = known->names[nth - 1];
		return 0;
	}
	err = take_varint(refs, &index);
	if (err || index >= r->n_names)
		return -EBADMSG;
	*name = (uint32_t)index;
	return VEC_PUSH(known->names, known->n, known->cap, *name);
}

static int add_samples(struct reader *r)
{
	uint64_t self;
	int err = take_varint(&r->section[ISLAND_SELF], &self);

	if (err || !self)
		return err;
	return model_add_stack(r->m, r->stack, r->depth, self);
}

static int read_node(struct reader *r)
{
	uint64_t up;
	uint32_t name;
	size_t caller;
	int err = take_varint(&r->section[ISLAND_UP], &up);

	if (err || up > r->depth)
		return -EBADMSG;
	r->depth -= (size_t)up;
	caller = r->depth ? r->path[r->depth - 1] : r->n_names;
	err = take_callee(r, caller, &name);
	if (!err)
		err = VEC_RESERVE(r->path, r->path_cap, r->depth + 1);
	if (!err)
		err = VEC_RESERVE(r->stack, r->stack_cap, r->depth + 1);
	if (err)
		return err;
	r->path[r->depth] = name;
	r->stack[r->depth++] = r->frames[name];
	return add_samples(r);
}

/* The root is first. */
static int read_nodes(struct reader *r)
{
	int err = add_samples(r);

	while (!err && !is_empty(r->section[ISLAND_UP]))
		err = read_node(r);
	if (!err && (!is_empty(r->section[ISLAND_CALLEE]) || !is_empty(r->section[ISLAND_SELF])))
		err = -EBADMSG;
	return err;
}

/* A difference's earlier profile, of the same nodes; then they are to be read again. */
static int read_before(struct reader *r)
{
	struct span kept[ISLAND_SECTIONS];
	struct samples *samples = r->m->samples;
	int err;

	memcpy(kept, r->section, sizeof(kept));
	r->section[ISLAND_SELF] = r->section[ISLAND_BEFORE];
	r->m->samples = NULL;
	err = read_nodes(r);
	r->m->samples = samples;
	memcpy(r->section, kept, sizeof(kept));
	for (size_t i = 0; i <= r->n_names; i++)
		r->callees[i].n = 0;
	r->depth = 0;
	if (!err)
		err = diff_take(r->m->diff, &r->m->trie);
	/* What is counted as left out is of the later one. */
	if (!err && r->m->filter)
		r->m->filter->left_out = 0;
	return err;
}

/* ---- all ---- */

static void release(struct reader *r)
{
	for (size_t i = 0; r->callees && i <= r->n_names; i++)
		free(r->callees[i].names);
	free(r->callees);
	free(r->frames);
	free(r->modules);
	free(r->path);
	free(r->stack);
	buf_release(&r->text);
}

int island_read_sections(const uint8_t *bytes, size_t n, struct model *m)
{
	struct reader r = { .m = m, .text = BUF_INIT(n) };
	int err = n ? split_sections(&r, (struct span){ bytes, bytes + n }) : -EBADMSG;

	bool is_difference = !err && !is_empty(r.section[ISLAND_BEFORE]);

	if (is_difference && !m->diff)
		err = -ENOTSUP;
	if (!err)
		err = read_facts(&r);
	if (!err)
		err = read_names(&r);
	if (!err)
		err = read_modules(&r);
	if (!err && is_difference)
		err = read_before(&r);
	if (!err)
		err = read_nodes(&r);
	release(&r);
	return err;
}

int island_read(struct source *s, struct model *m)
{
	struct buf sections = BUF_INIT(ISLAND_MAX);
	int err = unpack_island(s, &sections);

	if (!err)
		err = island_read_sections(sections.data, sections.len, m);
	buf_release(&sections);
	return err;
}
