/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collapsed stacks: "root;…;leaf COUNT", one line per distinct stack, ordered by frame list.  A
 * difference has two counts, before and after, as flamegraph.pl and inferno read them.
 *
 * The format has no escapes, so that its readers (flamegraph.pl, inferno, speedscope and others)
 * agree on a line only when names avoid what they cut at:
 *   ";" becomes ":"; controls become a space; what is not UTF-8 becomes U+FFFD; an empty name is
 *   "[unknown]"; the last space of a name that ends in space and digits becomes "_", for some read
 *   it as a second count; a "#" at the start gets "_" before it, for some take it for a comment;
 *   spaces in names of threads and processes become "_".
 * Kernel frames end in "_[k]", JIT-compiled ones in "_[j]", inlined ones in "_[i]".
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/vec.h"
#include "format.h"
#include "text.h"

/* Text of one escaped name at most; a longer one fails the output. */
#define NAME_MAX_BYTES ((size_t)64 << 20)

static const char *suffix_of(uint32_t kind)
{
	static const char *const suffixes[FRAME_KINDS] = {
		[FRAME_USER] = "", [FRAME_KERNEL] = "_[k]", [FRAME_JIT] = "_[j]",
		[FRAME_INLINED] = "_[i]", [FRAME_LABEL] = ""
	};

	return suffixes[kind];
}

static uint32_t escape_char(uint32_t c, bool no_spaces)
{
	if (c == ';')
		return ':';
	if (text_is_control(c))
		c = ' ';
	return c == ' ' && no_spaces ? '_' : c;
}

static void join_number_at_end(char *s, size_t len)
{
	size_t i = len;

	while (i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9')
		i--;
	if (i > 0 && i < len && s[i - 1] == ' ')
		s[i - 1] = '_';
}

static int escape_name(struct buf *b, const struct trie_frame *f)
{
	bool no_spaces = f->kind == FRAME_LABEL && f->name[0] != '[';
	const char *s = f->name, *end = s + f->len;
	char out[4];

	buf_clear(b);
	if (s == end)
		buf_put_str(b, "[unknown]");
	else if (*s == '#')
		buf_put_byte(b, '_');
	while (s < end)
		buf_put(b, out, text_encode(escape_char(text_next(&s, end), no_spaces), out));
	if (!b->failed)
		join_number_at_end((char *)b->data, b->len);
	buf_put_str(b, suffix_of(f->kind));
	return b->failed;
}

/* The frames of `from` with their names as written; to[frame] is the new index. */
static int escape_frames(const struct trie *from, struct trie *escaped, uint32_t *to)
{
	struct buf name = BUF_INIT(NAME_MAX_BYTES);
	int err = 0;

	for (size_t i = 0; !err && i < from->n_frames; i++) {
		err = escape_name(&name, &from->frames[i]);
		if (err)
			break;
		to[i] = trie_frame(escaped, (char *)name.data, name.len, FRAME_USER);
		if (to[i] == TRIE_NONE)
			err = -ENOMEM;
	}
	buf_release(&name);
	return err;
}

/* Path from the root to node, in frames of the other trie; the root's own has path[0] as it is. */
static size_t path_of(const struct trie *t, uint32_t node, const uint32_t *to, uint32_t *path)
{
	uint32_t depth = t->nodes[node].depth;

	for (uint32_t i = depth; i-- > 0; node = t->nodes[node].parent)
		path[i] = to[t->nodes[node].frame];
	return depth ? depth : 1;
}

/* counts: by node; NULL: the nodes' own. */
static int add_stacks(const struct trie *from, const uint64_t *counts, struct trie *escaped,
		      const uint32_t *to)
{
	CLEANUP_FREE uint32_t *path = calloc((size_t)from->max_depth + 1, sizeof(*path));
	uint32_t unknown = trie_frame(escaped, "[unknown]", 9, FRAME_USER);
	int err = path && unknown != TRIE_NONE ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < from->n_nodes; i++) {
		uint64_t count = counts ? counts[i] : from->nodes[i].self;

		if (!count)
			continue;
		path[0] = unknown;
		err = trie_add(escaped, path, path_of(from, i, to, path), count);
	}
	return err;
}

