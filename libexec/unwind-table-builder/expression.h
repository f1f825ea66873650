/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF expressions of call frame information, as far as rows can say the same. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

#define EXPRESSION_BYTES_MAX 256

enum { EXPRESSION_CFA = 32, EXPRESSION_NONE = 33 };   /* beside DWARF's numbers of registers */

/*
 * A value: base + 8 * index + offset, or with is_deref *(base + 8 * index + offset) + add.  base is
 * a register, EXPRESSION_CFA or EXPRESSION_NONE, index a register or EXPRESSION_NONE.
 */
struct expression {
	bool is_deref;
	uint8_t base, index;
	int64_t offset, add;
};

/*
 * Work out `size` bytes of operations; with has_cfa the CFA is on the stack at their start.  0 with
 * *value filled, or -EINVAL: malformed, or the value has not that form.
 */
int expression_evaluate(const uint8_t *bytes, size_t size, bool has_cfa,
			struct expression *value) MUST_CHECK;

/*
 * Whether it is the rule of a procedure linkage table: rsp + 8 + ((rip & 15) >= threshold) * 8.
 * Source: the linkers' templates, such as binutils' elf_x86_64_eh_frame_lazy_plt.
 */
bool expression_is_plt(const uint8_t *bytes, size_t size, unsigned int *threshold);
