/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much may be read of one file's DWARF.
 *
 * libdw reads an entry attribute by attribute, as the unit's abbreviations have them, and keeps
 * each abbreviation that it meets: a small file could have entries with a million attributes of no
 * bytes.  So a table of abbreviations is looked through before libdw sees it, and every step is
 * counted.  A step is an entry, a range, or a few bytes of a unit or a table.  A unit of 1.3 MB
 * takes some 300,000, and 13 ms; so the limit is one for 300 MB of units that were sampled.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "elf/dwarf-file.h"
#include "lib/compiler.h"
#include "lib/map.h"

#define DWARF_STEPS_MAX ((uint64_t)1 << 26)
#define DWARF_ATTRIBUTES_MAX 128         /* of an entry */
#define DWARF_EMPTY_ATTRIBUTES_MAX 32    /* of these, of no bytes */
#define DWARF_ABBREV_TABLE_MAX ((size_t)4 << 20)
/*
 * libdw makes a row of up to every byte, which takes 110 bytes while a program is read, and 40 from
 * then on.  Compilers' rows take three, and the largest programs seen have 1 MiB.
 */
#define DWARF_LINE_PROGRAM_MAX ((uint64_t)4 << 20)
/* Of all that are read: of abbreviations libdw keeps some ten bytes for each of them. */
#define DWARF_ABBREV_BYTES_MAX ((uint64_t)64 << 20)
#define DWARF_LINE_BYTES_MAX ((uint64_t)16 << 20)
/* What units, scopes, ranges and paths take. */
#define DWARF_MEMORY_MAX ((uint64_t)512 << 20)

struct dwarf_limits {
	const struct dwarf_file *file;
	struct u64_map tables;   /* units, to what is wrong with their abbreviations: an errno */
	uint64_t steps, abbrev_bytes, line_bytes, memory;        /* taken so far */
	bool are_units_checked;
	int units_error;
};

void dwarf_limits_init(struct dwarf_limits *l, const struct dwarf_file *file);
void dwarf_limits_release(struct dwarf_limits *l);

/* Count steps; false: there were too many, now and from now on. */
bool dwarf_limits_take(struct dwarf_limits *l, uint64_t steps);

/* Count bytes of memory; false: that would be too many, and they are not counted. */
bool dwarf_limits_hold(struct dwarf_limits *l, uint64_t bytes);

/* Whether the entries of die's unit may be read: 0, -E2BIG too many, -EBADMSG damaged, -ENOMEM. */
int dwarf_limits_allow_unit(struct dwarf_limits *l, Dwarf_Die *die) MUST_CHECK;

/*
 * Whether libdw may go from unit to unit; to be asked before it is told of any offset.  0 or a
 * negative errno: -E2BIG too many, -EBADMSG damaged.
 */
int dwarf_limits_allow_units(struct dwarf_limits *l) MUST_CHECK;

/* Whether .debug_aranges may be read; to be asked once. */
bool dwarf_limits_allow_aranges(struct dwarf_limits *l);

/*
 * Whether the line program of a unit may be read that was compiled in `folder` (NULL: not known);
 * to be asked once for each.  1, 0 (it has none), or a negative errno: -E2BIG too large, -EBADMSG
 * damaged.
 */
int dwarf_limits_allow_lines(struct dwarf_limits *l, Dwarf_Die *cu, const char *folder);

/* The bytes that all this takes in memory, roughly. */
uint64_t dwarf_limits_memory(const struct dwarf_limits *l);