/* Both counts of a difference, likewise. */
static int merge(const struct view *view, struct trie *escaped, struct diff *d, const uint32_t *to)
{
	int err = 0;

	if (view->diff) {
		err = add_stacks(view->trie, view->diff->before_self, escaped, to);
		if (!err)
			err = diff_take(d, escaped);
	}
	if (!err)
		err = add_stacks(view->trie, NULL, escaped, to);
	if (!err)
		err = trie_finish(escaped);
	if (!err && view->diff)
		err = diff_sum(d, escaped);
	return err;
}

/* ---- lines ---- */

/* The text of the current path: ends[d] is where the text of depth d ends. */
struct line {
	struct buf text;
	size_t *ends;
};

static void enter(struct line *l, const struct trie_frame *f, uint32_t depth)
{
	l->text.len = depth > 1 ? l->ends[depth - 1] : 0;
	if (depth > 1)
		buf_put_byte(&l->text, ';');
	buf_put(&l->text, f->name, f->len);
	l->ends[depth] = l->text.len;
}

static void put_counts(struct writer *w, const uint64_t *before, uint64_t count)
{
	writer_put(w, " ", 1);
	if (before) {
		writer_number(w, *before);
		writer_put(w, " ", 1);
	}
	writer_number(w, count);
	writer_put(w, "\n", 1);
}

/* before: by node, the first count of a difference; or NULL. */
static int put_lines(const struct trie *t, const uint64_t *before, const uint32_t *to,
		     const struct trie *names, struct writer *w)
{
	struct line line = { .text = BUF_INIT((size_t)1 << 30) };
	int err;

	line.ends = calloc((size_t)t->max_depth + 1, sizeof(*line.ends));
	if (!line.ends)
		return -ENOMEM;
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		const struct trie_node *node = &t->nodes[i];

		enter(&line, &names->frames[to ? to[node->frame] : node->frame], node->depth);
		if (!node->self && !(before && before[i]))
			continue;
		writer_put(w, line.text.data, line.text.len);
		put_counts(w, before ? &before[i] : NULL, node->self);
	}
	err = line.text.failed;
	buf_release(&line.text);
	free(line.ends);
	return err;
}

/*
 * Where every frame keeps a name of its own the stacks are those of the view; where two become
 * equal, or samples have no frame at all and become "[unknown]", they are merged anew.
 */
static bool is_as_given(const struct view *view, const struct trie *escaped)
{
	return escaped->n_frames == view->trie->n_frames && !view->trie->nodes[TRIE_ROOT].self &&
	       !(view->diff && view->diff->before_self[TRIE_ROOT]);
}

static int write_collapsed(const struct view *view, struct writer *w)
{
	const struct trie *t = view->trie;
	CLEANUP_FREE uint32_t *to = calloc(t->n_frames + 1, sizeof(*to));
	struct diff merged = { 0 };
	struct trie escaped;
	int err = trie_init(&escaped);

	if (err)
		return err;
	/* No stack begins so, and none ends so: its readers skip the line. */
	if (view->incomplete)
		writer_printf(w, "# incomplete (%s)\n", view->incomplete);
	err = to ? escape_frames(t, &escaped, to) : -ENOMEM;
	if (!err && is_as_given(view, &escaped)) {
		err = put_lines(t, view->diff ? view->diff->before_self : NULL, to, &escaped, w);
	} else if (!err) {
		err = merge(view, &escaped, &merged, to);
		if (!err)
			err = put_lines(&escaped, merged.before_self, NULL, &escaped, w);
	}
	diff_release(&merged);
	trie_release(&escaped);
	return err;
}

const struct render_format format_collapsed = {
	.name = "collapsed", .write = write_collapsed, .shows_difference = true
};
