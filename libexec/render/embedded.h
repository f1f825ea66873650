/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of this folder that embed.c puts into the program: X up to X_end, no NUL is theirs. */
#pragma once

/* What the SVG and the page share, then the SVG's, then the page's. */
extern const char island_js[], island_js_end[];
extern const char colors_css[], colors_css_end[];
extern const char colors_js[], colors_js_end[];
extern const char names_js[], names_js_end[];
extern const char svg_viewer_css[], svg_viewer_css_end[];
extern const char svg_address_js[], svg_address_js_end[];
extern const char svg_bar_js[], svg_bar_js_end[];
extern const char svg_viewer_js[], svg_viewer_js_end[];
extern const char page_html[], page_html_end[];
extern const char page_css[], page_css_end[];
extern const char page_profile_js[], page_profile_js_end[];
extern const char page_numbers_js[], page_numbers_js_end[];
extern const char page_derived_js[], page_derived_js_end[];
extern const char page_text_js[], page_text_js_end[];
extern const char page_flame_js[], page_flame_js_end[];
extern const char page_lists_js[], page_lists_js_end[];
extern const char page_about_js[], page_about_js_end[];
extern const char page_menu_js[], page_menu_js_end[];
extern const char page_js[], page_js_end[];
