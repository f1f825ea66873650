/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets of a specification in one file. */
#include "config.h"

#include "resolve-file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "elf/demangle.h"
#include "instructions-x86.h"
#include "lib/i18n.h"

/* A name as people read it: demangled, with version and offset. */
static char *make_shown(const struct function *f, const struct spec *s)
{
	CLEANUP_FREE char *demangled = demangle(f->name);
	char offset[32] = "", *shown;
	const char *version = s->version || !f->is_default ? f->version : NULL;
	bool is_raw = !demangled || (s->class == SPEC_EXACT && !strcmp(f->name, s->pattern));

	if (s->has_offset)
		snprintf(offset, sizeof(offset), "+0x%" PRIx64, s->offset);
	if (asprintf(&shown, "%s%s%s%s", is_raw ? f->name : demangled, version ? "@" : "",
		     version ? version : "", offset) < 0)
		return NULL;
	return shown;
}

/* ---- why not ---- */

static const char *obstacle_text(enum function_obstacle obstacle)
{
	switch (obstacle) {
	case FUNCTION_INDIRECT:
		return _("it is an indirect function (IFUNC): at its address is the resolver, "
			 "which runs once and chooses an implementation");
	case FUNCTION_COLD:
		return _("it is the rarely executed part of a function, jumped to and never "
			 "called");
	case FUNCTION_PART:
		return _("it is a part that the function calls, which has a probe itself: a call "
			 "would count twice");
	default:
		return "";
	}
}

static void hint_implementations(struct file_resolver *r, const struct elf_file *f,
				 const char *path, const char *name)
{
	struct functions found = { 0 };
	struct matcher m = { .class = SPEC_GLOB };
	CLEANUP_FREE char *glob = NULL;
	char list[512] = "";
	size_t at = 0;

	if (asprintf(&glob, "__%s_*", name) < 0)
		return;
	m.pattern = glob;
	snprintf(m.raw, sizeof(m.raw), "__%s_", name);
	if (functions_find(&found, f, path, &m, NULL))
		found.n = 0;
	for (size_t i = 0; i < found.n && at < sizeof(list) - 64; i++)
		if (found.v[i].obstacle == FUNCTION_OK && strlen(found.v[i].name) < 60 &&
		    !strstr(found.v[i].name, "_chk"))
			at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", at ? ", " : "",
					       found.v[i].name);
	if (at)
		complain_hint(&r->complaint, _("its implementations: %s"), list);
	else
		complain_hint(&r->complaint, _("its implementations, such as __%s_avx2, have names "
					       "in the debug symbols of %s"), name, path);
	functions_release(&found);
}

/* ---- offsets ---- */

/* The function's code up to some bytes behind the offset; the caller's. */
static uint8_t *read_code(const struct elf_file *f, const struct function *fn, uint64_t offset,
			  size_t *size)
{
	uint64_t want = fn->size ? fn->size : offset + 16;
	uint8_t *code;

	if (want > offset + 16)
		want = offset + 16;
	if (want > f->size - fn->offset)
		want = f->size - fn->offset;
	code = malloc(want + 1);
	if (code && elf_file_read(f, fn->offset, code, want)) {
		free(code);
		return NULL;
	}
	*size = want;
	return code;
}

static void say_starts(char *why, size_t size, int r, const char *name,
		       const struct instruction_starts *near)
{
	if (r == -EINVAL)
		snprintf(why, size, _("no instruction begins there; the nearest begin at "
				      "%s+0x%" PRIx64 " and %s+0x%" PRIx64),
			 name, near->before, name, near->after);
	else
		snprintf(why, size, _("the code cannot be decoded from %s+0x%" PRIx64 " on"), name,
			 near->before);
}

/* Whether the specification's offset is where an instruction begins; else why not. */
static int check_offset(const struct elf_file *f, const struct function *fn, uint64_t offset,
			char *why, size_t size)
{
	CLEANUP_FREE uint8_t *code = NULL;
	struct shown_name name = shown_name(fn->name);
	struct instruction_starts near;
	size_t code_size;
	int r;

	if (fn->size && offset >= fn->size) {
		snprintf(why, size, _("it has only %" PRIu64 " bytes"), fn->size);
		return 0;
	}
	if (offset > INSTRUCTIONS_BYTES_MAX || offset >= f->size - fn->offset) {
		snprintf(why, size, _("the offset is beyond any function"));
		return 0;
	}
	code = read_code(f, fn, offset, &code_size);
	if (!code) {
		snprintf(why, size, _("its code cannot be read"));
		return 0;
	}
	r = instruction_check(code, code_size, offset, &near);
	if (r == -ENOMEM)
		return r;
	if (r)
		say_starts(why, size, r, name.text, &near);
	return 0;
}

/* ---- functions ---- */

