/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which unit of a file's DWARF an address belongs to. */
#include "config.h"

#include "elf/dwarf-units.h"

#include <dwarf.h>
#include <errno.h>

#include "lib/vec.h"

#define NOT_FOUND UINT64_MAX

static Dwarf *dwarf_of(const struct dwarf_units *u)
{
	return u->limits->file->main.dwarf;
}

static uint64_t find_in_aranges(struct dwarf_units *u, uint64_t vaddr)
{
	Dwarf_Arange *range;
	Dwarf_Off offset;
	size_t n;

	if (!u->aranges_tried &&
	    (!dwarf_limits_allow_aranges(u->limits) ||
	     dwarf_getaranges(dwarf_of(u), &u->aranges, &n)))
		u->aranges = NULL;
	u->aranges_tried = true;
	range = u->aranges ? dwarf_getarange_addr(u->aranges, vaddr) : NULL;
	return range && !dwarf_getarangeinfo(range, NULL, NULL, &offset) ? offset : NOT_FOUND;
}

static int add_unit(struct dwarf_units *u, Dwarf_Off offset)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;
	Dwarf_Die cu;
	int r = 0;

	if (!dwarf_offdie(dwarf_of(u), offset, &cu) || dwarf_tag(&cu) == DW_TAG_type_unit ||
	    dwarf_tag(&cu) == DW_TAG_partial_unit)
		return 0;
	while (!r && (at = dwarf_ranges(&cu, at, &base, &start, &end)) > 0) {
		if (!dwarf_limits_take(u->limits, 1) ||
		    !dwarf_limits_hold(u->limits, sizeof(struct address_range)))
			return -E2BIG;
		if (start)
			r = address_ranges_add(&u->ranges, start, end, (uint32_t)u->n);
	}
	return r ? r : VEC_PUSH(u->offsets, u->n, u->cap, offset);
}

static int read_units(struct dwarf_units *u)
{
	Dwarf_Off offset = 0, next;
	size_t header;
	int r;

	while (!(r = dwarf_next_unit(dwarf_of(u), offset, &next, &header, NULL, NULL, NULL, NULL,
				     NULL, NULL))) {
		r = add_unit(u, offset + header);
		if (r)
			return r;
		offset = next;
	}
	return r < 0 ? -EBADMSG : 0;
}

static int find_in_index(struct dwarf_units *u, uint64_t vaddr, uint64_t *offset)
{
	const struct address_range *range, *best = NULL;
	size_t i = SIZE_MAX;
	uint64_t steps = 1;
	int r = 0;

	if (!u->indexed) {
		r = read_units(u);
		address_ranges_sort(&u->ranges);
	}
	u->indexed = true;
	while ((range = address_ranges_next(&u->ranges, vaddr, &i, &steps)))
		if (range->owner < u->n &&
		    (!best || range->end - range->start < best->end - best->start))
			best = range;
	if (best)
		*offset = u->offsets[best->owner];
	return dwarf_limits_take(u->limits, steps) ? r : -E2BIG;
}

int dwarf_units_find(struct dwarf_units *u, uint64_t vaddr, Dwarf_Die *cu)
{
	int r = dwarf_limits_allow_units(u->limits);
	uint64_t offset;

	if (r)
		return r;
	offset = find_in_aranges(u, vaddr);
	if (offset == NOT_FOUND)
		r = find_in_index(u, vaddr, &offset);
	if (offset == NOT_FOUND)
		return r;
	if (!dwarf_offdie(dwarf_of(u), offset, cu))
		return -EBADMSG;
	r = dwarf_limits_allow_unit(u->limits, cu);
	return r ? r : 1;
}

void dwarf_units_release(struct dwarf_units *u)
{
	free(u->offsets);
	free(u->ranges.v);
}
