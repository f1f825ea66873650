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
#include "island.h"
#include "text.h"

#define HEADING_CHARS 110
#define FACTS_CHARS 170

static void put_heading(struct writer *w, unsigned y, const char *class, const struct buf *b,
			size_t chars)
{
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
	put_heading(w, 24, "heading", &b, HEADING_CHARS);
	buf_clear(&b);
	svg_put_subtitle(&b, view);
	put_heading(w, 42, "facts", &b, FACTS_CHARS);
	if (view->incomplete) {
		buf_clear(&b);
		buf_put_str(&b, _("Incomplete: "));
		text_clean(&b, view->incomplete, strlen(view->incomplete));
		put_heading(w, 58, "warning", &b, FACTS_CHARS);
	}
	buf_release(&b);
}

static void put_titles(struct writer *w, const struct view *view)
{
	struct buf b = BUF_INIT((size_t)1 << 24);

	writer_puts(w, "<title id=\"title\">");
	text_clean(&b, view->title, strlen(view->title));
	text_put_xml(w, (char *)b.data, b.len);
	writer_puts(w, "</title>\n<desc id=\"desc\">");
	buf_clear(&b);
	svg_put_subtitle(&b, view);
	text_put_xml(w, (char *)b.data, b.len);
	writer_puts(w, "</desc>\n");
	buf_release(&b);
}

static void put_start(struct writer *w, const struct view *view, unsigned height)
{
	writer_puts(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	writer_printf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flame-graph\" "
		      "width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\" role=\"img\" "
		      "aria-labelledby=\"title desc\">\n", SVG_WIDTH, height, SVG_WIDTH, height);
	put_titles(w, view);
	writer_puts(w, "<style>\n");
	writer_put(w, svg_viewer_css, (size_t)(svg_viewer_css_end - svg_viewer_css));
	writer_puts(w, "</style>\n<defs><pattern id=\"thin\" width=\"4\" height=\"4\" "
		    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
		    "<rect width=\"4\" height=\"4\" class=\"thin-ground\"/>"
		    "<rect width=\"1.5\" height=\"4\" class=\"thin-line\"/></pattern></defs>\n"
		    "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
}

static int put_plain(struct writer *w, const struct view *view, const struct svg_names *names)
{
	int err = 0;

	writer_puts(w, "<g id=\"plain\">\n");
	put_headings(w, view);
	if (view->trie->nodes[TRIE_ROOT].total) {
		writer_printf(w, "<svg x=\"%d\" width=\"%d\" height=\"100%%\">\n", SVG_MARGIN,
			      SVG_WIDTH - 2 * SVG_MARGIN);
		err = svg_put_frames(w, view, names);
		writer_puts(w, "</svg>\n");
	} else {
		writer_printf(w, "<text class=\"empty\" x=\"50%%\" y=\"%d\" "
			      "text-anchor=\"middle\">", SVG_TOP + SVG_ROW * 3);
		writer_puts(w, view->hits ? _("No probe was hit.") : _("No samples were taken."));
		writer_puts(w, "</text>\n");
	}
	writer_puts(w, "</g>\n");
	return err;
}

/* One function, so that several pictures in one page do not meet. */
static void put_script(struct writer *w)
{
	writer_puts(w, "<script><![CDATA[\n(() => {\n");
	writer_put(w, island_js, (size_t)(island_js_end - island_js));
	writer_put(w, svg_viewer_js, (size_t)(svg_viewer_js_end - svg_viewer_js));
	writer_puts(w, "})();\n]]></script>\n");
}

static int write_parts(const struct view *view, struct writer *w, const struct svg_names *names)
{
	bool is_empty = !view->trie->nodes[TRIE_ROOT].total;
	unsigned height = is_empty ? SVG_TOP + 6 * SVG_ROW : svg_picture_height(view);
	int err;

	if (!height)
		return -ENOMEM;
	put_start(w, view, height);
	err = put_plain(w, view, names);
	if (err)
		return err;
	if (!is_empty) {
		writer_puts(w, "<metadata id=\"profile\" data-encoding=\"deflate-raw, base64\">\n");
		err = island_put(w, view, names);
		if (err)
			return err;
		writer_puts(w, "</metadata>\n");
		put_script(w);
	}
	writer_puts(w, "</svg>\n");
	return 0;
}

static int write_svg(const struct view *view, struct writer *w)
{
	struct svg_names names;
	int err = svg_names_init(&names, view->trie);

	if (!err)
		err = write_parts(view, w, &names);
	svg_names_release(&names);
	return err;
}

const struct render_format format_svg = { .name = "svg", .write = write_svg };
