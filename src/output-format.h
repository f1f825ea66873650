/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output formats: names, and the file name extensions that choose them. */
#pragma once

#include "lib/compiler.h"
#include "options.h"

/* The format that the name's extension says.  0 or -EINVAL. */
int output_format_of(const char *path, enum output_format *format) MUST_CHECK;

/* The name that render knows the format by, or NULL when another process writes it. */
const char *output_format_name(enum output_format format);

/* Can a difference of two profiles be written as it, or go on beside it? */
bool output_format_shows_difference(enum output_format format);

/*
 * The known extensions for a message, ".svg, .folded, …", or those for differences alone; valid
 * until the next call.
 */
const char *output_extensions(bool for_differences);
