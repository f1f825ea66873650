/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the Firefox profiler's format is made of: a tree of stacks, threads, libraries.  Private. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "format.h"

#define FIREFOX_NONE UINT32_MAX

struct firefox_stack {
	uint32_t prefix;         /* FIREFOX_NONE: a root */
	uint32_t place;          /* of the samples; their number stands for "[unknown]" */
};

/* Samples of one thread: those of order[first] to order[first + n - 1]. */
struct firefox_thread {
	struct sample_labels labels;     /* of its first sample */
	size_t first, n;
};

struct firefox_lib {
	uint32_t filename, build_id;     /* strings of the samples */
};

/* Zero-initialise. */
struct firefox_tables {
	struct firefox_stack *stacks;    size_t n_stacks, stacks_cap;
	struct firefox_thread *threads;  size_t n_threads, threads_cap;
	struct firefox_lib *libs;        size_t n_libs, libs_cap;
	uint32_t *lib_of_mapping;        /* FIREFOX_NONE: not a file */
	uint32_t *stack_of_sample;
	size_t *order;                   /* samples, by thread */
};

/*
 * Put the samples in order.  Stacks share their beginnings; threads are told apart by process id,
 * thread id and name, and come as their first samples do.  0 or a negative errno; release the
 * tables in every case.
 */
int firefox_tables_make(struct firefox_tables *t, const struct samples *s) MUST_CHECK;
void firefox_tables_release(struct firefox_tables *t);
