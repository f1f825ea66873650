/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plain picture: what viewers without scripts show.
 *
 * Drawn is what has at least the least width, half a pixel by default, so its size follows the
 * picture's width and not the profile's.  Thinner neighbours under one parent become one hatched
 * box with their number.
 */
#include "config.h"

#include "svg.h"

#include <errno.h>
#include <string.h>

#include "short-name.h"
#include "text.h"

#define RUN_LEAST_WIDTH 0.1
#define CHAR_PIXELS 0.61      /* of a monospace font 1 px high */
#define TEXT_LEAST_CHARS 3
#define TITLE_CHARS 400

/* Neighbours too thin to draw. */
struct run {
	uint32_t depth;
	uint64_t start, size;    /* as of nodes */
	struct svg_count count;
	uint64_t frames;         /* theirs and those above them */
};

struct drawing {
	struct writer *w;        /* NULL: measure only */
	const struct view *view;
	const struct trie *t;
	const struct svg_names *names;
	uint64_t *cursor;        /* by depth: where the next node begins, by size */
	double scale;            /* pixels of a unit of size */
	double least_width;      /* of a frame, in pixels */
	unsigned row, font_size; /* pixels */
	uint32_t depth;          /* of the highest box */
	struct run run;
	struct buf text;         /* what is shown of a name */
	int err;                 /* the first that is not the writer's */
};

static void put_pixels(struct writer *w, const char *attribute, double value)
{
	writer_puts(w, attribute);
	writer_hundredths(w, value > 0 ? (uint64_t)(value * 100 + 0.5) : 0);
}

/* Boxes are a little narrower than their share, so that neighbours can be told apart. */
static double box_width(double width)
{
	return width > 2 ? width - 0.5 : width;
}

static void put_box(const struct drawing *p, const char *element, double x, double width,
		    uint32_t depth)
{
	uint32_t row = p->view->picture->inverted ? depth : p->depth - depth;

	writer_puts(p->w, element);
	put_pixels(p->w, " x=\"", x);
	put_pixels(p->w, "\" y=\"", SVG_TOP + (double)row * p->row);
	put_pixels(p->w, "\" width=\"", box_width(width));
	writer_puts(p->w, "\" height=\"");
	writer_number(p->w, p->row - 1);
	writer_puts(p->w, "\"");
}

static struct svg_count count_of(const struct view *view, uint32_t node)
{
	const struct diff *d = view->diff;
	struct svg_count count = { .samples = view->trie->nodes[node].total };

	if (d) {
		count.before = d->before_total[node];
		count.is_noise = !(d->changed[node] & DIFF_TOTAL);
	}
	return count;
}

static void put_title(struct drawing *p, uint32_t node, const char *name, size_t len)
{
	struct svg_count count = count_of(p->view, node);
	bool all;
	size_t shown = text_prefix(name, len, TITLE_CHARS, &all);

	writer_puts(p->w, "<title>");
	text_put_xml(p->w, name, shown);
	writer_puts(p->w, all ? " (" : "… (");
	svg_put_count(p->w, p->view, &count);
	writer_puts(p->w, ")</title>");
}

/* Characters that fit; 0 when too few to mean anything. */
static size_t chars_that_fit(const struct drawing *p, double width)
{
	double chars = (width - 5) / (CHAR_PIXELS * p->font_size);

	return chars < TEXT_LEAST_CHARS ? 0 : (size_t)chars;
}

static void put_text(struct drawing *p, const char *name, size_t len, size_t chars)
{
	const char *text;
	size_t shown;
	bool all;

	buf_clear(&p->text);
	short_name(&p->text, name, len, chars);
	if (!p->err)
		p->err = p->text.failed;
	text = (char *)p->text.data;
	shown = text_prefix(text, p->text.len, chars, &all);
	if (!all)
		shown = text_prefix(text, p->text.len, chars - 1, &all);
	writer_puts(p->w, "<text x=\"3\" y=\"");
	writer_number(p->w, p->row - SVG_BASELINE);
	writer_puts(p->w, "\">");
	text_put_xml(p->w, text, shown);
	writer_puts(p->w, shown < p->text.len ? "…</text>" : "</text>");
}

static void put_class(struct drawing *p, uint32_t node)
{
	struct svg_color color = svg_color_of(p->view, p->names, node);

	writer_puts(p->w, " class=\"f ");
	writer_put(p->w, &color.hue, 1);
	writer_number(p->w, color.shade);
	writer_puts(p->w, "\"");
}

