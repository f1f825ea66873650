/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of one unit and what was inlined into them. */
#include "config.h"

#include "elf/dwarf-scopes.h"

#include <dwarf.h>
#include <errno.h>

#include "lib/vec.h"

/* Entries within entries; what is deeper is left out. */
#define ENTRIES_DEEP 256

struct level {
	Dwarf_Die die;
	uint32_t scope;          /* in which its siblings are */
};

struct walk {
	struct dwarf_scopes *out;
	const struct dwarf_section *info;
	uint64_t end;            /* of the unit, in info */
	struct dwarf_limits *limits;
	size_t depth;            /* of the entry that is looked at */
	struct level levels[ENTRIES_DEEP];
};

/* Where entries with code may be below: functions of local classes, and Rust's, are in types. */
static bool may_hold_code(int tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_with_stmt:
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_class_type:
	case DW_TAG_enumeration_type:
		return true;
	default:
		return false;
	}
}

static int add_ranges(struct walk *w, Dwarf_Die *die, uint32_t id, size_t *n)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;
	int r = 0;

	while (!r && (offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
		if (!dwarf_limits_take(w->limits, 1) ||
		    !dwarf_limits_hold(w->limits, sizeof(struct address_range)))
			return -E2BIG;
		/* What the linker dropped begins at 0. */
		if (start && start < end)
			++*n;
		r = start ? address_ranges_add(&w->out->ranges, start, end, id) : 0;
	}
	return r;
}

/* Sets *scope to the entry's own if it has code. */
static int add_scope(struct walk *w, Dwarf_Die *die, bool is_inlined, uint32_t *scope)
{
	struct dwarf_scopes *out = w->out;
	struct dwarf_scope new = { .die = *die, .caller = DWARF_SCOPE_NONE };
	uint32_t id = (uint32_t)out->n;
	size_t n = 0;
	int r;

	if (is_inlined && *scope != DWARF_SCOPE_NONE) {
		new.caller = *scope;
		new.depth = out->v[*scope].depth + 1;
	}
	if (out->n >= DWARF_SCOPES_MAX || !dwarf_limits_hold(w->limits, sizeof(new)))
		return -E2BIG;
	r = add_ranges(w, die, id, &n);
	if (r || !n)
		return r;
	*scope = id;
	return VEC_PUSH(out->v, out->n, out->cap, new);
}

/*
 * From an entry whose children are not wanted to the next one beside it or further out.  1: that
 * was the last.  Where a list ends dwarf_siblingof() tells where, so nothing is read twice: it
 * would walk through all that is below an entry, for each of the entries around it.
 */
static int go_on(struct walk *w)
{
	Dwarf_Die *here = &w->levels[w->depth].die, next = *here;
	int r = dwarf_siblingof(here, &next);
	uint64_t at;

	if (!r)
		*here = next;
	if (r < 1)
		return r ? -EBADMSG : 0;
	/* Some units end without the zeros. */
	if (next.addr == here->addr)
		return 1;
	at = dwarf_dieoffset(&next);
	do {
		if (--w->depth == 0 || ++at >= w->end)
			return 1;
	} while (!w->info->bytes[at]);
	here = &w->levels[w->depth].die;
	return dwarf_offdie(dwarf_cu_getdwarf(next.cu), at, here) ? 0 : -EBADMSG;
}

/* Look at the current entry and go to the one below, beside, or further out. */
static int step(struct walk *w)
{
	struct level *here = &w->levels[w->depth];
	int tag = dwarf_tag(&here->die), r = 0;
	bool is_inlined = tag == DW_TAG_inlined_subroutine, below = may_hold_code(tag);
	uint32_t scope = here->scope;

	if (!dwarf_limits_take(w->limits, 1))
		return -E2BIG;
	if (is_inlined || tag == DW_TAG_subprogram) {
		r = add_scope(w, &here->die, is_inlined, &scope);
		below = below || scope != here->scope;
	}
	if (r)
		return r;
	if (below && w->depth + 1 < ENTRIES_DEEP && dwarf_haschildren(&here->die) > 0 &&
	    !dwarf_child(&here->die, &here[1].die)) {
		here[1].scope = scope;
		w->depth++;
		return 0;
	}
	return go_on(w);
}

int dwarf_scopes_read(struct dwarf_scopes *s, Dwarf_Die *cu, uint64_t end, struct dwarf_limits *l)
{
	struct walk *w = malloc(sizeof(*w));
	int r = 0;

	if (!w)
		return -ENOMEM;
	*w = (struct walk){ .out = s, .limits = l, .end = end,
			    .info = &dwarf_file_part(l->file, cu)->info };
	if (w->end > w->info->size)
		w->end = w->info->size;
	if (dwarf_haschildren(cu) > 0 && !dwarf_child(cu, &w->levels[1].die)) {
		w->levels[1].scope = DWARF_SCOPE_NONE;
		w->depth = 1;
		while (!r)
			r = step(w);
	}
	free(w);
	address_ranges_sort(&s->ranges);
	return r < 0 ? r : 0;
}

void dwarf_scopes_release(struct dwarf_scopes *s)
{
	free(s->v);
	free(s->ranges.v);
	*s = (struct dwarf_scopes){ 0 };
}

/* Of equally deep ones the shorter. */
static bool is_better(const struct dwarf_scopes *s, const struct address_range *a,
		      const struct address_range *best)
{
	uint32_t depth = s->v[a->owner].depth, best_depth;

	if (!best)
		return true;
	best_depth = s->v[best->owner].depth;
	return depth != best_depth ? depth > best_depth :
				     a->end - a->start < best->end - best->start;
}

uint32_t dwarf_scopes_find(const struct dwarf_scopes *s, uint64_t vaddr, struct dwarf_limits *l)
{
	const struct address_range *range, *best = NULL;
	uint64_t steps = 1;
	size_t i = SIZE_MAX;

	while ((range = address_ranges_next(&s->ranges, vaddr, &i, &steps)))
		if (range->owner < s->n && is_better(s, range, best))
			best = range;
	return dwarf_limits_take(l, steps) && best ? best->owner : DWARF_SCOPE_NONE;
}
