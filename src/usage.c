/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Usage errors. */
#include "config.h"

#include "usage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/diag.h"

/* An argument may be long: the message says which, not all of it. */
#define TEXT_BYTES 2048

void usage_error(const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error("%s", text);
	exit(EXIT_USAGE);
}
