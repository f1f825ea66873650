/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers, sizes, durations, switches and lists of ids as people write them; nothing but the whole
 * text counts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/*
 * A decimal number without sign or spaces.  Returns 0, -EINVAL (empty, or anything but digits) or
 * -ERANGE (outside min..max).  *value is untouched on failure.
 */
int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value) MUST_CHECK;

/*
 * A size in bytes: a number, alone or with one of the suffixes K, M, G (powers of 1,024; k, m and g
 * too).  Results as number_parse().
 */
int number_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *bytes) MUST_CHECK;

/*
 * A number with at most two decimals ("1", "0.5", "12.25") in hundredths; max is, too.  Results as
 * number_parse().
 */
int number_parse_hundredths(const char *text, uint64_t max, uint64_t *hundredths) MUST_CHECK;

/* A switch: true, yes, on, 1, or false, no, off, 0.  Returns 0 or -EINVAL; *value as above. */
int number_parse_bool(const char *text, bool *value) MUST_CHECK;

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
