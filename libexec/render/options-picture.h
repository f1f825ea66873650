/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a flame graph is to look, by render's options. */
#pragma once

#include <argp.h>
#include <stdbool.h>

#include "palette.h"

struct picture {
	const char *subtitle, *notes;    /* as given; NULL: none */
	const char *unit;                /* what is counted, "bytes"; NULL: samples or hits */
	enum palette palette;
	bool inverted;                   /* the root at the top */
	bool reverse;                    /* merged from the leaves on */
	unsigned width, font_size;       /* pixels, of the plain picture */
	unsigned min_width;              /* hundredths of a pixel: narrower frames are hatched */
};

#define PICTURE_DEFAULT \
	{ .palette = PALETTE_DEFAULT, .width = 1200, .font_size = 11, .min_width = 50 }

/*
 * --subtitle, --notes, --countname, --colors, --inverted, --reverse, --width, --fontsize,
 * --minwidth.  The input is a struct picture, which keeps pointers into the arguments.  A value
 * without a meaning is told in one line, and ends the program with EXIT_USAGE.
 */
extern const struct argp picture_parser;
