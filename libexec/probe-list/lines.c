/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the code of a source line begins. */
#include "config.h"

#include "lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/dwarf-file.h"
#include "functions.h"
#include "lib/vec.h"

/* A row of the line table that begins something of the line. */
struct row {
	uint64_t vaddr;
	uint64_t copy;           /* the function or the inlining, by its entry's offset */
	int column;
	bool is_first;           /* the row before is of another line */
};

struct rows { struct row *v; size_t n, cap; };

struct reader {
	struct lines *out;
	const struct elf_file *code;
	const char *source;
	const char *folder;      /* of the unit that is read, NULL: not known */
	int line, column;
	struct rows rows;
};

bool lines_is_source(const char *path, const char *source)
{
	size_t n = strlen(path), len = strlen(source);

	if (n < len || strcmp(path + n - len, source))
		return false;
	return n == len || source[0] == '/' || path[n - len - 1] == '/';
}

/* Names in line tables may be relative to the folder of the unit. */
static bool is_source(const struct reader *r, const char *name)
{
	char path[LINES_PATH_MAX];

	if (!name)
		return false;
	if (lines_is_source(name, r->source))
		return true;
	if (name[0] == '/' || !r->folder || strlen(name) >= strlen(r->source) ||
	    snprintf(path, sizeof(path), "%s/%s", r->folder, name) >= (int)sizeof(path))
		return false;
	return lines_is_source(path, r->source);
}

static const char *folder_of(Dwarf_Die *cu)
{
	Dwarf_Attribute attr;

	return dwarf_attr(cu, DW_AT_comp_dir, &attr) ? dwarf_formstring(&attr) : NULL;
}

/* ---- copies ---- */

static bool is_tag(Dwarf_Die *die, int tag)
{
	return dwarf_tag(die) == tag;
}

/* The innermost function or inlining at an address, by its entry's offset; 0: none. */
static uint64_t find_copy(Dwarf_Die *cu, uint64_t vaddr)
{
	Dwarf_Die *scopes = NULL;
	int n = dwarf_getscopes(cu, vaddr, &scopes);
	uint64_t copy = 0;

	for (int i = 0; i < n && !copy; i++)
		if (is_tag(&scopes[i], DW_TAG_subprogram) ||
		    is_tag(&scopes[i], DW_TAG_inlined_subroutine))
			copy = dwarf_dieoffset(&scopes[i]);
	free(scopes);
	return copy;
}

struct function_search {
	uint64_t vaddr;
	const char *name;        /* "" until it is found */
};

static int see_function(Dwarf_Die *die, void *opaque)
{
	struct function_search *search = opaque;
	Dwarf_Attribute attr;
	const char *name = NULL;

	if (dwarf_haspc(die, search->vaddr) <= 0)
		return DWARF_CB_OK;
	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attr))
		name = dwarf_formstring(&attr);
	if (!name)
		name = dwarf_diename(die);
	search->name = name ? name : "";
	return DWARF_CB_ABORT;
}

/* The function that has the code, whatever was inlined there; to be freed. */
static char *function_name(Dwarf_Die *cu, uint64_t vaddr)
{
	struct function_search search = { vaddr, "" };

	dwarf_getfuncs(cu, see_function, &search, 0);
	return strdup(search.name);
}

/* ---- rows ---- */

struct facts {
	Dwarf_Addr vaddr;
	int line, column;
	bool is_statement, is_end, is_source;
};

static bool read_row(const struct reader *r, Dwarf_Line *line, struct facts *f)
{
	const char *source = dwarf_linesrc(line, NULL, NULL);

	*f = (struct facts){ .is_source = is_source(r, source) };
	if (dwarf_lineaddr(line, &f->vaddr) || dwarf_lineno(line, &f->line) ||
	    dwarf_linebeginstatement(line, &f->is_statement) ||
	    dwarf_lineendsequence(line, &f->is_end))
		return false;
	if (dwarf_linecol(line, &f->column))
		f->column = 0;
	return true;
}

static void see_source(struct reader *r, const struct facts *f)
{
	uint64_t offset;
	uint32_t line = f->line > 0 ? (uint32_t)f->line : 0, wanted = (uint32_t)r->line;

	if (!line || !f->is_statement || !function_offset(r->code, f->vaddr, &offset))
		return;
	if (line < wanted && line > r->out->before)
		r->out->before = line;
	if (line > wanted && (!r->out->after || line < r->out->after))
		r->out->after = line;
}

static int add_row(struct reader *r, Dwarf_Die *cu, const struct facts *f, bool is_first)
{
	struct row new = { .vaddr = f->vaddr, .column = f->column, .is_first = is_first };
	uint64_t offset;

	/* Code that the linker dropped is at address 0 or so. */
	if (!function_offset(r->code, new.vaddr, &offset))
		return 0;
	new.copy = find_copy(cu, new.vaddr);
	return VEC_PUSH(r->rows.v, r->rows.n, r->rows.cap, new);
}

