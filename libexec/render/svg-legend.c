/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the colours of the plain picture mean. */
#include "config.h"

#include "svg.h"

#include <limits.h>
#include <string.h>

#include "lib/i18n.h"

#define CHAR_PIXELS 6.4
#define BOX 10               /* pixels, of a sample of the colour */

static const struct { char hue; const char *text; } meanings[] = {
	{ 'o', N_("user code") }, { 'y', N_("C++, Rust") }, { 'a', N_("inlined") },
	{ 'g', N_("JIT-compiled") }, { 'r', N_("kernel") }, { 'l', N_("threads and the like") }
};

static void find_used(const struct view *view, const struct svg_names *names,
		      bool used[CHAR_MAX + 1])
{
	for (uint32_t i = 0; i < view->trie->n_frames; i++)
		used[(int)svg_color_of(view, names, i, 0, 1).hue] = true;
}

void svg_put_legend(struct writer *w, const struct view *view, const struct svg_names *names,
		    unsigned y)
{
	bool used[CHAR_MAX + 1] = { false };
	unsigned x = SVG_MARGIN;

	if (view->picture->palette != PALETTE_KIND)
		return;
	find_used(view, names, used);
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
		const char *text = _(meanings[i].text);

		if (!used[(int)meanings[i].hue])
			continue;
		writer_printf(w, "<rect class=\"%c1\" x=\"%u\" y=\"%u\" ", meanings[i].hue, x, y);
		writer_printf(w, "width=\"%d\" height=\"%d\"/>", BOX, BOX);
		writer_printf(w, "<text class=\"facts\" x=\"%u\" y=\"%u\">%s</text>\n", x + BOX + 5,
			      y + BOX - 1, text);
		x += BOX + 5 + (unsigned)((double)strlen(text) * CHAR_PIXELS) + 16;
	}
}
