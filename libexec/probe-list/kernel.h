/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions and tracepoints of the running kernel. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "match.h"

#define KERNEL_FUNCTIONS_MAX ((size_t)1 << 20)
#define KERNEL_EVENTS_MAX ((size_t)1 << 20)

/* ---- functions: /proc/kallsyms ---- */

struct kernel_function {
	char *name, *module;     /* owned; "" for the kernel itself */
	uint64_t address;        /* 0: hidden from this user */
	uint64_t size;           /* up to the next symbol; 0: not known */
	bool is_forbidden;       /* in a section where the kernel takes no probes */
	unsigned int n_same;     /* functions of that name in the module */
};

/* Zero-initialise. */
struct kernel_functions { struct kernel_function *v; size_t n, cap; };

/*
 * Find the functions that match, in `module` when that is not NULL, and call `see` with the names
 * of all others.  0 or a negative errno: of opening the list, -ENOMEM, -EOVERFLOW.
 */
int kernel_functions_find(struct kernel_functions *out, struct matcher *m, const char *module,
			  void (*see)(void *opaque, const char *name), void *opaque) MUST_CHECK;
void kernel_functions_release(struct kernel_functions *k);

/* ---- tracepoints ---- */

struct kernel_event {
	char *category;          /* owned; "" when it cannot be known */
	char *name;              /* owned */
};

/* Zero-initialise. */
struct kernel_events {
	struct kernel_event *v; size_t n, cap;   /* sorted */
	bool is_guess;           /* of a category only the events that are called like it */
};

/*
 * Find tracepoints by globs for category (NULL: any) and name, and call `see` with those that do
 * not match.  Where the folder "events" of tracefs cannot be read, the kernel's type information
 * (BTF) has the names and not the categories: the events of a category are then those called
 * CATEGORY_something, but one without wildcards is taken as it is; system calls are told by their
 * functions.  0 or a negative errno: -ENOENT neither can be read, -ENOMEM, -EOVERFLOW.
 */
int kernel_events_find(struct kernel_events *out, const char *category, const char *name,
		       void (*see)(void *opaque, const char *name), void *opaque) MUST_CHECK;
void kernel_events_release(struct kernel_events *k);
