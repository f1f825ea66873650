/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * speedscope's own format, by its file-format-schema.json (npm package speedscope): sampled
 * profiles with a weighted sample for each distinct stack, in the order of the tree.  The first has
 * all samples; where there is more than one thread each has a profile, too, as speedscope cannot
 * put profiles together.
 *
 * speedscope tells functions apart by name and file: a frame's file is the program, library or
 * kernel module that it is in.  Samples without any frame are in "[unknown]", as they are in
 * collapsed stacks.
 */
#include "config.h"

#include "speedscope.h"

#include <errno.h>
#include <inttypes.h>

#include "lib/i18n.h"
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

/* The stack of a node: frames from the root, one at least.  path has room for the deepest. */
static void put_stack(struct writer *w, const struct trie *t, uint32_t node, uint32_t *path)
{
	uint32_t depth = t->nodes[node].depth, n = depth ? depth : 1;

	path[0] = (uint32_t)t->n_frames;
	for (uint32_t i = node, d = depth; d > 0; i = t->nodes[i].parent)
		path[--d] = t->nodes[i].frame;
	for (uint32_t d = 0; d < n; d++) {
		writer_puts(w, d ? "," : "[");
		writer_number(w, path[d]);
	}
	writer_puts(w, "]");
}

/* Of each node that has samples of its own. */
static void put_stacks(struct writer *w, const struct trie *t, uint32_t *path)
{
	const char *before = "";

	for (uint32_t i = TRIE_ROOT; i != TRIE_NONE; i = trie_next(t, i)) {
		if (!t->nodes[i].self)
			continue;
		writer_puts(w, before);
		before = ",\n";
		put_stack(w, t, i, path);
	}
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

static void put_range(struct writer *w, uint64_t total)
{
	writer_puts(w, ",\"unit\":\"none\",\"startValue\":0,\"endValue\":");
	writer_number(w, total);
	writer_puts(w, ",\n\"samples\":[");
}

static int put_all(struct writer *w, const struct view *view, uint32_t *path)
{
	int err;

	writer_puts(w, "{\"type\":\"sampled\",");
	err = put_name(w, view);
	if (err)
		return err;
	put_range(w, view->trie->nodes[TRIE_ROOT].total);
	put_stacks(w, view->trie, path);
	writer_puts(w, "],\n\"weights\":[");
	put_weights(w, view->trie);
	writer_puts(w, "]}");
	return 0;
}

/* "name (id)", as the page has it. */
static int put_thread_name(struct writer *w, const struct samples *s, const struct sample_labels *l)
{
	struct buf name = BUF_INIT((size_t)1 << 20);
	int64_t id = l->tid != SAMPLES_NO_NUMBER ? l->tid : l->pid;
	int err;

	buf_put_str(&name, l->comm == SAMPLES_NONE ? _("thread") : samples_text(s, l->comm));
	if (id != SAMPLES_NO_NUMBER)
		buf_printf(&name, " (%" PRId64 ")", id);
	buf_put_byte(&name, 0);
	writer_puts(w, "\"name\":");
	err = name.failed ? name.failed : json_string(w, (char *)name.data);
	buf_release(&name);
	return err;
}

static int put_thread(struct writer *w, const struct view *view, const struct threads *t,
		      const struct thread_stacks *thread, uint32_t *path)
{
	const struct thread_stack *stacks = t->stacks + thread->first;
	int err;

	writer_puts(w, ",\n{\"type\":\"sampled\",");
	err = put_thread_name(w, view->samples, &thread->labels);
	if (err)
		return err;
	put_range(w, thread->total);
	for (size_t i = 0; i < thread->n; i++) {
		if (i)
			writer_puts(w, ",\n");
		put_stack(w, view->trie, stacks[i].node, path);
	}
	writer_puts(w, "],\n\"weights\":[");
	for (size_t i = 0; i < thread->n; i++) {
		if (i)
			writer_puts(w, ",");
		writer_number(w, stacks[i].count);
	}
	writer_puts(w, "]}");
	return 0;
}

static int put_threads(struct writer *w, const struct view *view, uint32_t *path)
{
	struct threads threads = { .n = 0 };
	int err = threads_find(&threads, view);

	for (size_t i = 0; !err && threads.n > 1 && i < threads.n; i++)
		err = put_thread(w, view, &threads, &threads.threads[threads.order[i]], path);
	threads_release(&threads);
	return err;
}

static int put_profiles(struct writer *w, const struct view *view)
{
	CLEANUP_FREE uint32_t *path = calloc((size_t)view->trie->max_depth + 1, sizeof(*path));
	int err;

	if (!path)
		return -ENOMEM;
	writer_puts(w, "\"profiles\":[");
	err = put_all(w, view, path);
	if (!err)
		err = put_threads(w, view, path);
	writer_puts(w, "]");
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
		err = put_profiles(w, view);
	writer_puts(w, ",\n");
	if (!err)
		err = put_name(w, view);
	writer_puts(w, ",\n\"activeProfileIndex\":0,\"exporter\":\"profile-bee "
		    PACKAGE_VERSION "\"}\n");
	json_names_release(&names);
	return err;
}

const struct render_format format_speedscope = {
	.name = "speedscope", .write = write_speedscope, .needs_labels = true
};
