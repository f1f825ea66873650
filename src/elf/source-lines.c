/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source lines of an address. */
#include "config.h"

#include "elf/source-lines.h"

#include <dwarf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/dwarf-scopes.h"
#include "lib/vec.h"

/* From a call to the function's own entry, and on to its declaration. */
#define ORIGINS_MAX 16
#define BYTES_OF_STEP 8

struct source_unit {
	Dwarf_Die cu;
	const char *folder;      /* where it was compiled; NULL: not known */
	bool has_lines;          /* they may be read */
	Dwarf_Files *files;      /* NULL: none */
	size_t n_files;
	struct dwarf_scopes scopes;
};

int source_lines_open(struct source_lines *s, struct elf_file *f, const char *path)
{
	int r;

	*s = (struct source_lines){ 0 };
	r = dwarf_file_open(&s->dwarf, f, path);
	if (r)
		return r;
	s->file = *f;
	dwarf_limits_init(&s->limits, &s->dwarf);
	s->units.limits = &s->limits;
	return 0;
}

void source_lines_close(struct source_lines *s)
{
	for (size_t i = 0; i < s->n; i++)
		dwarf_scopes_release(&s->v[i].scopes);
	free(s->v);
	u64_map_release(&s->ids);
	map_release(&s->paths);
	dwarf_units_release(&s->units);
	dwarf_limits_release(&s->limits);
	dwarf_file_close(&s->dwarf);
	elf_file_close(&s->file);
}

static void fail(struct source_lines *s, int error)
{
	if (!s->error)
		s->error = error;
}

/* ---- units ---- */

static const char *folder_of(struct source_lines *s, Dwarf_Die *cu)
{
	Dwarf_Attribute attr;

	return dwarf_attr(cu, DW_AT_comp_dir, &attr) ?
		       dwarf_file_string(&s->dwarf, &attr, SOURCE_PATH_MAX) : NULL;
}

static void read_unit(struct source_lines *s, struct source_unit *unit)
{
	Dwarf_Off next, start = dwarf_dieoffset(&unit->cu) - dwarf_cuoffset(&unit->cu);
	uint64_t memory = s->limits.memory;
	size_t header;
	int r = -EBADMSG;

	if (!dwarf_next_unit(s->dwarf.main.dwarf, start, &next, &header, NULL, NULL, NULL, NULL,
			     NULL, NULL))
		r = dwarf_limits_take(&s->limits, (next - start) / BYTES_OF_STEP) ? 0 : -E2BIG;
	if (!r)
		r = dwarf_scopes_read(&unit->scopes, &unit->cu, next, &s->limits);
	/* Half of a unit would give half of the calls. */
	if (r) {
		fail(s, r);
		dwarf_scopes_release(&unit->scopes);
		s->limits.memory = memory;
		return;
	}
	if (dwarf_hasattr(&unit->cu, DW_AT_dwo_name) ||
	    dwarf_hasattr(&unit->cu, DW_AT_GNU_dwo_name))
		fail(s, -EREMOTE);
	unit->folder = folder_of(s, &unit->cu);
	r = dwarf_limits_allow_lines(&s->limits, &unit->cu, unit->folder);
	fail(s, r < 0 ? r : 0);
	unit->has_lines = r > 0;
	if (!unit->has_lines || dwarf_getsrcfiles(&unit->cu, &unit->files, &unit->n_files))
		unit->files = NULL;
}

static struct source_unit *find_unit(struct source_lines *s, uint64_t vaddr)
{
	struct source_unit new = { .has_lines = false };
	int r = dwarf_units_find(&s->units, vaddr, &new.cu);
	uint32_t *id;

	if (r <= 0) {
		fail(s, r);
		return NULL;
	}
	id = u64_map_put(&s->ids, dwarf_dieoffset(&new.cu));
	if (!id)
		return NULL;
	if (*id == MAP_NONE) {
		if (VEC_RESERVE(s->v, s->cap, s->n + 1))
			return NULL;
		read_unit(s, &new);
		*id = (uint32_t)s->n;
		s->v[s->n++] = new;
	}
	return &s->v[*id];
}

/* ---- names ---- */

static const char *mangled_name(const struct source_lines *s, Dwarf_Die *die)
{
	Dwarf_Attribute attr;

	if (!dwarf_attr(die, DW_AT_linkage_name, &attr) &&
	    !dwarf_attr(die, DW_AT_MIPS_linkage_name, &attr))
		return NULL;
	return dwarf_file_string(&s->dwarf, &attr, SOURCE_NAME_MAX);
}

static const char *plain_name(const struct source_lines *s, Dwarf_Die *die)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, DW_AT_name, &attr) ?
		       dwarf_file_string(&s->dwarf, &attr, SOURCE_NAME_MAX) : NULL;
}

