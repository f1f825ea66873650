/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a name must contain if a pattern is to match it: a quick test before the slow one, on a
 * whole string table at once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LITERAL_MAX 128

/* The longest run of identifier signs that every match has; "" when there is none for sure. */
void literal_of_glob(const char *pattern, char out[LITERAL_MAX]);
void literal_of_regex(const char *pattern, char out[LITERAL_MAX]);

/*
 * Whether a demangled name may have the literal while the mangled one has not: abbreviations of
 * the standard library's names, built-in types, operators.
 */
bool literal_is_abbreviated(const char *literal);
