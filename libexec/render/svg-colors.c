/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours of frames; viewer.js has the same rules. */
#include "config.h"

#include "svg.h"

#include <math.h>
#include <string.h>

#include "text.h"

#define STRONGEST 7          /* the last shade of "w" and "c" */

/* A change of this part of everything has the strongest colour. */
#define GREAT_CHANGE 0.1

/* Shades that viewer.css has. */
static unsigned shades_of(char hue)
{
	return hue == 'o' || hue == 'y' ? 6 : hue == 'l' ? 4 : 8;
}

/* From these a palette takes a hue by number. */
static const char all_hues[] = "oyrgabp";

/* The hue of palettes from PALETTE_RED on. */
static const char single_hues[PALETTES - PALETTE_RED + 1] = "roygabp";

uint32_t svg_hash(const void *text, size_t len)
{
	const uint8_t *s = text;
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ s[i]) * 16777619u;
	return hash ^ hash >> 15;
}

static struct svg_color color(char hue, unsigned shade)
{
	return (struct svg_color){ hue, (uint8_t)(shade % shades_of(hue)) };
}

char svg_kind_hue(const char *name, size_t len, enum frame_kind kind)
{
	switch (kind) {
	case FRAME_KERNEL:
		return 'r';
	case FRAME_JIT:
		return 'g';
	case FRAME_INLINED:
		return 'a';
	default:
		return memmem(name, len, "::", 2) ? 'y' : 'o';
	}
}

static struct svg_color module_color(const struct view *view, uint32_t frame)
{
	const char *module = view->modules[frame];
	struct buf clean = BUF_INIT((size_t)1 << 20);
	uint32_t hash;

	if (!module)
		return color('l', 1);
	text_clean(&clean, module, strlen(module));
	hash = svg_hash(clean.data, clean.len);
	buf_release(&clean);
	return color(all_hues[hash % (sizeof(all_hues) - 1)], hash >> 8);
}

static bool is_waker(const char *name, size_t len)
{
	return len > 4 && !memcmp(name + len - 4, "_[w]", 4);
}

/* Threads, processes and the like, and the separators "-" and "--" in stacks of wakers. */
static bool is_label(const char *name, const struct svg_frame *f)
{
	return f->kind == FRAME_LABEL || (f->len <= 2 && !memcmp(name, "--", f->len));
}

/* A shade for each halving. */
static struct svg_color share_color(uint64_t part, uint64_t all)
{
	unsigned shade = STRONGEST;

	for (double least = (double)all / 2; shade > 0 && (double)part < least; least /= 2)
		shade--;
	return (struct svg_color){ 'w', (uint8_t)shade };
}

/* More is warm, less is cold, what chance explains is grey. */
static struct svg_color change_color(const struct view *view, uint32_t node)
{
	const struct diff *d = view->diff;
	double change = svg_change(view, view->trie->nodes[node].total, d->before_total[node]);
	double strength = sqrt(fabs(change) / GREAT_CHANGE) * (STRONGEST + 1);

	if (!(d->changed[node] & DIFF_TOTAL))
		return color('l', 1);
	return (struct svg_color){ change > 0 ? 'w' : 'c',
				   (uint8_t)(strength < STRONGEST ? strength : STRONGEST) };
}

enum palette svg_palette(const struct view *view)
{
	enum palette palette = view->picture->palette;

	if (palette == PALETTE_DEFAULT)
		palette = view->diff ? PALETTE_CHANGE : PALETTE_KIND;
	if (palette == PALETTE_CHANGE && !view->diff)
		palette = PALETTE_KIND;
	return palette;
}

struct svg_color svg_frame_color(const struct view *view, const struct svg_names *names,
				 uint32_t frame)
{
	const struct svg_frame *f = &names->frames[frame];
	const char *name = (char *)names->text.data + f->first;
	enum palette palette = svg_palette(view);

	if (is_label(name, f))
		return color('l', f->shade);
	switch (palette) {
	case PALETTE_KIND:
		return color(f->hue, f->shade);
	case PALETTE_NAME:
		return color(all_hues[f->shade % (sizeof(all_hues) - 1)], f->shade);
	case PALETTE_MODULE:
		return module_color(view, frame);
	case PALETTE_HOT:
		return color(f->shade % 2 ? 'o' : 'y', f->shade / 2);
	case PALETTE_CHAIN:
		return color(is_waker(name, f->len) ? 'a' : 'b', f->shade);
	default:
		return color(single_hues[palette - PALETTE_RED], f->shade);
	}
}

struct svg_color svg_color_of(const struct view *view, const struct svg_names *names,
			      uint32_t node)
{
	enum palette palette = svg_palette(view);

	if (palette == PALETTE_SHARE)
		return share_color(svg_size(view, node), svg_size(view, TRIE_ROOT));
	if (palette == PALETTE_CHANGE)
		return change_color(view, node);
	if (node == TRIE_ROOT)
		return color('l', 0);
	return svg_frame_color(view, names, view->trie->nodes[node].frame);
}
