/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one voice: every message of profile-bee and its helpers is a line on stderr. */
#pragma once

#include "lib/compiler.h"

/* Exit statuses of the command line; profile-bee(1) has the contract. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_PERMITTED = 3,
	EXIT_CONDITION = 4,      /* a --fail-if holds */
	EXIT_CANNOT_EXECUTE = 126,
	EXIT_NOT_FOUND = 127
};

/* "profile-bee: " and the text, which names the thing, the reason and, after a semicolon or in a
 * hint, the remedy.  Control characters in the text are replaced by '?': names are foreign. */
void diag_error(const char *fmt, ...) PRINTF(1, 2);
void diag_warn(const char *fmt, ...) PRINTF(1, 2);  /* the text follows "warning: " */
void diag_hint(const char *fmt, ...) PRINTF(1, 2);  /* an indented line under the message before */
void diag_note(const char *fmt, ...) PRINTF(1, 2);  /* no fault: the summary's lines */
