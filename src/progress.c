/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress line on a terminal. */
#include "config.h"

#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/io.h"

#define ERASE_LINE "\033[K"

bool progress_is_wanted(const struct options *o)
{
	const char *term = getenv("TERM");

	if (o->quiet || o->input || !term || !strcmp(term, "dumb") || !isatty(STDERR_FILENO))
		return false;
	return !o->command || !isatty(STDOUT_FILENO);
}

static void put(const char *text)
{
	if (write_all(STDERR_FILENO, text, strlen(text)) < 0) {
		/* A terminal that went away takes no progress either. */
	}
}

void progress_show(uint64_t elapsed_ns, uint64_t samples)
{
	char line[128];

	snprintf(line, sizeof(line), _("%" PRIu64 " s, %" PRIu64 " samples"),
		 elapsed_ns / UINT64_C(1000000000), samples);
	put(line);
	put(ERASE_LINE "\r");
}

void progress_erase(void)
{
	put(ERASE_LINE);
}
