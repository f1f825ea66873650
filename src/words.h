/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitting a command line given as one string, with the shell's quoting and nothing else of it. */
#pragma once

#include "lib/compiler.h"

/*
 * Split text at blanks into words; '…', "…" and \ quote as in a POSIX shell, nothing is expanded.
 * On success *words is a NULL-terminated array in one block, to be freed with free().  Returns 0,
 * -EINVAL (no word in it), -EBADMSG (a quote is not closed, or a backslash at the end) or -ENOMEM.
 */
int words_split(const char *text, char ***words) MUST_CHECK;
