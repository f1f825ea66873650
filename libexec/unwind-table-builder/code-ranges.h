/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code that has no call frame information, but whose rules are known nevertheless. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"

#define CODE_RANGES_MAX 24

struct code_range {
	uint64_t start, end;
	uint32_t rule;           /* UNWIND_RULE of a row */
};

struct code_ranges {
	struct code_range v[CODE_RANGES_MAX];   /* in order, not overlapping */
	size_t n;
};

/*
 * Find procedure linkage tables and the code that a program starts with.  What is beyond the room
 * there is is left out, and so is code that is not as it is known.
 */
void code_ranges_find(struct code_ranges *ranges, const struct elf_file *f);

/* Note a range; for those who find them. */
void code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t end, uint32_t rule);
