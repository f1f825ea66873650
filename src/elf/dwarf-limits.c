/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much may be read of one file's DWARF. */
#include "config.h"

#include "elf/dwarf-limits.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#define BYTES_OF_STEP 8
#define ALL_CODES UINT64_MAX

struct cursor { const uint8_t *at, *end; };

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

/* LEB128, of which the bits above the 64th are lost. */
static bool read_leb(struct cursor *c, uint64_t *value)
{
	unsigned int shift = 0;

	*value = 0;
	while (c->at < c->end) {
		uint8_t byte = *c->at++;

		if (shift < 64)
			*value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* The attributes of an abbreviation, to the end of their list. */
static bool read_attributes(struct cursor *c)
{
	uint64_t name, form, ignored;

	for (unsigned int n = 0; n <= DWARF_ATTRIBUTES_MAX; n++) {
		if (!read_leb(c, &name) || !read_leb(c, &form))
			return false;
		if (!name && !form)
			return true;
		if (form == DW_FORM_implicit_const && !read_leb(c, &ignored))
			return false;
	}
	return false;
}

/* Up to the abbreviation of a code, or to the end of the table. */
static bool read_table(struct cursor *c, uint64_t code)
{
	uint64_t here, tag;

	do {
		/* The end of the section is one, too. */
		if (c->at == c->end)
			return true;
		if (!read_leb(c, &here))
			return false;
		if (!here)
			return true;
		if (!read_leb(c, &tag) || c->at == c->end)
			return false;
		c->at++;
		if (!read_attributes(c))
			return false;
	} while (here != code);
	return true;
}

static bool is_table_good(struct dwarf_limits *l, const struct dwarf_section *s, uint64_t offset,
			  uint64_t code)
{
	struct cursor c;
	size_t size;
	bool good;

	if (offset >= s->size)
		return false;
	size = s->size - offset;
	if (size > DWARF_ABBREV_TABLE_MAX)
		size = DWARF_ABBREV_TABLE_MAX;
	c = (struct cursor){ s->bytes + offset, s->bytes + offset + size };
	good = read_table(&c, code);
	size = (size_t)(c.at - (s->bytes + offset));
	l->abbrev_bytes += size;
	return dwarf_limits_take(l, 1 + size / BYTES_OF_STEP) && good &&
	       size < DWARF_ABBREV_TABLE_MAX && l->abbrev_bytes <= DWARF_ABBREV_BYTES_MAX;
}

bool dwarf_limits_allow_unit(struct dwarf_limits *l, Dwarf_Die *die)
{
	const struct dwarf_part *part = dwarf_file_part(l->file, die);
	uint32_t *good;
	Dwarf_Off offset;
	Dwarf_Die cu;

	if (!dwarf_cu_die(die->cu, &cu, NULL, &offset, NULL, NULL, NULL, NULL) ||
	    offset > UINT64_MAX / 2)
		return false;
	good = u64_map_put(&l->tables, offset * 2 + (part == &l->file->alt));
	if (!good)
		return false;
	if (*good == MAP_NONE)
		*good = is_table_good(l, &part->abbrev, offset, ALL_CODES);
	return *good;
}

bool dwarf_limits_allow_first(struct dwarf_limits *l, uint64_t abbrev_offset, uint64_t offset)
{
	const struct dwarf_section *info = &l->file->main.info;
	struct cursor c;
	uint64_t code;

	if (offset >= info->size)
		return false;
	c = (struct cursor){ info->bytes + offset, info->bytes + info->size };
	return read_leb(&c, &code) && code &&
	       is_table_good(l, &l->file->main.abbrev, abbrev_offset, code);
}

/* The bytes of a line program, by its header. */
static uint64_t program_size(const struct dwarf_section *s, uint64_t offset)
{
	uint32_t length;
	uint64_t long_length;

	if (s->size < 12 || offset > s->size - 12)
		return 0;
	memcpy(&length, s->bytes + offset, sizeof(length));
	memcpy(&long_length, s->bytes + offset + 4, sizeof(long_length));
	return length == UINT32_MAX ? long_length : length;
}

int dwarf_limits_allow_lines(struct dwarf_limits *l, Dwarf_Die *cu)
{
	Dwarf_Attribute attr;
	Dwarf_Word offset;
	uint64_t size;

	if (!dwarf_attr(cu, DW_AT_stmt_list, &attr))
		return 0;
	size = dwarf_formudata(&attr, &offset) ? 0 : program_size(&l->file->main.line, offset);
	if (!size)
		return -EBADMSG;
	if (size > DWARF_LINE_PROGRAM_MAX || l->line_bytes + size > DWARF_LINE_BYTES_MAX)
		return -E2BIG;
	l->line_bytes += size;
	return dwarf_limits_take(l, 1 + size / BYTES_OF_STEP) ? 1 : -E2BIG;
}
