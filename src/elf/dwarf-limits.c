/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be read of one file's DWARF. */
#include "config.h"

#include "elf/dwarf-limits.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "elf/dwarf-cursor.h"
#include "elf/dwarf-paths.h"

#define BYTES_OF_STEP 8
#define ALL_CODES UINT64_MAX
/* What libdw keeps: of a unit, and per byte of .debug_aranges, line programs, abbreviations. */
#define UNIT_BYTES 1024
#define ARANGES_BYTE_COST 8
#define LINE_BYTE_COST 40
#define ABBREV_BYTE_COST 10

void dwarf_limits_init(struct dwarf_limits *l, const struct dwarf_file *file)
{
	*l = (struct dwarf_limits){ .file = file };
}

void dwarf_limits_release(struct dwarf_limits *l)
{
	u64_map_release(&l->tables);
}

bool dwarf_limits_take(struct dwarf_limits *l, uint64_t steps)
{
	if (steps >= DWARF_STEPS_MAX - l->steps) {
		l->steps = DWARF_STEPS_MAX;
		return false;
	}
	l->steps += steps;
	return true;
}

bool dwarf_limits_hold(struct dwarf_limits *l, uint64_t bytes)
{
	if (bytes > DWARF_MEMORY_MAX - l->memory)
		return false;
	l->memory += bytes;
	return true;
}

/* The attributes of an abbreviation, to the end of their list. */
static bool read_attributes(struct dwarf_cursor *c)
{
	uint64_t name, form, ignored;
	unsigned int n_empty = 0;

	for (unsigned int n = 0; n <= DWARF_ATTRIBUTES_MAX; n++) {
		if (!dwarf_cursor_leb(c, &name) || !dwarf_cursor_leb(c, &form))
			return false;
		if (!name && !form)
			return true;
		if (form == DW_FORM_implicit_const && !dwarf_cursor_leb(c, &ignored))
			return false;
		n_empty += form == DW_FORM_implicit_const || form == DW_FORM_flag_present;
		if (n_empty > DWARF_EMPTY_ATTRIBUTES_MAX)
			return false;
	}
	return false;
}

/* Up to the abbreviation of a code, or to the end of the table. */
static bool read_table(struct dwarf_cursor *c, uint64_t code)
{
	uint64_t here, tag;

	do {
		/* The end of the section is one, too. */
		if (c->at == c->end)
			return true;
		if (!dwarf_cursor_leb(c, &here))
			return false;
		if (!here)
			return true;
		if (!dwarf_cursor_leb(c, &tag) || c->at == c->end)
			return false;
		c->at++;
		if (!read_attributes(c))
			return false;
	} while (here != code);
	return true;
}

static int check_table(struct dwarf_limits *l, const struct dwarf_section *s, uint64_t offset,
		       uint64_t code)
{
	struct dwarf_cursor c;
	size_t size;
	bool good;

	if (offset >= s->size)
		return -EBADMSG;
	size = s->size - offset;
	if (size > DWARF_ABBREV_TABLE_MAX)
		size = DWARF_ABBREV_TABLE_MAX;
	c = (struct dwarf_cursor){ s->bytes + offset, s->bytes + offset + size };
	good = read_table(&c, code);
	size = (size_t)(c.at - (s->bytes + offset));
	l->abbrev_bytes += size;
	if (!dwarf_limits_take(l, 1 + size / BYTES_OF_STEP) ||
	    size >= DWARF_ABBREV_TABLE_MAX || l->abbrev_bytes > DWARF_ABBREV_BYTES_MAX)
		return -E2BIG;
	return good ? 0 : -EBADMSG;
}

int dwarf_limits_allow_unit(struct dwarf_limits *l, Dwarf_Die *die)
{
	const struct dwarf_part *part = dwarf_file_part(l->file, die);
	uint32_t *error;
	Dwarf_Off offset;
	Dwarf_Die cu;

	if (!dwarf_cu_die(die->cu, &cu, NULL, &offset, NULL, NULL, NULL, NULL))
		return -EBADMSG;
	/* libdw reads the table again for each unit that has it. */
	error = u64_map_put(&l->tables, (uintptr_t)die->cu);
	if (!error)
		return -ENOMEM;
	if (*error == MAP_NONE)
		*error = (uint32_t)-check_table(l, &part->abbrev, offset, ALL_CODES);
	return -(int)*error;
}

