/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that probe-list writes. */
#include "config.h"

#include "answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/vec.h"

static const char *intern(struct answer *a, const char *text)
{
	uint32_t id = map_intern(&a->strings, text, strlen(text), NULL);

	return id == MAP_NONE ? NULL : a->strings.keys[id].bytes;
}

/* 1: the place is new, 0: it has a target, or -ENOMEM. */
static int claim_place(struct answer *a, const struct probe_target *t)
{
	struct buf key = BUF_INIT(PROBE_LINE_MAX);
	bool is_code = t->kind == PROBE_UPROBE || t->kind == PROBE_USDT;
	bool added = false;
	int r;

	/* What is in a file may have several names, what is in the kernel only one. */
	buf_printf(&key, "%d %d %" PRIu64 " %d %s ", t->kind, t->is_return, t->offset,
		   t->file_fd, t->file);
	if (!is_code || *t->why)
		buf_printf(&key, "%s %d", t->name, *t->why != 0);
	r = buf_failed(&key);
	if (!r && map_intern(&a->places, key.data, key.len, &added) == MAP_NONE)
		r = -ENOMEM;
	buf_release(&key);
	return r ? r : added;
}

int answer_add(struct answer *a, const struct probe_target *t)
{
	struct probe_target new = *t;
	int r;

	if (a->n_targets + a->n >= PROBE_TARGETS_MAX)
		return -EOVERFLOW;
	r = claim_place(a, t);
	if (r <= 0) {
		a->n_repeated += !r && !*t->why;
		return r;
	}
	new.file = intern(a, t->file);
	new.name = intern(a, t->name);
	new.shown = intern(a, t->shown);
	new.why = intern(a, t->why);
	if (!new.file || !new.name || !new.shown || !new.why)
		return -ENOMEM;
	r = VEC_PUSH(a->v, a->n, a->cap, new);
	if (!r)
		a->n_usable += !*new.why;
	return r;
}

void answer_note(struct answer *a, uint32_t spec, const char *text)
{
	probe_put_note(&a->lines, spec, text);
	a->n_lines++;
}

static void tell_targets(struct answer *a)
{
	bool all = a->is_listing || !a->n_usable;

	for (size_t i = 0; i < a->n; i++) {
		if (*a->v[i].why && !all)
			continue;
		probe_put_target(&a->lines, &a->v[i]);
		a->n_lines++;
		a->n_targets++;
	}
}

static void tell_failure(struct answer *a, uint32_t spec, const struct complaint *c)
{
	const struct probe_target *first = a->v;
	char text[2 * COMPLAINT_MAX];

	if (c->text[0] || !a->n)
		snprintf(text, sizeof(text), "%s", c->text);
	else
		snprintf(text, sizeof(text), "%s%s%s: %s", shown_name(first->shown).text,
			 *first->file ? _(" in ") : "", shown_name(first->file).text, first->why);
	probe_put_error(&a->lines, spec, text, c->hint);
	a->n_lines++;
	a->has_failed = true;
}

void answer_finish(struct answer *a, uint32_t spec, const struct complaint *c)
{
	tell_targets(a);
	if (!a->n_usable && a->n_repeated)
		answer_note(a, spec, _("all of it has a probe of another specification already"));
	else if (!a->n_usable)
		tell_failure(a, spec, c);
	a->n = a->n_usable = a->n_repeated = 0;
}

int answer_end(struct answer *a)
{
	return probe_put_end(&a->lines, a->n_lines);
}

void answer_release(struct answer *a)
{
	buf_release(&a->lines);
	map_release(&a->strings);
	map_release(&a->places);
	free(a->v);
}
