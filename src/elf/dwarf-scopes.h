/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of one unit and what was inlined into them.
 *
 * The unit's entries are walked once; after that an address costs a binary search, however many
 * calls a function has inlined.  (dwarf_getscopes() walks the unit for each address.)
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/address-ranges.h"
#include "elf/dwarf-limits.h"
#include "lib/compiler.h"

#define DWARF_SCOPES_MAX ((size_t)1 << 21)       /* of a unit */
#define DWARF_SCOPE_NONE UINT32_MAX

/* A concrete function, or one inlined call. */
struct dwarf_scope {
	Dwarf_Die die;
	uint32_t caller;         /* into what it was inlined; none: it is a function */
	uint32_t depth;          /* 0: a function */
};

/* Zero-initialise. */
struct dwarf_scopes {
	struct dwarf_scope *v; size_t n, cap;
	struct address_ranges ranges;
};

/*
 * Read the unit cu, whose entries may be read, and which ends at `end` of its .debug_info.  0 or a
 * negative errno: -E2BIG more than the limits allow, -EBADMSG damaged, -ENOMEM.  What was read so
 * far is there in any case.
 */
int dwarf_scopes_read(struct dwarf_scopes *s, Dwarf_Die *cu, uint64_t end,
		      struct dwarf_limits *l) MUST_CHECK;
void dwarf_scopes_release(struct dwarf_scopes *s);

/* The innermost scope at an address, by index, or DWARF_SCOPE_NONE. */
uint32_t dwarf_scopes_find(const struct dwarf_scopes *s, uint64_t vaddr, struct dwarf_limits *l);
