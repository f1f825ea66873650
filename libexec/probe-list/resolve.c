/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a specification to its targets: the files, one step of the search after the other. */
#include "config.h"

#include "resolve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "near.h"
#include "resolve-file.h"

/* ---- nothing was found ---- */

static void see_names(struct file_resolver *r, struct near *near, const struct search_file *file)
{
	const char *reason;
	struct elf_file f;

	if (search_open(file, &f, &reason))
		return;
	if (r->spec->kind == PROBE_USDT)
		usdt_names(&f, near_see, near);
	else
		functions_names(&f, file->path, near_see, near);
	elf_file_close(&f);
}

/* Near names in all files of the search. */
static int suggest(struct file_resolver *r, char *out, size_t size)
{
	CLEANUP_FREE char *full = NULL;
	struct near near = { .wanted = r->spec->pattern };

	out[0] = 0;
	if (r->spec->class == SPEC_REGEX || r->spec->class == SPEC_LINE ||
	    strpbrk(r->spec->pattern, "*?["))
		return 0;
	if (r->spec->group && asprintf(&full, "%s:%s", r->spec->group, r->spec->pattern) < 0)
		return -ENOMEM;
	near.wanted = full ? full : near.wanted;
	for (unsigned int step = 0; step < 2; step++) {
		CLEANUP_FREE char *note = NULL;
		struct search_files files;
		struct complaint c = { 0 };
		int e = search_step(r->search, r->spec, step, &files, &note, &c);

		for (size_t i = 0; !e && i < files.n; i++)
			see_names(r, &near, &files.v[i]);
		free(files.v);
		if (e == -ENOMEM)
			return e;
	}
	near_list(&near, out, size);
	return 0;
}

static void complain_of_lines(struct file_resolver *r)
{
	const struct spec *s = r->spec;
	const struct lines *l = &r->lines;
	struct complaint *c = &r->complaint;

	if (!l->has_source) {
		complain(c, _("no debug information names a source file '%s'"),
			 shown_name(s->pattern).text);
		complain_hint(c, _("name the program or library (FILE:%s:%u), compile it with -g, "
				   "or install its debug symbols"),
			      shown_name(s->pattern).text, s->line);
		return;
	}
	if (s->column)
		complain(c, _("no code begins at line %u, column %u of %s"), s->line, s->column,
			 shown_name(l->source).text);
	else
		complain(c, _("line %u of %s has no code"), s->line, shown_name(l->source).text);
	if (l->before && l->after)
		complain_hint(c, _("the nearest lines with code are %u and %u"), l->before,
			      l->after);
	else if (l->before || l->after)
		complain_hint(c, _("the nearest line with code is %u"),
			      l->before ? l->before : l->after);
}

static void complain_of_names(struct file_resolver *r, const char *near)
{
	const struct spec *s = r->spec;
	struct complaint *c = &r->complaint;
	struct shown_name text = shown_name(s->text), file = shown_name(s->file ? s->file : "");

	if (!r->n_files && s->file)
		complain(c, _("no library or program is called '%s'"), file.text);
	else if (s->kind == PROBE_USDT)
		complain(c, _("no USDT probe matches '%s'"), text.text);
	else if (s->file && r->n_files == r->n_unreadable)
		complain(c, "%s: %s", file.text, r->reason);
	else if (s->class == SPEC_EXACT && s->file)
		complain(c, _("there is no function '%s' in %s"), shown_name(s->pattern).text,
			 file.text);
	else if (s->class == SPEC_EXACT)
		complain(c, _("there is no function '%s'"), shown_name(s->pattern).text);
	else
		complain(c, _("no function matches '%s'"), text.text);
	if (*near)
		complain_hint(c, _("near names: %s"), near);
	else if (!r->n_files && s->file)
		complain_hint(c, _("name it by its path"));
	else if (s->kind == PROBE_USDT)
		complain_hint(c, _("usdt:* lists all that there are; a program's are found by its "
				   "path, usdt:PATH:PROVIDER:NAME, or by its process"));
	else if (!s->file && !r->search->where.pids.n && !r->search->where.command)
		complain_hint(c, _("a program that is not in PATH is named by its path, "
				   "PATH:FUNCTION, or by its process"));
	else if (r->n_files != r->n_unreadable)
		complain_hint(c, _("static functions of stripped files need debug symbols"));
}

