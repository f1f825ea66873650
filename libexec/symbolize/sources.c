/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source lines and inlined calls of addresses in files. */
#include "config.h"

#include "sources.h"

#include <errno.h>

#include "lib/vec.h"

static void close_all(struct sources *s)
{
	for (size_t i = 0; i < s->n_open; i++) {
		struct source *source = &s->v[s->open[i]];

		source_lines_close(source->lines);
		free(source->lines);
		source->lines = NULL;
	}
	s->n_open = 0;
}

static bool is_full(const struct sources *s)
{
	size_t bytes = 0;

	for (size_t i = 0; i < s->n_open; i++) {
		const struct source_lines *lines = s->v[s->open[i]].lines;

		bytes += lines->dwarf.bytes + dwarf_limits_memory(&lines->limits);
	}
	return bytes > SOURCES_BYTES_MAX || s->n_open >= SOURCES_OPEN_MAX;
}

/* Each file is told of once, whatever else is wrong with it. */
static void fail(struct sources *s, uint32_t object, int error)
{
	if (s->v[object].error)
		return;
	s->v[object].error = error;
	if (VEC_PUSH(s->failed, s->n_failed, s->cap_failed, object))
		return;
}

static int open_lines(struct sources *s, uint32_t object, struct source_lines **lines)
{
	struct source_lines *new = malloc(sizeof(*new));
	struct elf_file f;
	int r = new ? objects_open(s->objects, object, &f) : -ENOMEM;

	if (!r) {
		r = source_lines_open(new, &f, s->objects->v[object].path);
		if (r)
			elf_file_close(&f);
	}
	if (r)
		free(new);
	else
		*lines = new;
	return r;
}

static struct source_lines *lines_of(struct sources *s, uint32_t object)
{
	struct source *source = &s->v[object];
	int r;

	if (source->lines || source->is_useless)
		return source->lines;
	if (is_full(s))
		close_all(s);
	if (VEC_RESERVE(s->open, s->cap_open, s->n_open + 1))
		return NULL;
	r = source->n_opened < SOURCES_OPENED_MAX ? open_lines(s, object, &source->lines) : -E2BIG;
	source->is_useless = r != 0;
	if (r) {
		fail(s, object, r);
		return NULL;
	}
	s->n_read += !source->n_opened++;
	s->open[s->n_open++] = object;
	return source->lines;
}

size_t sources_find(struct sources *s, uint32_t object, uint64_t vaddr,
		    struct source_line v[SOURCE_LINES_MAX])
{
	struct source_lines *lines;
	size_t n;

	if (!s->objects->v[object].has_dwarf || VEC_RESERVE(s->v, s->cap, (size_t)object + 1))
		return 0;
	while (s->n <= object)
		s->v[s->n++] = (struct source){ .lines = NULL };
	lines = lines_of(s, object);
	if (!lines)
		return 0;
	n = source_lines_find(lines, vaddr, v);
	if (lines->error)
		fail(s, object, lines->error);
	return n;
}

void sources_release(struct sources *s)
{
	close_all(s);
	free(s->v);
	free(s->open);
	free(s->failed);
}
