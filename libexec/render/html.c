/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewer as one HTML file that loads nothing: its style, its scripts, and the whole profile.
 *
 * The content security policy permits exactly these scripts and styles, by their SHA-256, and
 * nothing else: no connection, no picture, no frame, no form.  What is not constant in the page is
 * escaped text, or base64 in an element that is no script to a browser.
 */
#include "config.h"

#include "format.h"

#include <errno.h>
#include <string.h>

#include "base64.h"
#include "embedded.h"
#include "island.h"
#include "libexec/render/page-hashes.h"
#include "text.h"

#define SHA256_BYTES 32

struct part {
	const char *first, *end;
	const char *hash;        /* SHA-256, in hexadecimal digits */
};

static const struct part styles[] = {
	{ colors_css, colors_css_end, SHA256_COLORS_CSS },
	{ page_css, page_css_end, SHA256_PAGE_CSS },
};
static const struct part body = { page_html, page_html_end, NULL };
static const struct part scripts[] = {
	{ island_js, island_js_end, SHA256_ISLAND_JS },
	{ page_profile_js, page_profile_js_end, SHA256_PAGE_PROFILE_JS },
	{ page_numbers_js, page_numbers_js_end, SHA256_PAGE_NUMBERS_JS },
	{ page_derived_js, page_derived_js_end, SHA256_PAGE_DERIVED_JS },
	{ colors_js, colors_js_end, SHA256_COLORS_JS },
	{ names_js, names_js_end, SHA256_NAMES_JS },
	{ page_text_js, page_text_js_end, SHA256_PAGE_TEXT_JS },
	{ page_flame_js, page_flame_js_end, SHA256_PAGE_FLAME_JS },
	{ page_lists_js, page_lists_js_end, SHA256_PAGE_LISTS_JS },
	{ page_about_js, page_about_js_end, SHA256_PAGE_ABOUT_JS },
	{ page_menu_js, page_menu_js_end, SHA256_PAGE_MENU_JS },
	{ page_js, page_js_end, SHA256_PAGE_JS },
};

static uint8_t digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void put_hash(struct writer *w, const struct part *part)
{
	uint8_t bytes[SHA256_BYTES];
	char text[BASE64_LEN(SHA256_BYTES)];

	for (size_t i = 0; i < SHA256_BYTES; i++)
		bytes[i] = (uint8_t)(digit(part->hash[2 * i]) << 4 | digit(part->hash[2 * i + 1]));
	writer_puts(w, " 'sha256-");
	writer_put(w, text, base64_encode(bytes, sizeof(bytes), text));
	writer_puts(w, "'");
}

static void put_part(struct writer *w, const struct part *part)
{
	writer_put(w, part->first, (size_t)(part->end - part->first));
}

static void put_policy(struct writer *w)
{
	writer_puts(w, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "script-src");
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		put_hash(w, &scripts[i]);
	writer_puts(w, "; style-src");
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		put_hash(w, &styles[i]);
	writer_puts(w, "; base-uri 'none'; form-action 'none'; "
		    "require-trusted-types-for 'script'\">\n");
}

static void put_head(struct writer *w, const struct view *view)
{
	struct buf title = BUF_INIT((size_t)1 << 24);

	text_clean(&title, view->title, strlen(view->title));
	writer_puts(w, "<!DOCTYPE html>\n<html lang=\"en\"");
	svg_put_look(w, view);
	writer_puts(w, ">\n<head>\n<meta charset=\"utf-8\">\n");
	put_policy(w);
	writer_puts(w, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	text_put_xml(w, (char *)title.data, title.len);
	writer_puts(w, "</title>\n");
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
		writer_puts(w, "<style>");
		put_part(w, &styles[i]);
		writer_puts(w, "</style>\n");
	}
	writer_puts(w, "</head>\n<body>\n");
	buf_release(&title);
}

static int write_parts(const struct view *view, struct writer *w, const struct svg_names *names)
{
	int err;

	put_head(w, view);
	put_part(w, &body);
	writer_puts(w, "<script type=\"application/octet-stream\" id=\"profile\" "
		    "data-encoding=\"deflate-raw, base64\">\n");
	err = island_put(w, view, names);
	writer_puts(w, "</script>\n");
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		writer_puts(w, "<script>");
		put_part(w, &scripts[i]);
		writer_puts(w, "</script>\n");
	}
	writer_puts(w, "</body>\n</html>\n");
	return err;
}

static int write_html(const struct view *view, struct writer *w)
{
	struct svg_names names;
	int err = svg_names_init(&names, view->trie);

	if (!err)
		err = write_parts(view, w, &names);
	svg_names_release(&names);
	return err;
}

const struct render_format format_html = {
	"html", write_html, .needs_labels = true, .shows_difference = true
};
