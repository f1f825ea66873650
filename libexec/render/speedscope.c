/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * speedscope's own format, by its file-format-schema.json (npm package speedscope): one sampled
 * profile with a weighted sample for each distinct stack, in the order of the tree.
 *
 * speedscope tells functions apart by name and file: a frame's file is the program, library or
 * kernel module that it is in.  Samples without any frame are in "[unknown]", as they are in
 * collapsed stacks.
 */
#include "config.h"

#include <errno.h>

#include "lib/i18n.h"
#include "format.h"
#include "json.h"

static int put_frames(struct writer *w, const struct view *view, const struct json_names *names)
{
	const struct trie *t = view->trie;
	int err = 0;

	writer_puts(w, "\"shared\":{\"frames\":[");
	for (uint32_t i = 0; !err && i < t->n_frames; i++) {
		writer_puts(w, i ? ",\n{\"name\":" : "\n{\"name\":");
		json_name(w, names, i);
		if (view->modules[i]) {
			writer_puts(w, ",\"file\":");
			err = json_string(w, view->modules[i]);
		}
		writer_puts(w, "}");
	}
	if (t->nodes[TRIE_ROOT].self) {
		writer_puts(w, t->n_frames ? ",\n" : "\n");
		writer_puts(w, "{\"name\":\"[unknown]\"}");
	}
	writer_puts(w, "\n]},\n");
	return err;
}

/* One frame at least. */
static void put_stack(struct writer *w, const uint32_t *path, uint32_t depth)
{
	writer_puts(w, "[");
	writer_number(w, path[0]);
	for (uint32_t d = 1; d < depth; d++) {
		writer_puts(w, ",");
		writer_number(w, path[d]);
	}
	writer_puts(w, "]");
}

/* The stack of each node that has samples of its own: frames from the root. */
static int put_stacks(struct writer *w, const struct trie *t)
{
	CLEANUP_FREE uint32_t *path = calloc((size_t)t->max_depth + 1, sizeof(*path));
	const char *before = "";

	if (!path)
		return -ENOMEM;
	for (uint32_t i = TRIE_ROOT; i != TRIE_NONE; i = trie_next(t, i)) {
		const struct trie_node *node = &t->nodes[i];

		path[node->depth ? node->depth - 1 : 0] = i ? node->frame : (uint32_t)t->n_frames;
		if (!node->self)
			continue;
		writer_puts(w, before);
		before = ",\n";
		put_stack(w, path, node->depth);
	}
	return 0;
}

static void put_weights(struct writer *w, const struct trie *t)
{
	const char *before = "";

	for (uint32_t i = TRIE_ROOT; i != TRIE_NONE; i = trie_next(t, i)) {
		if (!t->nodes[i].self)
			continue;
		writer_puts(w, before);
		before = ",";
		writer_number(w, t->nodes[i].self);
	}
}

/* What speedscope shows above the picture; it has no other place for a warning. */
static int put_name(struct writer *w, const struct view *view)
{
	struct buf name = BUF_INIT((size_t)1 << 20);
	int err;

	if (view->incomplete)
		buf_printf(&name, _("Incomplete: %s: "), view->incomplete);
	buf_put_str(&name, view->title);
	if (view->hits)
		buf_put_str(&name, _(" (hits of probes)"));
	buf_put_byte(&name, 0);
	writer_puts(w, "\"name\":");
	err = name.failed ? name.failed : json_string(w, (char *)name.data);
	buf_release(&name);
	return err;
}

static int put_profile(struct writer *w, const struct view *view)
{
	int err;

	writer_puts(w, "\"profiles\":[{\"type\":\"sampled\",");
	err = put_name(w, view);
	if (err)
		return err;
	writer_puts(w, ",\"unit\":\"none\",\"startValue\":0,\"endValue\":");
	writer_number(w, view->trie->nodes[TRIE_ROOT].total);
	writer_puts(w, ",\n\"samples\":[");
	err = put_stacks(w, view->trie);
	writer_puts(w, "],\n\"weights\":[");
	put_weights(w, view->trie);
	writer_puts(w, "]}]");
	return err;
}

static int write_speedscope(const struct view *view, struct writer *w)
{
	struct json_names names;
	int err = json_names_init(&names, view->trie);

	writer_puts(w, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n");
	if (!err)
		err = put_frames(w, view, &names);
	if (!err)
		err = put_profile(w, view);
	writer_puts(w, ",\n");
	if (!err)
		err = put_name(w, view);
	writer_puts(w, ",\n\"activeProfileIndex\":0,\"exporter\":\"profile-bee "
		    PACKAGE_VERSION "\"}\n");
	json_names_release(&names);
	return err;
}

const struct render_format format_speedscope = { .name = "speedscope", .write = write_speedscope };
