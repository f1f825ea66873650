/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that say how a flame graph is to look. */
#include "config.h"

#include "options-picture.h"

#include <stdlib.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/number.h"

#define WIDTH_MIN 100
#define WIDTH_MAX 100000
#define FONT_MIN 4
#define FONT_MAX 100
#define MIN_WIDTH_MAX 100000

enum {
	OPT_SUBTITLE = 0x200, OPT_NOTES, OPT_UNIT, OPT_COLORS, OPT_INVERTED, OPT_REVERSE, OPT_WIDTH,
	OPT_FONT, OPT_MIN_WIDTH
};

static const struct argp_option option_table[] = {
	{ "subtitle", OPT_SUBTITLE, N_("TEXT"), 0, N_("Text under the title"), 0 },
	{ "notes", OPT_NOTES, N_("TEXT"), 0, N_("Text to keep in the picture's file"), 0 },
	{ "countname", OPT_UNIT, N_("NAME"), 0, N_("What is counted (samples)"), 0 },
	{ "colors", OPT_COLORS, N_("PALETTE"), 0, N_("Colours of the frames (kind)"), 0 },
	{ "inverted", OPT_INVERTED, NULL, 0, N_("The root is at the top"), 0 },
	{ "reverse", OPT_REVERSE, NULL, 0, N_("Merge stacks from their leaves on"), 0 },
	{ "width", OPT_WIDTH, N_("PIXELS"), 0, N_("Width of the plain picture (1200)"), 0 },
	{ "fontsize", OPT_FONT, N_("PIXELS"), 0, N_("Size of the frames' names (11)"), 0 },
	{ "minwidth", OPT_MIN_WIDTH, N_("PIXELS"), 0,
	  N_("Frames narrower than this are drawn together, hatched (0.5)"), 0 },
	{ 0 }
};

static unsigned pixels(const char *name, const char *arg, uint64_t min, uint64_t max)
{
	uint64_t value = min;

	if (number_parse(arg, min, max, &value)) {
		diag_error(_("--%s '%s': not a number of pixels from %u to %u"), name, arg,
			   (unsigned)min, (unsigned)max);
		exit(EXIT_USAGE);
	}
	return (unsigned)value;
}

static enum palette palette(const char *arg)
{
	int found = palette_find(arg);

	if (found < 0) {
		diag_error(_("--colors '%s': not a palette; known are %s"), arg, PALETTE_NAMES);
		exit(EXIT_USAGE);
	}
	return (enum palette)found;
}

static unsigned min_width(const char *arg)
{
	uint64_t value = 0;

	if (number_parse_hundredths(arg, MIN_WIDTH_MAX, &value)) {
		diag_error(_("--minwidth '%s': not a number of pixels such as 0.5"), arg);
		diag_hint(_("--min-percent leaves out by share"));
		exit(EXIT_USAGE);
	}
	return (unsigned)value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct picture *p = state->input;

	switch (key) {
	case OPT_SUBTITLE:
		p->subtitle = arg;
		return 0;
	case OPT_NOTES:
		p->notes = arg;
		return 0;
	case OPT_UNIT:
		p->unit = arg;
		return 0;
	case OPT_COLORS:
		p->palette = palette(arg);
		return 0;
	case OPT_INVERTED:
		p->inverted = true;
		return 0;
	case OPT_REVERSE:
		p->reverse = true;
		return 0;
	case OPT_WIDTH:
		p->width = pixels("width", arg, WIDTH_MIN, WIDTH_MAX);
		return 0;
	case OPT_FONT:
		p->font_size = pixels("fontsize", arg, FONT_MIN, FONT_MAX);
		return 0;
	case OPT_MIN_WIDTH:
		p->min_width = min_width(arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp picture_parser = { .options = option_table, .parser = parse_option };
