/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flame graph as one SVG file: a plain picture for viewers without scripts, the whole profile
 * as a data island, and the script that draws from it.
 */
#include "config.h"

#include "svg.h"

#include <errno.h>
#include <string.h>

#include "lib/i18n.h"
#include "embedded.h"
#include "island.h"
#include "text.h"

/* Pixels of a character of the title and of the facts, about. */
#define HEADING_CHAR 10.5
#define FACTS_CHAR 6.8

static void put_heading(struct writer *w, const struct view *view, unsigned y, const char *class,
			const struct buf *b)
{
	double room = view->picture->width - 2.0 * SVG_MARGIN;
	size_t chars = (size_t)(room / (strcmp(class, "heading") ? FACTS_CHAR : HEADING_CHAR));
	bool all;
	size_t shown = text_prefix((char *)b->data, b->len, chars, &all);

	writer_printf(w, "<text class=\"%s\" x=\"%d\" y=\"%u\">", class, SVG_MARGIN, y);
	text_put_xml(w, (char *)b->data, shown);
	writer_puts(w, all ? "</text>\n" : "…</text>\n");
}

static void put_headings(struct writer *w, const struct view *view)
{
	struct buf b = BUF_INIT((size_t)1 << 24);

	text_clean(&b, view->title, strlen(view->title));
	put_heading(w, view, 24, "heading", &b);
	buf_clear(&b);
	svg_put_subtitle(&b, view);
	put_heading(w, view, 42, "facts", &b);
	if (view->incomplete) {
		buf_clear(&b);
		buf_put_str(&b, _("Incomplete: "));
		text_clean(&b, view->incomplete, strlen(view->incomplete));
		put_heading(w, view, 58, "warning", &b);
	}
	buf_release(&b);
}

static void put_titles(struct writer *w, const struct view *view)
{
	const char *notes = svg_notes(view);
	struct buf b = BUF_INIT((size_t)1 << 24);

	writer_puts(w, "<title id=\"title\">");
	text_clean(&b, view->title, strlen(view->title));
	text_put_xml(w, (char *)b.data, b.len);
	writer_puts(w, "</title>\n<desc id=\"desc\">");
	buf_clear(&b);
	svg_put_subtitle(&b, view);
	text_put_xml(w, (char *)b.data, b.len);
	if (notes) {
		buf_clear(&b);
		text_clean(&b, notes, strlen(notes));
		writer_puts(w, "\n");
		text_put_xml(w, (char *)b.data, b.len);
	}
	writer_puts(w, "</desc>\n");
	buf_release(&b);
}

static void put_start(struct writer *w, const struct view *view, unsigned height)
{
	const struct picture *look = view->picture;

	writer_puts(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	writer_printf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flame-graph\" "
		      "width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\" "
		      "aria-labelledby=\"title desc\"", look->width, height, look->width, height);
	svg_put_look(w, view);
	writer_puts(w, ">\n");
	put_titles(w, view);
	writer_puts(w, "<style>\n");
	writer_put(w, colors_css, (size_t)(colors_css_end - colors_css));
	writer_put(w, svg_viewer_css, (size_t)(svg_viewer_css_end - svg_viewer_css));
	writer_printf(w, ".flame-graph svg text,.label{font-size:%upx}\n", look->font_size);
	writer_puts(w, "</style>\n<defs><pattern id=\"thin\" width=\"4\" height=\"4\" "
		    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
		    "<rect width=\"4\" height=\"4\" class=\"thin-ground\"/>"
		    "<rect width=\"1.5\" height=\"4\" class=\"thin-line\"/></pattern></defs>\n"
		    "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
}

static void put_empty(struct writer *w, const struct view *view)
{
	writer_printf(w, "<text class=\"empty\" x=\"50%%\" y=\"%u\" text-anchor=\"middle\">",
		      SVG_TOP + svg_row(view->picture) * 3);
	if (facts_number(view->facts, "left_out"))
		writer_puts(w, _("No samples are left by the filters."));
	else
		writer_puts(w, view->hits ? _("No probe was hit.") : _("No samples were taken."));
	writer_puts(w, "</text>\n");
}

static int put_plain(struct writer *w, const struct view *view, const struct svg_names *names,
		     unsigned height)
{
	int err = 0;

	writer_puts(w, "<g id=\"plain\">\n");
	put_headings(w, view);
	if (svg_size(view, TRIE_ROOT)) {
		writer_printf(w, "<svg x=\"%d\" width=\"%u\" height=\"100%%\">\n", SVG_MARGIN,
			      view->picture->width - 2 * SVG_MARGIN);
		err = svg_put_frames(w, view, names);
		writer_puts(w, "</svg>\n");
		svg_put_legend(w, view, names, height - SVG_BOTTOM + 12);
	} else {
		put_empty(w, view);
	}
	writer_puts(w, "</g>\n");
	return err;
}

struct script {
	const char *first, *end;
};

static const struct script scripts[] = {
	{ island_js, island_js_end }, { page_profile_js, page_profile_js_end },
	{ page_numbers_js, page_numbers_js_end }, { colors_js, colors_js_end },
	{ names_js, names_js_end }, { svg_address_js, svg_address_js_end },
	{ svg_bar_js, svg_bar_js_end }, { svg_viewer_js, svg_viewer_js_end }
};

/* One function, so that several pictures in one page do not meet. */
static void put_script(struct writer *w)
{
	writer_puts(w, "<script><![CDATA[\n(() => {\n");
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		writer_put(w, scripts[i].first, (size_t)(scripts[i].end - scripts[i].first));
	writer_puts(w, "})();\n]]></script>\n");
}

static int put_profile(struct writer *w, const struct view *view, const struct svg_names *names)
{
	int err;

	writer_puts(w, "<metadata id=\"profile\" data-encoding=\"deflate-raw, base64\">\n");
	err = island_put(w, view, names);
	if (err)
		return err;
	writer_puts(w, "</metadata>\n");
	return 0;
}

/* The plain picture is of `shown`; the profile in the file is `view`, whatever is shown of it. */
static int write_parts(struct writer *w, const struct view *view, const struct view *shown,
		       const struct svg_names *names)
{
	bool is_empty = !svg_size(view, TRIE_ROOT);
	unsigned height = is_empty ? SVG_TOP + 6 * svg_row(view->picture)
				   : svg_picture_height(shown);
	int err;

	if (!height)
		return -ENOMEM;
	put_start(w, view, height);
	err = put_plain(w, shown, names, height);
	if (!err)
		err = put_profile(w, view, names);
	/* There is nothing to zoom or to search in, but the facts are worth keeping. */
	if (!err && !is_empty)
		put_script(w);
	writer_puts(w, "</svg>\n");
	return err;
}

static int write_reversed(struct writer *w, const struct view *view, const struct svg_names *names)
{
	struct view shown = *view;
	struct trie reversed;
	struct diff diff;
	int err = svg_reverse(&reversed, &diff, view);

	shown.trie = &reversed;
	if (view->diff)
		shown.diff = &diff;
	if (!err)
		err = write_parts(w, view, &shown, names);
	diff_release(&diff);
	trie_release(&reversed);
	return err;
}

static int write_svg(const struct view *view, struct writer *w)
{
	struct svg_names names;
	int err = svg_names_init(&names, view->trie);

	if (!err && view->picture->reverse)
		err = write_reversed(w, view, &names);
	else if (!err)
		err = write_parts(w, view, view, &names);
	svg_names_release(&names);
	return err;
}

const struct render_format format_svg = {
	.name = "svg", .write = write_svg, .shows_difference = true
};
