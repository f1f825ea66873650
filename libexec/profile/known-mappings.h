/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the executable mappings of processes, where no event tells of them: each listing
 * shows what is new since the one before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/compiler.h"

#include "process-index.h"

struct known_mapping {
	uint64_t start, end, pgoff, ino;
	uint32_t maj, min, generation;
	bool is_listed;          /* by the listing that goes on */
};

struct known_process {
	uint32_t tgid;           /* 0: the place is free */
	uint32_t exec_id;
	uint64_t looked_ns;      /* what is not known now was not there before this */
	uint64_t told_ns;        /* when something was mapped first since then; 0: not known */
	struct known_mapping *maps; size_t n, cap;       /* sorted by address */
};

/* Zero-initialise before the first use. */
struct known_mappings {
	struct process_index index;
	struct known_process *processes; size_t cap;     /* index.n of them */
};

/* The process, or NULL; its place moves when another one is made. */
struct known_process *known_find(const struct known_mappings *k, uint32_t tgid);

/* The same; made when there is none.  NULL: no memory. */
struct known_process *known_get(struct known_mappings *k, uint32_t tgid);

/* The child begins with what its parent has.  0 or -ENOMEM. */
int known_fork(struct known_mappings *k, uint32_t tgid, uint32_t parent,
	       uint64_t time_ns) MUST_CHECK;

/* The process has a new program: no mapping is known. */
void known_exec(struct known_process *p, uint32_t exec_id, uint64_t time_ns);

/* The process is gone. */
void known_forget(struct known_mappings *k, uint32_t tgid);

/* The process has mapped this.  Returns 1, 0 when it was known, or -ENOMEM. */
int known_map(struct known_process *p, const struct abi_mapping *m) MUST_CHECK;

/*
 * A listing has this mapping.  Returns 0 when it was known, or -ENOMEM; 1 when it is new, and then
 * *time_ns is since when.
 */
int known_list(struct known_process *p, const struct abi_mapping *m, uint64_t *time_ns) MUST_CHECK;

/* The listing that began at that time is over: what it did not have is gone. */
void known_end(struct known_process *p, uint64_t began_ns);

/* Is the address in a mapping that is known? */
bool known_covers(const struct known_process *p, uint64_t address);

void known_release(struct known_mappings *k);
