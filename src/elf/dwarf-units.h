/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which unit of a file's DWARF an address belongs to.
 *
 * .debug_aranges tells, where the compiler wrote it.  For an address that is not in it (clang
 * writes none, and files are linked from both) the first entries of all units are read, once.
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

#include "elf/address-ranges.h"
#include "elf/dwarf-limits.h"
#include "lib/compiler.h"

/* Zero-initialise, then set limits, which stay the caller's. */
struct dwarf_units {
	struct dwarf_limits *limits;
	Dwarf_Aranges *aranges;
	bool aranges_tried, indexed;
	uint64_t *offsets; size_t n, cap;        /* of units' first entries */
	struct address_ranges ranges;            /* of units, owner: into offsets */
};

/*
 * The unit's first entry, whose unit may be read.  1, 0 (none has the address), or a negative
 * errno: -EBADMSG damaged, -E2BIG more than the limits allow, -ENOMEM.
 */
int dwarf_units_find(struct dwarf_units *u, uint64_t vaddr, Dwarf_Die *cu) MUST_CHECK;
void dwarf_units_release(struct dwarf_units *u);
