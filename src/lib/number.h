/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, durations and lists of ids as people write them; nothing but the whole text counts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/*
 * A decimal number without sign or spaces.  Returns 0, -EINVAL (empty, or anything but digits) or
 * -ERANGE (outside min..max).  *value is untouched on failure.
 */
int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value) MUST_CHECK;

/*
 * A duration in nanoseconds: a number of milliseconds, or a number with one of the suffixes ms, s,
 * m, h.  Returns 0, -EINVAL, or -ERANGE above DURATION_MAX_NS.
 */
#define DURATION_MAX_NS ((uint64_t)366 * 24 * 3600 * 1000000000)
int number_parse_duration(const char *text, uint64_t *ns) MUST_CHECK;

/* Process or thread ids. */
#define ID_LIST_MAX 1024
struct id_list {
	uint32_t ids[ID_LIST_MAX];
	size_t n;
};

/*
 * Appends the ids in text, which are separated by commas or spaces; an id that is in the list
 * already is not added again.  Returns 0, -EINVAL (nothing in it, not a number), -ERANGE (0 or
 * above INT32_MAX) or -E2BIG (more than ID_LIST_MAX).  On failure the list is unchanged.
 */
int id_list_add(struct id_list *list, const char *text) MUST_CHECK;
