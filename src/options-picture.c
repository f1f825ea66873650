/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about the looks of flame graphs; most are named as flamegraph.pl's. */
#include "config.h"

#include "options-picture.h"

#include "lib/i18n.h"
#include "options-shown.h"
#include "usage.h"

enum {
	KEY_TITLE = 0x500, KEY_SUBTITLE, KEY_NOTES, KEY_COUNTNAME, KEY_COLORS, KEY_INVERTED,
	KEY_REVERSE, KEY_WIDTH, KEY_MINWIDTH, KEY_FONTSIZE
};

static const struct argp_option option_table[] = {
	{ NULL, 0, NULL, 0, N_("How flame graphs look:"), 1 },
	{ "title", KEY_TITLE, N_("TEXT"), 0, N_("Title (default: what was sampled)"), 0 },
	{ "subtitle", KEY_SUBTITLE, N_("TEXT"), 0, N_("Text in the line under the title"), 0 },
	{ "notes", KEY_NOTES, N_("TEXT"), 0, N_("Notes, which the picture's help shows"), 0 },
	{ "countname", KEY_COUNTNAME, N_("NAME"), 0, N_("What is counted (default samples)"), 0 },
	{ "colors", KEY_COLORS, N_("PALETTE"), 0,
	  N_("Colours by kind of code (the default), name, module, share or change (the default "
	     "of a difference), or one of hot, mem, io, wakeup, chain, red, orange, yellow, "
	     "green, aqua, blue, purple"),
	  0 },
	{ "inverted", KEY_INVERTED, NULL, 0, N_("The root at the top"), 0 },
	{ "reverse", KEY_REVERSE, NULL, 0, N_("Merge stacks from their leaves on"), 0 },
	{ "width", KEY_WIDTH, N_("PIXELS"), 0,
	  N_("Width without scripts (default 1200); a browser fills its window"), 0 },
	{ "minwidth", KEY_MINWIDTH, N_("PIXELS"), 0,
	  N_("Draw narrower frames together, hatched (default 0.5); zoom shows them"), 0 },
	{ "fontsize", KEY_FONTSIZE, N_("PIXELS"), 0, N_("Size of names (default 11)"), 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	const char *name = usage_option_name(option_table, key);
	struct options *o = state->input;

	if (!name)
		return ARGP_ERR_UNKNOWN;
	o->picture = name;
	if (key == KEY_TITLE)
		o->title = arg;
	else
		options_add_shown(o, name, arg);
	return 0;
}

const struct argp picture_parser = { .options = option_table, .parser = parse_option };

void options_check_picture(const struct options *o)
{
	if (o->picture && !options_want(o, FORMAT_SVG) && !options_want(o, FORMAT_HTML))
		usage_error(_("--%s: no flame graph is written here; name one with -o FILE.svg or "
			      "-o FILE.html"),
			    o->picture);
}
