/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a run that the command line does not make sense of. */
#pragma once

#include <argp.h>
#include <stdint.h>

#include "lib/compiler.h"

/* The long name of the option with a key in a table that ends with an empty entry; NULL: none. */
const char *usage_option_name(const struct argp_option *table, int key);

/* Print one line, which names the option and the remedy, and exit with EXIT_USAGE. */
void NORETURN PRINTF(1, 2) usage_error(const char *fmt, ...);

/* The value of --NAME as a decimal number from min to max; anything else ends the run likewise. */
uint64_t usage_number(const char *name, const char *text, uint64_t min, uint64_t max);
