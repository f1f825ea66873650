/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for procedure linkage tables: some linkers (lld) write no call frame information of them. */
#pragma once

#include "code-ranges.h"

/*
 * Find .plt, .plt.sec, .plt.got and .iplt by their section headers, and their layout by the code of
 * the first entries.  Layouts that are not known are left out.
 */
void plt_rows_find(struct code_ranges *ranges, const struct elf_file *f);