/* libdw reads a unit's first entry when it first hears of the unit. */
static int check_first(struct dwarf_limits *l, const struct dwarf_part *part,
		       uint64_t abbrev_offset, uint64_t offset)
{
	struct dwarf_cursor c;
	uint64_t code;

	if (offset >= part->info.size)
		return -EBADMSG;
	c = (struct dwarf_cursor){ part->info.bytes + offset,
				   part->info.bytes + part->info.size };
	if (!dwarf_cursor_leb(&c, &code))
		return -EBADMSG;
	return code ? check_table(l, &part->abbrev, abbrev_offset, code) : 0;
}

/* What is behind a damaged unit cannot be found, neither here nor by libdw. */
static int check_units(struct dwarf_limits *l, const struct dwarf_part *part)
{
	Dwarf_Off offset = 0, next, abbrev;
	size_t header;
	int r = 0;

	while (!r && !dwarf_next_unit(part->dwarf, offset, &next, &header, NULL, &abbrev, NULL,
				      NULL, NULL, NULL)) {
		if (!dwarf_limits_take(l, 1) || !dwarf_limits_hold(l, UNIT_BYTES))
			return -E2BIG;
		if (next <= offset)
			return -EBADMSG;
		r = check_first(l, part, abbrev, offset + header);
		offset = next;
	}
	return r;
}

int dwarf_limits_allow_units(struct dwarf_limits *l)
{
	if (l->are_units_checked)
		return l->units_error;
	l->are_units_checked = true;
	l->units_error = check_units(l, &l->file->main);
	if (!l->units_error && l->file->alt.dwarf)
		l->units_error = check_units(l, &l->file->alt);
	return l->units_error;
}

bool dwarf_limits_allow_aranges(struct dwarf_limits *l)
{
	size_t size = l->file->main.aranges.size;

	return dwarf_limits_take(l, size / BYTES_OF_STEP) &&
	       size <= DWARF_MEMORY_MAX / ARANGES_BYTE_COST &&
	       dwarf_limits_hold(l, size * ARANGES_BYTE_COST);
}

/* The bytes of a line program, by its header. */
static uint64_t program_size(const struct dwarf_section *s, uint64_t offset)
{
	struct dwarf_cursor c;
	uint64_t length;

	if (offset >= s->size)
		return 0;
	c = (struct dwarf_cursor){ s->bytes + offset, s->bytes + s->size };
	if (!dwarf_cursor_number(&c, 4, &length))
		return 0;
	if (length == UINT32_MAX && !dwarf_cursor_number(&c, 8, &length))
		return 0;
	return length;
}

int dwarf_limits_allow_lines(struct dwarf_limits *l, Dwarf_Die *cu, const char *folder)
{
	const struct dwarf_part *part = &l->file->main;
	uint64_t size, paths;
	Dwarf_Attribute attr;
	Dwarf_Word offset;

	if (!dwarf_attr(cu, DW_AT_stmt_list, &attr))
		return 0;
	size = dwarf_formudata(&attr, &offset) ? 0 : program_size(&part->line, offset);
	/* One that is not to be shown libdw would take nevertheless. */
	if (!size || (!folder && dwarf_attr(cu, DW_AT_comp_dir, &attr)))
		return -EBADMSG;
	if (size > DWARF_LINE_PROGRAM_MAX || l->line_bytes + size > DWARF_LINE_BYTES_MAX ||
	    !dwarf_limits_take(l, 1 + size / BYTES_OF_STEP))
		return -E2BIG;
	if (dwarf_paths_measure(part, offset, folder ? strlen(folder) : 0, &paths))
		return -EBADMSG;
	if (!dwarf_limits_hold(l, paths))
		return -E2BIG;
	l->line_bytes += size;
	return 1;
}

uint64_t dwarf_limits_memory(const struct dwarf_limits *l)
{
	return l->memory + l->line_bytes * LINE_BYTE_COST + l->abbrev_bytes * ABBREV_BYTE_COST;
}
