/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process is where in an array; the places of processes that are gone are used again. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* Zero-initialise before the first use. */
struct process_index {
	struct u64_map map;      /* process id to place */
	size_t n;                /* all places are below; those of no process are in unused */
	uint32_t *unused; size_t n_unused, cap_unused;
};

/* The process's place, or MAP_NONE. */
uint32_t process_index_find(const struct process_index *index, uint32_t tgid);

/*
 * Give a process that has none the place *at; an array with room for one more than n has room for
 * it.  0 or -ENOMEM.
 */
int process_index_add(struct process_index *index, uint32_t tgid, uint32_t *at) MUST_CHECK;

/* Free the place of the process, which has one. */
void process_index_remove(struct process_index *index, uint32_t tgid);

void process_index_release(struct process_index *index);
