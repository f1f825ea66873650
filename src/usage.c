/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Usage errors. */
#include "config.h"

#include "usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/number.h"

/* An argument may be long: the message says which, not all of it. */
#define TEXT_BYTES 2048

const char *usage_option_name(const struct argp_option *table, int key)
{
	for (; table->name || table->doc; table++)
		/* Headers of groups have no name, lines of documentation no key. */
		if (table->name && table->key == key)
			return table->name;
	return NULL;
}

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

uint64_t usage_number(const char *name, const char *text, uint64_t min, uint64_t max)
{
	uint64_t value;

	switch (number_parse(text, min, max, &value)) {
	case 0:
		return value;
	case -ERANGE:
		usage_error(_("--%s %s: must be from %llu to %llu"), name, text,
			    (unsigned long long)min, (unsigned long long)max);
	default:
		usage_error(_("--%s '%s': not a number"), name, text);
	}
}
