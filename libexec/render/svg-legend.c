/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the colours of the plain picture mean. */
#include "config.h"

#include "svg.h"

#include <limits.h>
#include <string.h>

#include "lib/i18n.h"

#define CHAR_PIXELS 6.4
#define BOX 10               /* pixels, of a sample of the colour */

struct meaning {
	char hue;
	unsigned shade;
	const char *text;
};

static const struct meaning kinds[] = {
	{ 'o', 1, N_("user code") }, { 'y', 1, N_("C++, Rust") }, { 'a', 1, N_("inlined") },
	{ 'g', 1, N_("JIT-compiled") }, { 'r', 1, N_("kernel") },
	{ 'l', 1, N_("threads and the like") }, { 0 }
};

static const struct meaning changes[] = {
	{ 'w', 6, N_("more than before") }, { 'c', 6, N_("less than before") },
	{ 'l', 1, N_("changed no more than by chance") }, { 0 }
};

static void find_used(const struct view *view, const struct svg_names *names,
		      bool used[CHAR_MAX + 1])
{
	for (uint32_t i = 0; i < view->trie->n_frames; i++)
		used[(int)svg_frame_color(view, names, i).hue] = true;
}

/* Returns the width. */
static unsigned put_meaning(struct writer *w, const struct meaning *m, unsigned x, unsigned y)
{
	const char *text = _(m->text);

	writer_printf(w, "<rect class=\"%c%u\" x=\"%u\" y=\"%u\" ", m->hue, m->shade, x, y);
	writer_printf(w, "width=\"%d\" height=\"%d\"/>", BOX, BOX);
	writer_printf(w, "<text class=\"facts\" x=\"%u\" y=\"%u\">%s</text>\n", x + BOX + 5,
		      y + BOX - 1, text);
	return BOX + 5 + (unsigned)((double)strlen(text) * CHAR_PIXELS) + 16;
}

void svg_put_legend(struct writer *w, const struct view *view, const struct svg_names *names,
		    unsigned y)
{
	enum palette palette = svg_palette(view);
	const struct meaning *m = palette == PALETTE_CHANGE ? changes : kinds;
	bool used[CHAR_MAX + 1] = { false };
	unsigned x = SVG_MARGIN;

	if (palette != PALETTE_CHANGE && palette != PALETTE_KIND)
		return;
	if (palette == PALETTE_KIND)
		find_used(view, names, used);
	for (; m->text; m++)
		if (palette == PALETTE_CHANGE || used[(int)m->hue])
			x += put_meaning(w, m, x, y);
}
