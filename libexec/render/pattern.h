/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions of the command line against names of frames, which are hostile.
 *
 * They are those of pcre2pattern(3), in UTF-8.  A name that is not valid UTF-8 matches by its valid
 * parts.  Matching is bounded in steps and memory; a name that exceeds them does not match, and is
 * counted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* What one comparison may cost: backtracking steps, and KiB of heap. */
#define PATTERN_STEPS_MAX 100000
#define PATTERN_HEAP_KIB_MAX 20000

#define PATTERN_REASON_MAX 320

/* Zero-initialise. */
struct pattern {
	void *code, *data, *context;     /* the library's */
	uint64_t n_given_up;             /* names that cost too much */
};

/*
 * Compile text.  0, -ENOMEM, or -EINVAL with a sentence in `reason`.  Free with pattern_release().
 */
int pattern_compile(struct pattern *p, const char *text,
		    char reason[PATTERN_REASON_MAX]) MUST_CHECK;

/* Does it match any part of the name, which may hold NULs? */
bool pattern_matches(struct pattern *p, const char *name, size_t len);

void pattern_release(struct pattern *p);
