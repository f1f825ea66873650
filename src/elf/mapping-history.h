/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mappings of one generation of a process over time; a part of address-space.
 *
 * Mappings are sorted by address with the greatest end so far beside each, so a lookup touches only
 * those that may cover the address.  New ones wait in a short unsorted tail.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/address-space.h"

struct history_entry {
	struct space_mapping map;
	uint64_t max_end;        /* greatest end of this and all before; sorted part only */
};

/* Zero-initialise before the first use. */
struct mapping_history {
	struct history_entry *entries;
	uint64_t *changes;       /* times at which an address got another meaning, sorted */
	size_t cap, cap_changes;
	uint32_t n, n_sorted, n_changes;
};

/*
 * Add a mapping, unless it only repeats what is there.  `changes`: it lies over something else that
 * the history does not hold.  Returns 1 when added, 0 when dropped, or -ENOMEM.
 */
int mapping_history_add(struct mapping_history *h, const struct space_mapping *m, bool changes)
	MUST_CHECK;

/* Move the mappings of `time` and later from one history into another.  0 or -ENOMEM. */
int mapping_history_split(struct mapping_history *from, uint64_t time, struct mapping_history *to)
	MUST_CHECK;

/* The newest mapping of `time` or before that covers addr, or NULL; the earliest at any time. */
const struct space_mapping *mapping_history_find(struct mapping_history *h, uint64_t time,
						 uint64_t addr);
const struct space_mapping *mapping_history_find_first(struct mapping_history *h, uint64_t addr);

/* Whether m overlaps, as of `time`, a mapping under which its addresses mean something else. */
bool mapping_history_differs(struct mapping_history *h, const struct space_mapping *m,
			     uint64_t time);

/* The number of changes until `time`. */
uint32_t mapping_history_epoch(const struct mapping_history *h, uint64_t time);

void mapping_history_release(struct mapping_history *h);
