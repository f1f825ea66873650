/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree as JSON for d3-flame-graph (github.com/spiermar/d3-flame-graph) and what reads its
 * input: {"name","value","libtype","children"}.
 *
 * A value is that of the whole subtree (selfValue(false), its default); libtype is "kernel", "jit"
 * or "inlined", absent for other code and for labels.  The root, "all", also has "unit" (samples
 * or hits) and, when the input was not whole, "incomplete" with the reason.
 */
#include "config.h"

#include "format.h"
#include "json.h"

static const char *const libtypes[FRAME_KINDS] = {
	[FRAME_KERNEL] = ",\"libtype\":\"kernel\"", [FRAME_JIT] = ",\"libtype\":\"jit\"",
	[FRAME_INLINED] = ",\"libtype\":\"inlined\""
};

static int put_root(struct writer *w, const struct view *view)
{
	int err = 0;

	writer_puts(w, "{\"name\":\"all\",\"value\":");
	writer_number(w, view->trie->nodes[TRIE_ROOT].total);
	writer_puts(w, view->hits ? ",\"unit\":\"hits\"" : ",\"unit\":\"samples\"");
	if (view->incomplete) {
		writer_puts(w, ",\"incomplete\":");
		err = json_string(w, view->incomplete);
	}
	return err;
}

static void put_node(struct writer *w, const struct trie *t, const struct json_names *names,
		     const struct trie_node *node)
{
	const char *libtype = libtypes[t->frames[node->frame].kind];

	writer_puts(w, "{\"name\":");
	json_name(w, names, node->frame);
	writer_puts(w, ",\"value\":");
	writer_number(w, node->total);
	if (libtype)
		writer_puts(w, libtype);
}

/* From a node of this depth to the next one, or to the end at depth 0. */
static void put_between(struct writer *w, uint32_t from, uint32_t to)
{
	if (to > from) {
		writer_puts(w, ",\"children\":[");
		return;
	}
	writer_puts(w, "}");
	for (; from > to; from--)
		writer_puts(w, "]}");
	writer_puts(w, to ? ",\n" : "\n");
}

static int write_tree(const struct view *view, struct writer *w, const struct json_names *names)
{
	const struct trie *t = view->trie;
	uint32_t depth = 0;
	int err = put_root(w, view);

	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		put_between(w, depth, t->nodes[i].depth);
		put_node(w, t, names, &t->nodes[i]);
		depth = t->nodes[i].depth;
	}
	put_between(w, depth, 0);
	return err;
}

static int write_d3(const struct view *view, struct writer *w)
{
	struct json_names names;
	int err = json_names_init(&names, view->trie);

	if (!err)
		err = write_tree(view, w, &names);
	json_names_release(&names);
	return err;
}

const struct render_format format_d3 = { .name = "json", .write = write_d3 };
