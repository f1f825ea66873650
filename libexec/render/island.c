/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data island: names, and columns of varints. */
#include "config.h"

#include "island.h"

#include <errno.h>
#include <string.h>

#include "lib/map.h"
#include "island-bytes.h"
#include "island-labels.h"
#include "pack.h"
#include "text.h"

#define SECTION_MAX ((size_t)1 << 31)

/* What a name has called so far.  Most call few, which are found soonest by looking at all. */
#define FEW 7
struct callees {
	uint32_t n;
	uint32_t first[FEW];
};

struct island {
	struct buf section[ISLAND_SECTIONS];
	uint32_t *order;         /* names: frames of the trie, ordered */
	uint32_t *place;         /* by frame: index into order */
	struct callees *callees; /* by caller's place; the last are the root's */
	struct u64_map more;     /* (caller, callee) -> n-th: those beyond the first few */
};

/* ---- sections ---- */

static void put_fact(struct buf *b, const char *key, const char *value)
{
	buf_put_str(b, key);
	buf_put_byte(b, ' ');
	text_clean(b, value, strlen(value));
	buf_put_byte(b, '\n');
}

static void put_facts(struct buf *b, const struct view *view)
{
	put_fact(b, "title", view->title);
	buf_put_str(b, "subtitle ");
	svg_put_subtitle(b, view);
	buf_put_byte(b, '\n');
	put_fact(b, "unit", svg_unit(view, 0));
	if (svg_notes(view))
		put_fact(b, "notes", svg_notes(view));
	if (view->incomplete)
		put_fact(b, "incomplete", view->incomplete);
	for (size_t i = 0; i < view->facts->keys.n; i++)
		put_fact(b, view->facts->keys.keys[i].bytes, view->facts->values[i]);
}

static void put_line(struct buf *b, const char *text, size_t len)
{
	island_put_text(b, text, len);
	buf_put_byte(b, '\n');
}

static void put_names(struct island *is, const struct trie *t, const struct svg_names *names)
{
	trie_order_frames(t, is->order);
	for (uint32_t i = 0; i < t->n_frames; i++) {
		uint32_t frame = is->order[i];
		const struct svg_frame *look = &names->frames[frame];

		is->place[frame] = i;
		put_line(&is->section[ISLAND_NAMES], t->frames[frame].name, t->frames[frame].len);
		buf_put_byte(&is->section[ISLAND_KINDS],
			     (uint8_t)(look->kind | look->shade << 3));
	}
}

/* The modules of the names, each told once; nothing where none is known. */
static int put_modules(struct island *is, const struct view *view)
{
	struct map seen = { 0 };
	int err = 0;

	for (size_t i = 0; !err && i < view->trie->n_frames; i++) {
		const char *module = view->modules[is->order[i]];
		uint32_t id = MAP_NONE;
		bool is_new = false;

		if (module) {
			id = map_intern(&seen, module, strlen(module), &is_new);
			err = id == MAP_NONE ? -ENOMEM : 0;
		}
		if (is_new)
			put_line(&is->section[ISLAND_MODULES], module, strlen(module));
		island_put_varint(&is->section[ISLAND_MODULE],
				  id == MAP_NONE ? 0 : (uint64_t)id + 1);
	}
	if (!seen.n)
		buf_clear(&is->section[ISLAND_MODULE]);
	map_release(&seen);
	return err;
}

/* Which of the caller's callees it is; MAP_NONE: a new one, which is the last from now on. */
static int find_callee(struct island *is, uint32_t caller, uint32_t callee, uint32_t *nth)
{
	struct callees *known = &is->callees[caller];
	uint32_t few = known->n < FEW ? known->n : FEW, *more;

	for (*nth = 0; *nth < few; ++*nth)
		if (known->first[*nth] == callee)
			return 0;
	*nth = MAP_NONE;
	if (few < FEW) {
		known->first[known->n++] = callee;
		return 0;
	}
	more = u64_map_put(&is->more, (uint64_t)caller << 32 | callee);
	if (!more)
		return -ENOMEM;
	*nth = *more;
	if (*more == MAP_NONE)
		*more = known->n++;
	return 0;
}

