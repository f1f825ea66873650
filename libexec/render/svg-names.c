/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of the SVG: names of frames, facts about the run. */
#include "config.h"

#include "svg.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "text.h"

#define TEXT_MAX ((size_t)1 << 30)

int svg_names_init(struct svg_names *names, const struct trie *t)
{
	*names = (struct svg_names){ .text = BUF_INIT(TEXT_MAX) };
	names->frames = calloc(t->n_frames + 1, sizeof(*names->frames));
	if (!names->frames)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_frames; i++) {
		struct svg_frame *f = &names->frames[i];
		size_t first = names->text.len;

		text_clean(&names->text, t->frames[i].name, t->frames[i].len);
		if (names->text.failed)
			return names->text.failed;
		f->first = (uint32_t)first;
		f->len = (uint32_t)(names->text.len - first);
		f->kind = (uint8_t)t->frames[i].kind;
		f->shade = (uint8_t)(svg_hash(names->text.data + first, f->len) % SVG_SHADES);
		f->hue = svg_kind_hue((char *)names->text.data + first, f->len, t->frames[i].kind);
	}
	return 0;
}

void svg_names_release(struct svg_names *names)
{
	buf_release(&names->text);
	free(names->frames);
	*names = (struct svg_names){ 0 };
}

void svg_put_grouped(struct buf *b, uint64_t number)
{
	char digits[TEXT_GROUPED_MAX];

	buf_put(b, digits, text_group_digits(number, digits));
}

static void put_fact(struct buf *b, const struct view *view, const char *key)
{
	const char *value = facts_get(view->facts, key);

	if (!value || !*value)
		return;
	buf_put_str(b, " · ");
	text_clean(b, value, strlen(value));
}

static uint64_t lost_samples(const struct facts *f)
{
	static const char *const causes[] = { "lost_ring", "lost_map", "lost_busy", "lost_nested" };
	uint64_t lost = 0;

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		lost += facts_number(f, causes[i]);
	return lost;
}

const char *svg_unit(const struct view *view, uint64_t n)
{
	if (view->picture->unit)
		return view->picture->unit;
	if (view->hits)
		return n == 1 ? "hit" : "hits";
	return n == 1 ? "sample" : "samples";
}

void svg_put_subtitle(struct buf *b, const struct view *view)
{
	const struct facts *f = view->facts;
	uint64_t samples = view->trie->nodes[TRIE_ROOT].total, ns = facts_number(f, "duration_ns");
	const char *unit = svg_unit(view, samples);

	if (view->picture->subtitle) {
		text_clean(b, view->picture->subtitle, strlen(view->picture->subtitle));
		buf_put_str(b, " · ");
	}
	svg_put_grouped(b, samples);
	buf_put_byte(b, ' ');
	text_clean(b, unit, strlen(unit));
	if (view->diff) {
		buf_put_str(b, " · before ");
		svg_put_grouped(b, diff_before_all(view->diff));
	}
	if (facts_get(f, "lost_ring")) {
		buf_put_str(b, " · ");
		svg_put_grouped(b, lost_samples(f));
		buf_put_str(b, " lost");
	}
	if (facts_number(f, "frequency") && !view->hits)
		buf_printf(b, " · %" PRIu64 " Hz", facts_number(f, "frequency"));
	if (ns)
		buf_printf(b, " · %" PRIu64 ".%02" PRIu64 " s", ns / 1000000000,
			   ns / 10000000 % 100);
	put_fact(b, view, "hostname");
	put_fact(b, view, "release");
	put_fact(b, view, "cmdline");
}

const char *svg_notes(const struct view *view)
{
	return view->picture->notes ? view->picture->notes : facts_get(view->facts, "notes");
}

void svg_put_look(struct writer *w, const struct view *view)
{
	const struct picture *look = view->picture;

	writer_printf(w, " data-colors=\"%s\" data-font-size=\"%u\" data-min-width=\"",
		      palette_name(svg_palette(view)), look->font_size);
	writer_hundredths(w, look->min_width);
	writer_puts(w, "\"");
	if (look->inverted)
		writer_puts(w, " data-inverted=\"1\"");
	if (look->reverse)
		writer_puts(w, " data-reverse=\"1\"");
}