static int read_rows(struct reader *r, Dwarf_Die *cu)
{
	bool was_wanted = false;
	Dwarf_Lines *lines;
	size_t n = 0;
	int error = 0;

	if (dwarf_getsrclines(cu, &lines, &n))
		return 0;
	for (size_t i = 0; i < n && !error; i++) {
		struct facts f;
		bool is_wanted;

		if (!read_row(r, dwarf_onesrcline(lines, i), &f))
			continue;
		is_wanted = f.is_source && f.line == r->line && !f.is_end &&
			(!r->column || f.column == r->column);
		if (f.is_source && !f.is_end)
			see_source(r, &f);
		if (is_wanted && f.is_statement)
			error = add_row(r, cu, &f, !was_wanted);
		/* A run begins with its first statement. */
		was_wanted = is_wanted && (f.is_statement || was_wanted);
	}
	return error;
}

/* Whether a unit has the source file; its path is kept. */
static bool has_source(struct reader *r, Dwarf_Die *cu)
{
	Dwarf_Files *files;
	size_t n = 0;

	if (dwarf_getsrcfiles(cu, &files, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *name = dwarf_filesrc(files, i, NULL, NULL);

		if (!is_source(r, name))
			continue;
		if (!r->out->has_source)
			snprintf(r->out->source, sizeof(r->out->source), "%s", name);
		r->out->has_source = true;
		return true;
	}
	return false;
}

/* ---- places ---- */

static int least_column(const struct rows *rows, uint64_t copy)
{
	int least = INT32_MAX;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].copy == copy && rows->v[i].column < least)
			least = rows->v[i].column;
	return least;
}

/* Whether row i begins a run of rows of one copy that has the copy's least column. */
static bool begins_line(const struct rows *rows, size_t i, int least)
{
	const struct row *v = rows->v;

	if (!v[i].is_first && i && v[i - 1].copy == v[i].copy)
		return false;
	for (size_t k = i; k < rows->n; k++) {
		if (k > i && (v[k].is_first || v[k].copy != v[i].copy))
			return false;
		if (v[k].column == least)
			return true;
	}
	return false;
}

static bool has_place(const struct lines *out, uint64_t vaddr)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].vaddr == vaddr)
			return true;
	return false;
}

static int add_places(struct reader *r, Dwarf_Die *cu)
{
	for (size_t i = 0; i < r->rows.n; i++) {
		const struct row *row = &r->rows.v[i];
		struct line_place new = { .vaddr = row->vaddr };
		int error;

		if (!begins_line(&r->rows, i, least_column(&r->rows, row->copy)) ||
		    has_place(r->out, row->vaddr))
			continue;
		function_offset(r->code, row->vaddr, &new.offset);
		new.function = function_name(cu, row->vaddr);
		error = !new.function ? -ENOMEM : r->out->n >= LINES_PLACES_MAX ? -EOVERFLOW :
			VEC_PUSH(r->out->v, r->out->n, r->out->cap, new);
		if (error) {
			free(new.function);
			return error;
		}
	}
	return 0;
}

static int read_units(struct reader *r, Dwarf *dwarf)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die cu;
	int error = 0;

	while (!error && !dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &cu, NULL)) {
		if (dwarf_tag(&cu) != DW_TAG_compile_unit)
			continue;
		r->folder = folder_of(&cu);
		if (!has_source(r, &cu))
			continue;
		r->rows.n = 0;
		error = read_rows(r, &cu);
		if (!error)
			error = add_places(r, &cu);
	}
	return error;
}

static int compare(const void *a, const void *b)
{
	const struct line_place *x = a, *y = b;

	return x->vaddr < y->vaddr ? -1 : x->vaddr > y->vaddr;
}

int lines_find(struct lines *out, const struct elf_file *f, const char *path, const char *source,
	       uint32_t line, uint32_t column)
{
	struct reader r = {
		.out = out, .code = f, .source = source, .line = (int)line, .column = (int)column
	};
	struct dwarf_file dwarf;
	int error = dwarf_file_open(&dwarf, f, path);

	if (error)
		return error == -ENOMEM ? error : -ENODATA;
	error = dwarf.main.line.bytes ? read_units(&r, dwarf.main.dwarf) : -ENODATA;
	dwarf_file_close(&dwarf);
	free(r.rows.v);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	return error;
}

void lines_clear(struct lines *out)
{
	for (size_t i = 0; i < out->n; i++)
		free(out->v[i].function);
	out->n = 0;
}

void lines_release(struct lines *out)
{
	lines_clear(out);
	free(out->v);
	*out = (struct lines){ 0 };
}
