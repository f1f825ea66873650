/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of CPUs as the kernel and its tools write them: "0-3,8". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* CPU numbers are below this (the kernel's own limit on x86-64 is 8,192). */
#define CPULIST_MAX 8192

struct cpulist {
	uint64_t bits[CPULIST_MAX / 64];
	uint32_t n;              /* CPUs in the set */
};

/*
 * Parse a list of numbers and ranges, separated by commas; a newline at the end is ignored.
 * Returns 0, -EINVAL (empty, malformed, a range backwards) or -ERANGE (a number too large); the
 * list is unchanged on failure.
 */
int cpulist_parse(struct cpulist *list, const char *text) MUST_CHECK;

bool cpulist_has(const struct cpulist *list, uint32_t cpu);

/* The first CPU of `list` that is not in `of`, or -1 when every one is. */
int cpulist_first_outside(const struct cpulist *list, const struct cpulist *of);

/*
 * Write the shortest list ("0-3,8") into text of n bytes.  Returns 0 or -ENOSPC (text is then cut).
 * CPULIST_TEXT_MAX bytes are always enough.
 */
#define CPULIST_TEXT_MAX (CPULIST_MAX * 5)
int cpulist_format(const struct cpulist *list, char *text, size_t n) MUST_CHECK;
