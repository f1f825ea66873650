/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shell patterns, byte by byte. */
#pragma once

#include <stdbool.h>

/*
 * Whether all of text matches: * ? [abc] [a-z] [!x] [^x] [[:alpha:]], backslash before a sign that
 * means itself.  A '[' without ']' is itself.  Takes at most the product of both lengths.
 */
bool glob_match(const char *pattern, const char *text);

/* Whether a pattern can match more than one text. */
bool glob_is_pattern(const char *pattern);
