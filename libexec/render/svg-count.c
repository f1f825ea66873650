/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many samples a frame has, in words, and in a difference how many it had. */
#include "config.h"

#include "svg.h"

#include <string.h>

#include "text.h"

static void put_percent(struct writer *w, double share)
{
	writer_hundredths(w, (uint64_t)(share * 10000 + 0.5));
	writer_puts(w, "%");
}

static void put_unit(struct writer *w, const struct view *view, uint64_t samples)
{
	struct buf b = BUF_INIT((size_t)1 << 20);
	const char *unit = svg_unit(view, samples);

	if (!view->picture->unit) {
		writer_puts(w, unit);
		return;
	}
	text_clean(&b, unit, strlen(unit));
	text_put_xml(w, (char *)b.data, b.len);
	buf_release(&b);
}

/* "+1.23%", "−0.45%" or "±0.00%". */
static void put_change(struct writer *w, double change)
{
	uint64_t hundredths = (uint64_t)((change < 0 ? -change : change) * 10000 + 0.5);

	writer_puts(w, hundredths == 0 ? "±" : change < 0 ? "−" : "+");
	writer_hundredths(w, hundredths);
	writer_puts(w, "%");
}

double svg_change(const struct view *view, uint64_t samples, uint64_t before)
{
	return diff_share(samples, view->trie->nodes[TRIE_ROOT].total) -
	       diff_share(before, diff_before_all(view->diff));
}

void svg_put_count(struct writer *w, const struct view *view, const struct svg_count *count)
{
	writer_grouped(w, count->samples);
	writer_put(w, " ", 1);
	put_unit(w, view, count->samples);
	writer_puts(w, ", ");
	put_percent(w, diff_share(count->samples, view->trie->nodes[TRIE_ROOT].total));
	if (!view->diff)
		return;
	writer_puts(w, ", before ");
	writer_grouped(w, count->before);
	writer_puts(w, " (");
	put_percent(w, diff_share(count->before, diff_before_all(view->diff)));
	writer_puts(w, "), ");
	put_change(w, svg_change(view, count->samples, count->before));
	if (count->is_noise)
		writer_puts(w, " within noise");
	else if (!count->samples)
		writer_puts(w, " vanished");
}
