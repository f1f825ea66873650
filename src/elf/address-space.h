/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was mapped where, in which process, at which time.
 *
 * A process id has a history of generations: each fork and each exec begins one, and the kernel
 * uses ids again.  A mapping belongs to a generation and has the time of its event; nothing is
 * ever unmapped, since the kernel does not report it: the newest mapping that covers an address
 * counts. A forked generation sees its parent's mappings as they were at the fork.  They are
 * looked up there and not copied, so a fork costs the same however much is mapped.
 *
 * Events may come in any order; those in order of time are cheapest.  Questions may be asked about
 * any time.  Times are of one clock, in nanoseconds; 0 is before everything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* Mappings and generations beyond these are refused (-EOVERFLOW). */
#define SPACE_MAPPINGS_MAX ((size_t)1 << 24)
#define SPACE_GENERATIONS_MAX ((size_t)1 << 24)
#define SPACE_NONE UINT32_MAX

struct space_mapping {
	uint64_t start, end;
	uint64_t pgoff;          /* file offset of start, in bytes */
	uint64_t time;
	uint32_t object;         /* the caller's id of what is mapped */
	uint32_t order;          /* set by space_map(): among equal times the later one counts */
};

struct space_generation;

/* Zero-initialise before the first use. */
struct address_spaces {
	struct u64_map pids;     /* process id to its newest generation */
	struct space_generation *generations;
	size_t n, cap;
	size_t n_mappings;       /* of all generations */
	uint32_t order;          /* of the newest mapping */
	uint32_t first_free;
	size_t n_free;
};

/* A process begins by fork(2) of parent.  An event of time 0 describes a process that was there
 * already: its mappings are told one by one, so it gets none from its parent. */
int space_fork(struct address_spaces *s, uint32_t pid, uint32_t parent, uint64_t time) MUST_CHECK;

/* The process's program is replaced: what was mapped before is gone. */
int space_exec(struct address_spaces *s, uint32_t pid, uint64_t time) MUST_CHECK;

/* The process maps something (m->time is set).  A repetition of what is there already is dropped.
 */
int space_map(struct address_spaces *s, uint32_t pid, const struct space_mapping *m) MUST_CHECK;

/* The process has ended.  Questions about it may be asked until space_forget() is called with a
 * later time. */
void space_exit(struct address_spaces *s, uint32_t pid, uint64_t time);

/* Free what belongs only to generations that ended, or were replaced, before `time`.  Returns how
 * many generations were freed; their numbers will be used again. */
size_t space_forget(struct address_spaces *s, uint64_t time);

/* The number of generations that are kept. */
size_t space_count(const struct address_spaces *s);

/* The generation of pid at `time`, or SPACE_NONE when nothing is known about pid.  Valid until
 * space_forget(). */
uint32_t space_at(const struct address_spaces *s, uint32_t pid, uint64_t time);

/*
 * How often, until `time`, something was mapped over something else in this generation: between two
 * such events an address means the same whenever it is asked for, so answers can be kept.
 */
uint32_t space_epoch(const struct address_spaces *s, uint32_t generation, uint64_t time);

/* The mapping that covers addr at `time`, or the earliest later one (an event may be a little
 * late), or NULL.  Valid until the next event. */
const struct space_mapping *space_find(struct address_spaces *s, uint32_t generation, uint64_t time,
				       uint64_t addr);

/* Whether anything at all is known to be mapped in the generation. */
bool space_has_mappings(const struct address_spaces *s, uint32_t generation);

void spaces_release(struct address_spaces *s);
