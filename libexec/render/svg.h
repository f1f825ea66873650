/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the SVG: names and colours of frames, the plain picture. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "format.h"

/* A frame as the SVG shows it. */
struct svg_frame {
	uint32_t first, len;     /* clean text, in svg_names.text */
	uint8_t kind;            /* enum frame_kind */
	uint8_t shade;           /* from a hash of the text: below SVG_SHADES */
	char hue;                /* of the kind of code, as in struct svg_color */
};

struct svg_names {
	struct buf text;
	struct svg_frame *frames;    /* by frame of the trie */
};

/* A multiple of the number of shades of every hue but "w". */
#define SVG_SHADES 24

/* A colour of viewer.css, which is a class of hue and shade: "r5". */
struct svg_color {
	char hue;
	uint8_t shade;
};

/* FNV-1a: the same text has the same colour in each profile, on each machine. */
uint32_t svg_hash(const void *text, size_t len);

/* The hue of the kind of code that a frame of this (clean) name and kind is. */
char svg_kind_hue(const char *name, size_t len, enum frame_kind kind);

/* The colour of a node in the view's palette, and of a frame where that is told by frames alone. */
struct svg_color svg_color_of(const struct view *view, const struct svg_names *names,
			      uint32_t node);
struct svg_color svg_frame_color(const struct view *view, const struct svg_names *names,
				 uint32_t frame);

/* The palette in use: the picture's, or the one that suits the view. */
enum palette svg_palette(const struct view *view);

/* 0, -ENOMEM or -EOVERFLOW (more than 1 GiB of text); free with svg_names_release(). */
int svg_names_init(struct svg_names *names, const struct trie *t) MUST_CHECK;
void svg_names_release(struct svg_names *names);

/* "sample", "samples", "hit", "hits" or the picture's unit as given: what `n` of the view's are. */
const char *svg_unit(const struct view *view, uint64_t n);

/* "<subtitle> · 12,345 samples · 0 lost · 99 Hz · 10.0 s · host", where these are known. */
void svg_put_subtitle(struct buf *b, const struct view *view);

/* Notes by option or in the input, as given, or NULL. */
const char *svg_notes(const struct view *view);

/*
 * What a viewer is to begin with, as attributes of the outermost element: data-colors,
 * data-font-size, data-min-width, data-inverted, data-reverse.
 */
void svg_put_look(struct writer *w, const struct view *view);

/* The samples of a box. */
struct svg_count {
	uint64_t samples;
	uint64_t before;         /* in a difference */
	bool is_noise;           /* its change is no more than chance */
};

/* "12 samples, 3.40%"; in a difference then ", before 5 (2.00%), +1.40%", " within noise". */
void svg_put_count(struct writer *w, const struct view *view, const struct svg_count *count);

/* In a difference: what has become of a share, -1 to 1. */
double svg_change(const struct view *view, uint64_t samples, uint64_t before);

/* What a node is wide by, and the root, which has all: samples, or the weight in a difference. */
static inline uint64_t svg_size(const struct view *view, uint32_t node)
{
	return view->diff ? view->diff->weight[node] : view->trie->nodes[node].total;
}

/* Digits in groups of three: "1,234,567". */
void svg_put_grouped(struct buf *b, uint64_t number);

/* The frames of at least the picture's least width as static shapes. */
int svg_put_frames(struct writer *w, const struct view *view,
		   const struct svg_names *names) MUST_CHECK;

/* Height of that picture in pixels, all included. */
unsigned svg_picture_height(const struct view *view);

/*
 * Make `to` the trie of the same stacks from leaf to root, finished, with the difference `diff`
 * where view has one; frames keep their numbers.  0 or a negative errno; in either case both are to
 * be released.
 */
int svg_reverse(struct trie *to, struct diff *diff, const struct view *view) MUST_CHECK;

/* The colours' meanings, where the palette is of kinds or of changes, from y on. */
void svg_put_legend(struct writer *w, const struct view *view, const struct svg_names *names,
		    unsigned y);

#define SVG_MARGIN 10
#define SVG_TOP 64          /* above the frames: title and facts */
#define SVG_BOTTOM 34        /* below them: what colours mean */
#define SVG_BASELINE 5      /* of a name, above the row's end */

/* Pixels from one row of frames to the next. */
static inline unsigned svg_row(const struct picture *picture)
{
	return picture->font_size + 6;
}