static bool is_clone_of_wanted(const struct spec *s, const struct function *fn)
{
	return s->class == SPEC_EXACT && fn->clone != CLONE_NONE && strcmp(fn->name, s->pattern);
}

static int add_function(struct file_resolver *r, const struct elf_file *f, const char *path,
			const struct function *fn)
{
	const struct spec *s = r->spec;
	CLEANUP_FREE char *shown = make_shown(fn, s);
	char why[1024] = "";
	struct probe_target t = {
		.spec = s->number, .kind = s->kind, .is_return = s->is_return, .event = -1,
		.file_fd = r->file_fd, .offset = fn->offset + s->offset, .size = fn->size,
		.file = path, .name = fn->name, .shown = shown, .why = why
	};
	int e = 0;

	if (!shown)
		return -ENOMEM;
	snprintf(why, sizeof(why), "%s", obstacle_text(fn->obstacle));
	if (!*why && s->has_offset)
		e = check_offset(f, fn, s->offset, why, sizeof(why));
	r->n_misplaced += s->has_offset && *why && fn->obstacle == FUNCTION_OK;
	r->n_indirect += fn->obstacle == FUNCTION_INDIRECT;
	if (fn->obstacle == FUNCTION_INDIRECT && !r->complaint.hint[0])
		hint_implementations(r, f, path, fn->name);
	if (!e)
		e = answer_add(r->answer, &t);
	r->n_clones += !*why && is_clone_of_wanted(s, fn);
	return e;
}

static int add_functions(struct file_resolver *r, const struct elf_file *f, const char *path)
{
	struct functions found = { 0 };
	int e = functions_find(&found, f, path, &r->matcher, r->spec->version);

	for (size_t i = 0; i < found.n && !e; i++)
		e = add_function(r, f, path, &found.v[i]);
	functions_release(&found);
	return e;
}

/* ---- lines ---- */

static int add_lines(struct file_resolver *r, const struct elf_file *f, const char *path)
{
	const struct spec *s = r->spec;
	CLEANUP_FREE char *shown = NULL;
	int e = lines_find(&r->lines, f, path, s->pattern, s->line, s->column);

	if (e == -ENODATA)
		return 0;
	if (!e && (s->column ?
		   asprintf(&shown, "%s:%u:%u", s->pattern, s->line, s->column) :
		   asprintf(&shown, "%s:%u", s->pattern, s->line)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < r->lines.n && !e; i++) {
		struct probe_target t = {
			.spec = s->number, .kind = s->kind, .event = -1,
			.file_fd = r->file_fd, .offset = r->lines.v[i].offset, .file = path,
			/* Code of an inlined function may have no name. */
			.name = *r->lines.v[i].function ? r->lines.v[i].function : shown,
			.shown = shown, .why = ""
		};

		e = answer_add(r->answer, &t);
	}
	lines_clear(&r->lines);
	return e;
}

/* ---- USDT ---- */

static int add_usdt(struct file_resolver *r, const struct elf_file *f, const char *path)
{
	const struct spec *s = r->spec;
	struct usdt_sites sites = { 0 };
	int e = usdt_find(&sites, f, s->group, s->pattern);

	for (size_t i = 0; i < sites.n && !e; i++) {
		const struct usdt_site *site = &sites.v[i];
		CLEANUP_FREE char *name = NULL;
		struct probe_target t = {
			.spec = s->number, .kind = s->kind, .event = -1,
			.file_fd = r->file_fd, .offset = site->offset,
			.semaphore = site->semaphore, .file = path,
			.why = site->is_broken ? _("its note names no code of the file") : ""
		};

		if (asprintf(&name, "%s:%s", site->provider, site->name) < 0)
			e = -ENOMEM;
		t.name = t.shown = name;
		if (!e)
			e = answer_add(r->answer, &t);
	}
	usdt_release(&sites);
	return e;
}

/* ---- all ---- */

/* The path without symbolic links, which bpf(2) takes, too. */
static void real_path(const struct search_file *file, char path[PATH_MAX])
{
	if (!search_path_leads(file) || !realpath(file->path, path))
		snprintf(path, PATH_MAX, "%s", file->path);
}

int resolve_file(struct file_resolver *r, const struct search_file *file)
{
	char path[PATH_MAX];
	struct elf_file f;
	int e;

	r->n_files++;
	r->file_fd = search_path_leads(file) ? 0 : file->fd;
	e = search_open(file, &f, &r->reason);
	if (e) {
		r->n_unreadable++;
		return e == -ENOMEM ? e : 0;
	}
	real_path(file, path);
	if (r->spec->kind == PROBE_USDT)
		e = add_usdt(r, &f, path);
	else if (r->spec->class == SPEC_LINE)
		e = add_lines(r, &f, path);
	else
		e = add_functions(r, &f, path);
	elf_file_close(&f);
	return e;
}
