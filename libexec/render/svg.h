/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the SVG: names and colours of frames, the plain picture, embedded texts. */
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
	uint8_t shade;           /* from a hash of the text: below svg_shades[kind] */
};

struct svg_names {
	struct buf text;
	struct svg_frame *frames;    /* by frame of the trie */
};

/* Shades that viewer.css has for each kind. */
extern const uint8_t svg_shades[FRAME_KINDS];
/* The letters that name a kind in classes of viewer.css: "u", "k", "j", "i", "l". */
extern const char svg_kind_letters[FRAME_KINDS + 1];

/* 0, -ENOMEM or -EOVERFLOW (more than 1 GiB of text); free with svg_names_release(). */
int svg_names_init(struct svg_names *names, const struct trie *t) MUST_CHECK;
void svg_names_release(struct svg_names *names);

/* "sample", "samples", "hit" or "hits": what `n` of the view's are. */
const char *svg_unit(const struct view *view, uint64_t n);

/* "<title> · 12,345 samples · 0 lost · 99 Hz · 10.0 s · host", without the title. */
void svg_put_subtitle(struct buf *b, const struct view *view);

/* Digits in groups of three: "1,234,567". */
void svg_put_grouped(struct buf *b, uint64_t number);

/* The frames of at least half a pixel as static shapes. */
int svg_put_frames(struct writer *w, const struct view *view,
		   const struct svg_names *names) MUST_CHECK;

/* Height of that picture in pixels, all included. */
unsigned svg_picture_height(const struct view *view);

#define SVG_WIDTH 1200
#define SVG_MARGIN 10
#define SVG_TOP 64          /* above the frames: title and facts */
#define SVG_BOTTOM 12
#define SVG_ROW 17

/* Embedded files; not NUL-terminated. */
extern const char svg_viewer_js[], svg_viewer_js_end[];
extern const char island_js[], island_js_end[];
extern const char svg_viewer_css[], svg_viewer_css_end[];
