/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a run that the command line does not make sense of. */
#pragma once

#include "lib/compiler.h"

/* Print one line, which names the option and the remedy, and exit with EXIT_USAGE. */
void NORETURN PRINTF(1, 2) usage_error(const char *fmt, ...);