static void put_frame(struct drawing *p, uint32_t node, double x, double width)
{
	uint32_t frame = p->t->nodes[node].frame;
	const struct svg_frame *f = frame == TRIE_NONE ? NULL : &p->names->frames[frame];
	const char *name = f ? (char *)p->names->text.data + f->first : "all";
	size_t len = f ? f->len : 3;
	size_t chars = chars_that_fit(p, width);

	put_box(p, chars ? "<svg" : "<rect", x, width, p->t->nodes[node].depth);
	if (chars) {
		writer_puts(p->w, "><rect width=\"100%\" height=\"");
		writer_number(p->w, p->row - 1);
		writer_puts(p->w, "\"");
	}
	put_class(p, node);
	writer_puts(p->w, chars ? "/>" : ">");
	put_title(p, node, name, len);
	if (chars)
		put_text(p, name, len, chars);
	writer_puts(p->w, chars ? "</svg>\n" : "</rect>\n");
}

static void put_run(struct drawing *p, const struct run *run, double width)
{
	put_box(p, "<rect", (double)run->start * p->scale, width, run->depth);
	writer_puts(p->w, " class=\"thin\"><title>");
	writer_grouped(p->w, run->frames);
	writer_puts(p->w, run->frames == 1 ? " narrow frame (" : " narrow frames (");
	svg_put_count(p->w, p->view, &run->count);
	writer_puts(p->w, ")</title></rect>\n");
}

static void end_run(struct drawing *p)
{
	double width = (double)p->run.size * p->scale;

	if (p->run.size && width >= RUN_LEAST_WIDTH) {
		if (p->run.depth > p->depth)
			p->depth = p->run.depth;
		if (p->w)
			put_run(p, &p->run, width);
	}
	p->run.size = 0;
}

static uint64_t count_subtree(const struct trie *t, uint32_t node)
{
	uint32_t end = trie_skip(t, node);
	uint64_t n = 0;

	for (; node != end; node = trie_next(t, node))
		n++;
	return n;
}

static void add_to_run(struct drawing *p, uint32_t node, uint64_t start)
{
	uint32_t depth = p->t->nodes[node].depth;
	struct svg_count count = count_of(p->view, node);

	if (p->run.size && (p->run.depth != depth || p->run.start + p->run.size != start))
		end_run(p);
	if (!p->run.size)
		p->run = (struct run){ .depth = depth, .start = start };
	p->run.size += svg_size(p->view, node);
	p->run.count.samples += count.samples;
	p->run.count.before += count.before;
	if (p->w)
		p->run.frames += count_subtree(p->t, node);
}

/* Draws node when it is wide enough; returns the next one to look at. */
static uint32_t draw(struct drawing *p, uint32_t node)
{
	const struct trie_node *n = &p->t->nodes[node];
	uint64_t start = p->cursor[n->depth], size = svg_size(p->view, node);
	double width = (double)size * p->scale;

	p->cursor[n->depth] += size;
	if (width < p->least_width) {
		add_to_run(p, node, start);
		return trie_skip(p->t, node);
	}
	p->cursor[n->depth + 1] = start;
	end_run(p);
	if (n->depth > p->depth)
		p->depth = n->depth;
	if (p->w)
		put_frame(p, node, (double)start * p->scale, width);
	return trie_next(p->t, node);
}

static int walk(struct drawing *p)
{
	p->cursor = calloc((size_t)p->t->max_depth + 2, sizeof(*p->cursor));
	if (!p->cursor)
		return -ENOMEM;
	for (uint32_t node = TRIE_ROOT; node != TRIE_NONE; )
		node = draw(p, node);
	end_run(p);
	free(p->cursor);
	buf_release(&p->text);
	return p->err;
}

static void init(struct drawing *p, const struct view *view)
{
	const struct picture *look = view->picture;

	*p = (struct drawing){
		.view = view, .t = view->trie, .row = svg_row(look), .font_size = look->font_size,
		.least_width = look->min_width / 100.0,
		.scale = (look->width - 2.0 * SVG_MARGIN) /
			 (double)svg_size(view, TRIE_ROOT),
		.text = BUF_INIT((size_t)1 << 30)
	};
}

static int measure(const struct view *view, uint32_t *depth)
{
	struct drawing p;
	int err;

	init(&p, view);
	err = svg_size(view, TRIE_ROOT) ? walk(&p) : 0;
	*depth = p.depth;
	return err;
}

unsigned svg_picture_height(const struct view *view)
{
	uint32_t depth = 0;

	if (measure(view, &depth))
		return 0;
	return SVG_TOP + (depth + 1) * svg_row(view->picture) + SVG_BOTTOM;
}

int svg_put_frames(struct writer *w, const struct view *view, const struct svg_names *names)
{
	struct drawing p;
	uint32_t depth;
	int err = measure(view, &depth);

	init(&p, view);
	p.w = w;
	p.names = names;
	p.depth = depth;
	if (!err)
		err = walk(&p);
	return err;
}
