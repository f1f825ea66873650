/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DWARF of an ELF file: its own, or that of its separate debug file, with the alternate file
 * that dwz(1) made of what several have in common.
 *
 * libdw reads what it is given and trusts some of it; what could make it read on without an end, or
 * too much, is refused here: sections above a limit, or two of one name, strings without an end,
 * the other byte order, an alternate file that is not there (libdw would open any path).
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "elf/file-map.h"
#include "lib/compiler.h"

/* All debug sections of a file, and those of its alternate file, uncompressed. */
#define DWARF_FILE_BYTES_MAX ((uint64_t)1 << 30)

/* The bytes of a section; they belong to the file. */
struct dwarf_section {
	const uint8_t *bytes;    /* NULL: there is none */
	size_t size;
};

/* One of the two files. */
struct dwarf_part {
	struct elf_file elf;     /* what was opened for it; elf.elf NULL: nothing */
	struct file_map map;     /* of the file, when it is large */
	struct elf_file image;   /* the same file as mapped; elf NULL: it is not */
	Dwarf *dwarf;            /* NULL: not there */
	struct dwarf_section info, abbrev, line, aranges, str, line_str;
};

struct dwarf_file {
	struct dwarf_part main, alt;
	size_t bytes;            /* of debug sections that are held in memory */
};

/*
 * Open the DWARF of f, which was found at `path` (may be NULL) and must stay open until
 * dwarf_file_close().  d must not move until then.
 * 0 or a negative errno: -ENODATA there is none, -EFBIG too large, -EBADMSG damaged, -ENOENT the
 * alternate file is missing, -ENOMEM.
 */
int dwarf_file_open(struct dwarf_file *d, const struct elf_file *f, const char *path) MUST_CHECK;
void dwarf_file_close(struct dwarf_file *d);

/* Whether dwarf_file_open() would find something to read: a quick look. */
bool dwarf_file_is_there(const struct elf_file *f, const char *path);

/* The part to which a unit belongs. */
const struct dwarf_part *dwarf_file_part(const struct dwarf_file *d, Dwarf_Die *die);

/*
 * A string of an attribute: NULL when there is none, or it has no end, or more than `max` bytes
 * before it.
 */
const char *dwarf_file_string(const struct dwarf_file *d, Dwarf_Attribute *attr, size_t max);
