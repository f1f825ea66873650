/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the paths of a line program take. */
#include "config.h"

#include "elf/dwarf-paths.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "elf/dwarf-cursor.h"

#define PATH_BYTES_MAX ((size_t)4096)
/* Of a file that the program itself defines, DW_LNE_define_file. */
#define DEFINE_FILE_BYTES 7

struct program {
	const struct dwarf_part *part;
	struct dwarf_cursor at;  /* what was not read yet */
	unsigned int offset_size;
	uint64_t n_files;
	size_t longest_folder, longest_name;
};

/* longest NULL: it is not a path. */
static bool note_length(size_t *longest, const uint8_t *s, size_t room)
{
	size_t len;

	if (!longest)
		return true;
	len = strnlen((const char *)s, room < PATH_BYTES_MAX ? room : PATH_BYTES_MAX);
	if (len == room || len == PATH_BYTES_MAX)
		return false;
	if (len > *longest)
		*longest = len;
	return true;
}

static bool read_string(struct dwarf_cursor *c, size_t *longest)
{
	size_t room = (size_t)(c->end - c->at);

	return note_length(longest, c->at, room) &&
	       dwarf_cursor_skip(c, strnlen((const char *)c->at, room) + 1);
}

/* The length, and the header up to the lists of folders and files. */
static bool read_header(struct program *p, uint64_t *version)
{
	uint64_t length, ignored, opcode_base;

	p->offset_size = 4;
	if (!dwarf_cursor_number(&p->at, 4, &length))
		return false;
	if (length == UINT32_MAX) {
		p->offset_size = 8;
		if (!dwarf_cursor_number(&p->at, 8, &length))
			return false;
	}
	if (length > (uint64_t)(p->at.end - p->at.at))
		return false;
	p->at.end = p->at.at + length;
	if (!dwarf_cursor_number(&p->at, 2, version) || *version < 2 || *version > 5)
		return false;
	/* The sizes of addresses and of segments; the header's length; the least instruction's. */
	if ((*version == 5 && !dwarf_cursor_number(&p->at, 2, &ignored)) ||
	    !dwarf_cursor_number(&p->at, p->offset_size, &ignored) ||
	    !dwarf_cursor_number(&p->at, 1, &ignored) ||
	    (*version >= 4 && !dwarf_cursor_number(&p->at, 1, &ignored)))
		return false;
	/* default_is_stmt, line_base, line_range */
	return dwarf_cursor_skip(&p->at, 3) && dwarf_cursor_number(&p->at, 1, &opcode_base) &&
	       dwarf_cursor_skip(&p->at, opcode_base ? opcode_base - 1 : 0);
}

/* Up to DWARF 4: strings, then an empty one. */
static bool read_old_lists(struct program *p)
{
	struct dwarf_cursor *c = &p->at;
	uint64_t ignored;

	while (c->at < c->end && *c->at)
		if (!read_string(c, &p->longest_folder))
			return false;
	if (!dwarf_cursor_skip(c, 1))
		return false;
	for (; c->at < c->end && *c->at; p->n_files++)
		if (!read_string(c, &p->longest_name) || !dwarf_cursor_leb(c, &ignored) ||
		    !dwarf_cursor_leb(c, &ignored) || !dwarf_cursor_leb(c, &ignored))
			return false;
	return dwarf_cursor_skip(c, 1);
}

/* A string elsewhere, or a value. */
static bool read_form(struct program *p, uint64_t form, size_t *longest)
{
	const struct dwarf_section *s = form == DW_FORM_strp ? &p->part->str : &p->part->line_str;
	uint64_t value;

	switch (form) {
	case DW_FORM_string:
		return read_string(&p->at, longest);
	case DW_FORM_strp:
	case DW_FORM_line_strp:
		return dwarf_cursor_number(&p->at, p->offset_size, &value) && value < s->size &&
		       note_length(longest, s->bytes + value, s->size - value);
	case DW_FORM_udata:
		return dwarf_cursor_leb(&p->at, &value);
	case DW_FORM_block:
		return dwarf_cursor_leb(&p->at, &value) && dwarf_cursor_skip(&p->at, value);
	case DW_FORM_data1:
		return dwarf_cursor_skip(&p->at, 1);
	case DW_FORM_data2:
		return dwarf_cursor_skip(&p->at, 2);
	case DW_FORM_data4:
		return dwarf_cursor_skip(&p->at, 4);
	case DW_FORM_data8:
		return dwarf_cursor_skip(&p->at, 8);
	case DW_FORM_data16:
		return dwarf_cursor_skip(&p->at, 16);
	default:
		return false;
	}
}

/* DWARF 5: a format, then entries in it. */
static bool read_list(struct program *p, size_t *longest, uint64_t *n)
{
	uint64_t formats, forms[2][UINT8_MAX];

	if (!dwarf_cursor_number(&p->at, 1, &formats))
		return false;
	for (uint64_t i = 0; i < formats; i++)
		if (!dwarf_cursor_leb(&p->at, &forms[0][i]) ||
		    !dwarf_cursor_leb(&p->at, &forms[1][i]))
			return false;
	if (!dwarf_cursor_leb(&p->at, n) || *n > (uint64_t)(p->at.end - p->at.at))
		return false;
	for (uint64_t i = 0; i < *n; i++)
		for (uint64_t k = 0; k < formats; k++)
			if (!read_form(p, forms[1][k],
				       forms[0][k] == DW_LNCT_path ? longest : NULL))
				return false;
	return true;
}

static bool read_lists(struct program *p)
{
	uint64_t n;

	return read_list(p, &p->longest_folder, &n) &&
	       read_list(p, &p->longest_name, &p->n_files);
}

int dwarf_paths_measure(const struct dwarf_part *part, uint64_t offset, size_t folder,
			uint64_t *bytes)
{
	const struct dwarf_section *s = &part->line;
	struct program p = { .part = part, .longest_folder = folder };
	uint64_t version, left;

	if (offset >= s->size)
		return -EBADMSG;
	p.at = (struct dwarf_cursor){ s->bytes + offset, s->bytes + s->size };
	if (!read_header(&p, &version) || !(version == 5 ? read_lists(&p) : read_old_lists(&p)))
		return -EBADMSG;
	left = (uint64_t)(p.at.end - p.at.at);
	/* A folder may be relative to another. */
	*bytes = (p.n_files + left / DEFINE_FILE_BYTES) * 2 * p.longest_folder +
		 p.n_files * p.longest_name + left;
	return 0;
}
