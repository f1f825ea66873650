/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the palettes of a flame graph. */
#pragma once

#include <stddef.h>

#include "lib/compiler.h"

enum palette {
	PALETTE_KIND,    /* by kind of code: C, C++ and the like, kernel, JIT-compiled, inlined */
	PALETTE_NAME,    /* every function has a colour of its own, from all hues */
	PALETTE_MODULE,  /* every file with code has a colour, where it is known */
	PALETTE_CHANGE,  /* of a difference: more is warm, less is cold */
	PALETTE_SHARE,   /* the darker the wider */
	PALETTE_HOT,     /* orange and yellow, by name */
	PALETTE_CHAIN,   /* blue, wakers (names that end in _[w]) aqua */
	PALETTE_RED,     /* and the other single hues, shades by name */
	PALETTE_ORANGE,
	PALETTE_YELLOW,
	PALETTE_GREEN,
	PALETTE_AQUA,
	PALETTE_BLUE,
	PALETTE_PURPLE,
	PALETTES,
	PALETTE_DEFAULT = PALETTES   /* change for a difference, else kind */
};

/* What users may write, for messages. */
#define PALETTE_NAMES "kind, name, module, change, share, hot, chain, red, orange, yellow, " \
	"green, aqua, blue, purple; mem, io, wakeup, java, js, perl, python, rust"

/*
 * The palette of that name, or -EINVAL.  Beside the palettes' own names those of flamegraph.pl and
 * inferno are known: mem is green, io blue, wakeup aqua; java, js, perl, python and rust are kind,
 * which tells apart what they do in any program.
 */
int palette_find(const char *name) MUST_CHECK;

/* "kind", "name", … */
const char *palette_name(enum palette palette);
