/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an ELF file to its unwind table. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cfi.h"
#include "elf/elf-file.h"
#include "input.h"
#include "lib/compiler.h"
#include "lib/unwind-pipe.h"
#include "code-ranges.h"
#include "rule.h"
#include "table.h"

/* Zero-initialise; may be used again for the next file, and keeps its memory until released. */
struct builder {
	struct table table;      /* the result */
	uint32_t n_damaged;      /* FDEs that could not be decoded */
	uint32_t n_beyond;       /* FDEs above UNWIND_ADDRESS_MAX */
	/* What follows is the builder's own. */
	struct input input;
	struct rules rules[INPUT_SECTIONS];
	struct cfi_reader readers[INPUT_SECTIONS];
	struct cfi_rows rows;
	struct code_ranges known;
	const struct elf_layout *layout;
	uint64_t code_start, code_size;   /* of the segment that the last entry is in */
	uint64_t file_size;
	uint64_t covered;        /* up to this address the table is complete */
	size_t next;             /* entry to be read */
	uint64_t last_start;     /* of the entry read last */
	size_t next_known;       /* the first of the known ranges that was not passed yet */
};

/*
 * Build the table of f into b->table.  What is there of unwinding information decides the status;
 * with UNWIND_UNREADABLE *error is a positive errno.
 */
enum unwind_status build_table(struct builder *b, const struct elf_file *f, uint32_t *error);

/* Free the memory if there is more of it than usual files need. */
void builder_trim(struct builder *b);

void builder_release(struct builder *b);
