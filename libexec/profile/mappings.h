/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each process has mapped for execution, as the walk needs it: sorted slices in the pool, and
 * the table that leads from a process to its slice.
 *
 * A slice never changes.  A change makes a new one, which takes the old one's place in one store.
 * Forked processes share a slice: the kernel's programs hand it to a child and take it from a
 * process that ends, and count the references in it as this module does.  A slice without
 * references is freed after a grace period.
 *
 * A slice is for one program: it has the number of execs that the process had seen, and the walk
 * uses it only while the process has that number.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/compiler.h"

#include "pool.h"
#include "process-index.h"
#include "tables.h"

struct mapped_process;
struct slice;

struct mappings {
	struct pool *pool;
	struct tables *tables;
	struct abi_process_set *sets;    /* shared with the programs */
	bool eager;              /* have the tables of all mapped files built */
	struct process_index index;
	struct mapped_process *processes; size_t cap;    /* index.n of them */
	uint32_t *dirty; size_t n_dirty, cap_dirty;      /* processes to be published */
	struct slice **slices; size_t n_slices, cap_slices;
	uint64_t lost_processes; /* that the table had no room for */
};

/* An executable mapping. */
struct code_mapping {
	uint64_t start, len, pgoff;
	struct table_key key;
	const char *path;        /* as in a mapping event */
};

/* processes_fd is the BPF map of that name; the others are borrowed.  0 or a negative errno. */
int mappings_open(struct mappings *m, int processes_fd, struct pool *pool, struct tables *tables,
		  bool eager) MUST_CHECK;

/*
 * Events of processes, in order of time; 0 or -ENOMEM.  They take effect in mappings_publish().
 * time_ns 0 is before everything; what is older than the state given by mappings_begin() is not
 * looked at.
 */
int mappings_map(struct mappings *m, uint32_t tgid, uint64_t time_ns,
		 const struct code_mapping *c) MUST_CHECK;
int mappings_fork(struct mappings *m, uint32_t tgid, uint32_t parent,
		  uint64_t time_ns) MUST_CHECK;
int mappings_exec(struct mappings *m, uint32_t tgid, uint64_t time_ns) MUST_CHECK;

/* A thread has ended; if it was the process's last, that is forgotten. */
void mappings_exit(struct mappings *m, uint32_t tgid, uint64_t time_ns);

/* The process's mappings are told from here on by mappings_map() with this time. */
int mappings_begin(struct mappings *m, uint32_t tgid, uint32_t exec_id,
		   uint64_t time_ns) MUST_CHECK;

/* Is anything known of the process? */
bool mappings_knows(const struct mappings *m, uint32_t tgid);

/* The i-th place's process, for i below m->index.n; 0: the place is free. */
uint32_t mappings_process(const struct mappings *m, size_t i);

/* Let the programs see what has changed. */
int mappings_publish(struct mappings *m) MUST_CHECK;

/* Retire slices that nobody refers to.  To be called after each grace period. */
void mappings_sweep(struct mappings *m);

/* Processes, and mappings in all slices. */
size_t mappings_count_processes(const struct mappings *m);
size_t mappings_count(const struct mappings *m);

void mappings_close(struct mappings *m);
