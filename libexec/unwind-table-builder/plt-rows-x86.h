/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for procedure linkage tables: some linkers (lld) write no call frame information of them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"

#define PLT_RANGES_MAX 16

struct plt_range {
	uint64_t start, end;
	uint32_t rule;           /* UNWIND_RULE of a row */
};

struct plt_ranges {
	struct plt_range v[PLT_RANGES_MAX];   /* in order, not overlapping */
	size_t n;
};

/*
 * Find .plt, .plt.sec, .plt.got and .iplt by their section headers, and their layout by the code of
 * the first entries.  Layouts that are not known are left out, and so are sections beyond the room
 * there is.
 */
void plt_ranges_find(struct plt_ranges *ranges, const struct elf_file *f);
