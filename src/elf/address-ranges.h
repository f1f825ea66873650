/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges of addresses that may nest and overlap, each with an owner: which ones hold an address? */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

struct address_range {
	uint64_t start, end;     /* end is not in it */
	uint64_t reach;          /* the greatest end up to here, once they are sorted */
	uint32_t owner;
};

/* Zero-initialise; free v. */
struct address_ranges { struct address_range *v; size_t n, cap; };

/* Empty ranges are left out.  0 or -ENOMEM. */
int address_ranges_add(struct address_ranges *r, uint64_t start, uint64_t end,
		       uint32_t owner) MUST_CHECK;

/* To be called once, when all are there. */
void address_ranges_sort(struct address_ranges *r);

/*
 * The next range that holds addr, by index; *i is where the search stands, SIZE_MAX at first.
 * NULL: no more.  *steps grows by the ranges that were looked at.
 */
const struct address_range *address_ranges_next(const struct address_ranges *r, uint64_t addr,
						size_t *i, uint64_t *steps);
