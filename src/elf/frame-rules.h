/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information of one file (.eh_frame), decoded by libdw: for each address the rules by
 * which the caller's registers are found.  And where functions start, by the sorted table that
 * linkers make of it (.eh_frame_hdr; Linux Standard Base 5.0, Core, 10.6.2).
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"
#include "lib/map.h"

/* A larger .eh_frame is treated as absent: it is read into memory. */
#define FRAME_RULES_SECTION_MAX ((uint64_t)256 << 20)

struct frame_rules {
	struct elf_file file;    /* its descriptor is closed */
	Dwarf_CFI *cfi;
	const uint8_t *starts;   /* the table's entries, of the file; NULL: none */
	size_t n_starts;
	uint64_t starts_base;    /* entries are relative to it */
	size_t bytes;            /* what is held in memory, roughly */
	struct u64_map ids;      /* address to index into frames */
	Dwarf_Frame **frames;    /* owned; NULL: no information there */
	size_t n, cap;
};

/*
 * Whether some address may be in a signal trampoline: a quick look at the section's bytes, which
 * may say yes wrongly.
 */
bool frame_rules_have_signals(const struct elf_file *f);

/*
 * Read the information of f, which r then owns (on failure it is closed).  0 or a negative errno:
 * -ENOENT there is none that can be read, -ENOEXEC another kind of CPU.
 */
int frame_rules_open(struct frame_rules *r, struct elf_file *f) MUST_CHECK;
void frame_rules_close(struct frame_rules *r);

/*
 * The rules at an address by the file's own numbering; they belong to r and are valid until the
 * next call.  NULL: no information, damaged, or memory is out.
 */
Dwarf_Frame *frame_rules_find(struct frame_rules *r, uint64_t vaddr);

/*
 * Where the function begins that has an address: a part of one counts as such where it has an entry
 * of its own.  False: the information does not have the address, or there is no table.
 */
bool frame_rules_start(struct frame_rules *r, uint64_t vaddr, uint64_t *start);

/* Whether the rules are those of a signal trampoline: its caller's address is exact. */
bool frame_rules_are_of_signal(Dwarf_Frame *frame);