static int complain_of_nothing(struct file_resolver *r)
{
	char near[NEAR_MAX * (NEAR_NAME_MAX + 2)];
	int e;

	if (r->complaint.text[0] || r->answer->n)
		return 0;
	if (r->spec->class == SPEC_LINE && (r->n_files != r->n_unreadable || !r->spec->file)) {
		complain_of_lines(r);
		return 0;
	}
	e = suggest(r, near, sizeof(near));
	if (!e)
		complain_of_names(r, near);
	return e;
}

/* ---- steps ---- */

static int resolve_step(struct file_resolver *r, unsigned int step)
{
	CLEANUP_FREE char *note = NULL;
	struct search_files files;
	int e = search_step(r->search, r->spec, step, &files, &note, &r->complaint);

	if (note)
		answer_note(r->answer, r->spec->number, note);
	for (size_t i = 0; !e && i < files.n; i++)
		e = resolve_file(r, &files.v[i]);
	free(files.v);
	return e;
}

/* Goes on as long as there are steps and nothing was found. */
static int resolve_steps(struct file_resolver *r)
{
	int e = 0;

	for (unsigned int step = 0; !e && !r->answer->n && !r->answer->n_repeated; step++)
		e = resolve_step(r, step);
	return e == -ENOENT || e == -EINVAL ? 0 : e;
}

static int resolve_names(struct file_resolver *r)
{
	const struct spec *s = r->spec;
	int e;

	for (int loose = 0; loose < 2; loose++) {
		/* A plain name that no symbol has may be that of C++ and Rust functions. */
		if (loose && (s->class != SPEC_EXACT || s->version || r->answer->n ||
			      r->answer->n_repeated || r->complaint.text[0]))
			break;
		e = matcher_init(&r->matcher, s, loose, &r->complaint);
		if (e)
			return e == -EINVAL ? 0 : e;
		r->n_files = r->n_unreadable = 0;
		e = resolve_steps(r);
		if (r->matcher.n_given_up)
			answer_note(r->answer, s->number,
				    _("the regular expression took too long on some names, which "
				      "do not count"));
		matcher_release(&r->matcher);
		if (e)
			return e;
	}
	return 0;
}

static int resolve_in_files(struct answer *a, struct search *search, const struct spec *s)
{
	struct file_resolver *r = calloc(1, sizeof(*r));
	int e;

	if (!r)
		return -ENOMEM;
	r->answer = a;
	r->search = search;
	r->spec = s;
	e = s->kind == PROBE_UPROBE && s->class != SPEC_LINE ? resolve_names(r) : resolve_steps(r);
	if (!e && !a->n_usable && !a->n_repeated)
		e = complain_of_nothing(r);
	if (!e && r->n_indirect && a->n_usable && s->class == SPEC_EXACT)
		answer_note(a, s->number, _("some of it are indirect functions (IFUNC), which have "
					    "no probe: calls go to the implementations"));
	if (!e && r->n_misplaced && a->n_usable)
		answer_note(a, s->number, _("in some of the files no instruction begins at this "
					    "offset; --list-probes tells where"));
	if (!e && r->n_clones && a->n_usable)
		answer_note(a, s->number, _("the compiler made copies of it (.constprop, .isra, "
					    ".part), which are attached, too"));
	answer_finish(a, s->number, &r->complaint);
	lines_release(&r->lines);
	free(r);
	return e;
}

int resolve(struct answer *a, struct search *search, const struct spec *s)
{
	if (s->kind == PROBE_KPROBE)
		return resolve_kernel_functions(a, s);
	if (s->kind == PROBE_TRACEPOINT)
		return resolve_kernel_events(a, s);
	return resolve_in_files(a, search, s);
}