/* From an entry to the one that says more of the same function. */
static bool go_to_origin(struct source_lines *s, Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Die origin;
	int r;

	if (!dwarf_attr(die, DW_AT_abstract_origin, &attr) &&
	    !dwarf_attr(die, DW_AT_specification, &attr))
		return false;
	/* To find a type by its signature libdw would read all types. */
	if (dwarf_whatform(&attr) == DW_FORM_ref_sig8)
		return false;
	if (!dwarf_formref_die(&attr, &origin))
		r = -EBADMSG;
	else if (!dwarf_limits_take(&s->limits, 1))
		r = -E2BIG;
	else
		r = dwarf_limits_allow_unit(&s->limits, &origin);
	if (r) {
		fail(s, r);
		return false;
	}
	*die = origin;
	return true;
}

static const char *name_of(struct source_lines *s, const struct dwarf_scope *scope)
{
	const char *plain = NULL, *mangled;
	Dwarf_Die die = scope->die;

	for (unsigned int i = 0; i < ORIGINS_MAX; i++) {
		mangled = mangled_name(s, &die);
		if (mangled)
			return mangled;
		if (!plain)
			plain = plain_name(s, &die);
		if (!go_to_origin(s, &die))
			break;
	}
	return plain ? plain : "";
}

/* ---- lines ---- */

/* The path, which may be relative to the unit's folder. */
static const char *full_path(struct source_lines *s, const struct source_unit *unit,
			     const char *path)
{
	char full[2 * SOURCE_PATH_MAX];
	uint32_t id;
	int len;

	/* The latter is libdw's name for none. */
	if (!path || strnlen(path, SOURCE_PATH_MAX) >= SOURCE_PATH_MAX || !strcmp(path, "???"))
		return NULL;
	if (path[0] == '/' || !unit->folder)
		return path;
	len = snprintf(full, sizeof(full), "%s/%s", unit->folder, path);
	id = len < SOURCE_PATH_MAX ? map_intern(&s->paths, full, (size_t)len, NULL) : MAP_NONE;
	return id == MAP_NONE ? NULL : s->paths.keys[id].bytes;
}

static void put_row(struct source_lines *s, const struct source_unit *unit, uint64_t vaddr,
		    struct source_line *v)
{
	Dwarf_Die cu = unit->cu;
	Dwarf_Line *row = unit->has_lines ? dwarf_getsrc_die(&cu, vaddr) : NULL;
	int line;

	if (!row)
		return;
	v->file = full_path(s, unit, dwarf_linesrc(row, NULL, NULL));
	v->line = !dwarf_lineno(row, &line) && line > 0 ? (uint32_t)line : 0;
}

static uint64_t number(Dwarf_Die *die, unsigned int name, uint64_t otherwise)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	return dwarf_attr(die, name, &attr) && !dwarf_formudata(&attr, &value) ? value : otherwise;
}

/* Where an inlined function was called. */
static void put_call(struct source_lines *s, const struct source_unit *unit,
		     const struct dwarf_scope *scope, struct source_line *v)
{
	Dwarf_Die die = scope->die;
	uint64_t file = number(&die, DW_AT_call_file, UINT64_MAX);
	uint64_t line = number(&die, DW_AT_call_line, 0);

	if (unit->files && file < unit->n_files)
		v->file = full_path(s, unit, dwarf_filesrc(unit->files, file, NULL, NULL));
	v->line = line <= INT32_MAX ? (uint32_t)line : 0;
}

size_t source_lines_find(struct source_lines *s, uint64_t vaddr,
			 struct source_line v[SOURCE_LINES_MAX])
{
	struct source_unit *unit;
	uint32_t id;
	size_t n = 0;

	if (!dwarf_limits_take(&s->limits, 1)) {
		fail(s, -E2BIG);
		return 0;
	}
	unit = find_unit(s, vaddr);
	if (!unit)
		return 0;
	v[0] = (struct source_line){ .name = NULL };
	put_row(s, unit, vaddr, &v[0]);
	id = dwarf_scopes_find(&unit->scopes, vaddr, &s->limits);
	while (id != DWARF_SCOPE_NONE && n + 1 < SOURCE_LINES_MAX) {
		const struct dwarf_scope *scope = &unit->scopes.v[id];

		/* That one's own name is the symbol's. */
		if (scope->caller == DWARF_SCOPE_NONE)
			break;
		v[n].name = name_of(s, scope);
		v[++n] = (struct source_line){ .name = NULL };
		put_call(s, unit, scope, &v[n]);
		id = scope->caller;
	}
	return n || v[0].file || v[0].line ? n + 1 : 0;
}
