/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The viewers' files, put into the program by the assembler. */
#include "config.h"

#include "embedded.h"

/* RENDER_DIR is this folder of the source tree; make rebuilds this when a file changes. */
#define EMBED(symbol, file) \
	__asm__(".pushsection .rodata\n" \
		".global " #symbol "\n" \
		#symbol ":\n" \
		".incbin \"" RENDER_DIR "/" file "\"\n" \
		".global " #symbol "_end\n" \
		#symbol "_end:\n" \
		".byte 0\n" \
		".popsection\n")

EMBED(island_js, "island.js");
EMBED(colors_css, "colors.css");
EMBED(colors_js, "colors.js");
EMBED(names_js, "names.js");
EMBED(svg_address_js, "svg-address.js");
EMBED(svg_bar_js, "svg-bar.js");
EMBED(svg_viewer_js, "viewer.js");
EMBED(svg_viewer_css, "viewer.css");
EMBED(page_html, "page.html");
EMBED(page_css, "page.css");
EMBED(page_profile_js, "page-profile.js");
EMBED(page_numbers_js, "page-numbers.js");
EMBED(page_derived_js, "page-derived.js");
EMBED(page_text_js, "page-text.js");
EMBED(page_flame_js, "page-flame.js");
EMBED(page_lists_js, "page-lists.js");
EMBED(page_about_js, "page-about.js");
EMBED(page_menu_js, "page-menu.js");
EMBED(page_js, "page.js");