static int put_callee(struct island *is, uint32_t caller, uint32_t callee)
{
	uint32_t nth;
	int err = find_callee(is, caller, callee, &nth);

	if (err)
		return err;
	if (nth != MAP_NONE) {
		island_put_varint(&is->section[ISLAND_CALLEE], (uint64_t)nth + 1);
		return 0;
	}
	island_put_varint(&is->section[ISLAND_CALLEE], 0);
	island_put_varint(&is->section[ISLAND_CALLEE], callee);
	return 0;
}

static int put_nodes(struct island *is, const struct trie *t)
{
	uint32_t before = 0;     /* depth of the node before */

	island_put_varint(&is->section[ISLAND_SELF], t->nodes[TRIE_ROOT].self);
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		const struct trie_node *node = &t->nodes[i];
		uint32_t caller = t->nodes[node->parent].frame;
		int err = put_callee(is, caller == TRIE_NONE ? (uint32_t)t->n_frames :
				     is->place[caller], is->place[node->frame]);

		if (err)
			return err;
		island_put_varint(&is->section[ISLAND_UP], before + 1 - node->depth);
		island_put_varint(&is->section[ISLAND_SELF], node->self);
		before = node->depth;
	}
	return 0;
}

/* What the profile before was; its facts' keys begin with "before_". */
static void put_facts_before(struct buf *b, const struct facts *facts)
{
	for (size_t i = 0; i < facts->keys.n; i++) {
		buf_put_str(b, "before_");
		put_fact(b, facts->keys.keys[i].bytes, facts->values[i]);
	}
}

static void put_difference(struct island *is, const struct trie *t, const struct diff *d)
{
	put_facts_before(&is->section[ISLAND_FACTS], &d->facts);
	for (uint32_t i = TRIE_ROOT; i != TRIE_NONE; i = trie_next(t, i)) {
		island_put_varint(&is->section[ISLAND_BEFORE], d->before_self[i]);
		buf_put_byte(&is->section[ISLAND_CHANGED], d->changed[i]);
	}
}

static int fill_sections(struct island *is, const struct view *view, const struct svg_names *names)
{
	const struct trie *t = view->trie;
	int err;

	for (int i = 0; i < ISLAND_SECTIONS; i++)
		is->section[i] = BUF_INIT(SECTION_MAX);
	is->order = calloc(t->n_frames + 1, sizeof(*is->order));
	is->place = calloc(t->n_frames + 1, sizeof(*is->place));
	is->callees = calloc(t->n_frames + 1, sizeof(*is->callees));
	if (!is->order || !is->place || !is->callees)
		return -ENOMEM;
	put_facts(&is->section[ISLAND_FACTS], view);
	put_names(is, t, names);
	err = put_modules(is, view);
	if (!err)
		err = put_nodes(is, t);
	if (!err && view->samples)
		err = island_put_labels(&is->section[ISLAND_LABELS], &is->section[ISLAND_SAMPLES],
					view);
	if (!err && view->diff)
		put_difference(is, t, view->diff);
	for (int i = 0; !err && i < ISLAND_SECTIONS; i++)
		err = is->section[i].failed;
	return err;
}

static void release_island(struct island *is)
{
	for (int i = 0; i < ISLAND_SECTIONS; i++)
		buf_release(&is->section[i]);
	u64_map_release(&is->more);
	free(is->order);
	free(is->place);
	free(is->callees);
}

int island_put(struct writer *w, const struct view *view, const struct svg_names *names)
{
	struct island is = { 0 };
	int err = fill_sections(&is, view, names);

	if (!err)
		err = pack_sections(w, is.section, ISLAND_SECTIONS);
	release_island(&is);
	return err;
}
