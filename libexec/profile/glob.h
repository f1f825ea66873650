/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Globs over thread names, compiled to the tables that the kernel's bit-parallel matcher reads. */
#pragma once

#include <stdint.h>

#include "lib/compiler.h"

/* Most tokens (characters, `?` and `[...]`) that a glob may have. */
#define GLOB_TOKENS_MAX 62

/*
 * Bit i of a state means that i tokens have matched.  match[c] has bit i when token i accepts the
 * byte c; loop has bit i when a `*` stands before token i (or at the end); accept is the last
 * state.
 */
struct glob {
	uint64_t match[256];
	uint64_t loop;
	uint64_t accept;
};

/*
 * Compile `*`, `?`, `[a-z]`, `[!a]`, `[^a]` and `\c`.  Returns 0, -EINVAL (an open bracket or a
 * trailing backslash) or -E2BIG (too many tokens).
 */
int glob_compile(struct glob *glob, const char *pattern) MUST_CHECK;

/* Whether the whole name matches: the automaton as the kernel runs it. */
int glob_matches(const struct glob *glob, const char *name);
