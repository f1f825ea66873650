/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the SVG: names and colours of frames, the data island, embedded texts. */
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

/*
 * The whole profile, compressed, in base64.  Deflated bytes are six sections, each a varint length
 * and so many bytes:
 *   facts    lines "key value"; title, subtitle, unit (samples or hits), incomplete come first
 *   names    a line each, ordered by bytes, then kind
 *   kinds    a byte for each name: kind | shade << 3
 *   up       for each node but the root, in pre-order: varint levels to go up from the node before
 *            to the new node's parent (0: child of the node before)
 *   callee   for each node but the root: varint 1 + n: the n-th different callee that the caller's
 *            name has had so far; or 0 and a varint index into names: a new one, which is appended
 *   self     for each node, the root first: varint samples that end in it
 * Varints are LEB128, low seven bits first.  0 or a negative errno.
 */
int svg_put_island(struct writer *w, const struct view *view,
		   const struct svg_names *names) MUST_CHECK;

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
extern const char svg_viewer_css[], svg_viewer_css_end[];
