/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of palettes' names: each one's own first, in order, then flamegraph.pl's. */
#include "config.h"

#include "palette.h"

#include <errno.h>
#include <string.h>

static const struct { const char *name; enum palette palette; } table[] = {
	{ "kind", PALETTE_KIND }, { "name", PALETTE_NAME }, { "module", PALETTE_MODULE },
	{ "change", PALETTE_CHANGE }, { "share", PALETTE_SHARE }, { "hot", PALETTE_HOT },
	{ "chain", PALETTE_CHAIN },
	{ "red", PALETTE_RED }, { "orange", PALETTE_ORANGE }, { "yellow", PALETTE_YELLOW },
	{ "green", PALETTE_GREEN }, { "aqua", PALETTE_AQUA }, { "blue", PALETTE_BLUE },
	{ "purple", PALETTE_PURPLE },
	{ "mem", PALETTE_GREEN }, { "io", PALETTE_BLUE }, { "wakeup", PALETTE_AQUA },
	{ "java", PALETTE_KIND }, { "js", PALETTE_KIND }, { "perl", PALETTE_KIND },
	{ "python", PALETTE_KIND }, { "rust", PALETTE_KIND },
};

int palette_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].name, name))
			return (int)table[i].palette;
	return -EINVAL;
}

const char *palette_name(enum palette palette)
{
	return table[palette].name;
}
