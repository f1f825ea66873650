/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples by function. */
#include "config.h"

#include "functions.h"

#include <errno.h>
#include <string.h>

#include "lib/map.h"
#include "lib/vec.h"

static int add_function(struct functions *f, struct map *names, const struct view *view,
			uint32_t frame)
{
	const struct trie_frame *t = &view->trie->frames[frame];
	bool is_kernel = t->kind == FRAME_KERNEL, added;
	CLEANUP_FREE char *key = malloc((size_t)t->len + 1);
	uint32_t id;

	if (!key)
		return -ENOMEM;
	memcpy(key, t->name, t->len);
	key[t->len] = (char)is_kernel;
	id = map_intern(names, key, (size_t)t->len + 1, &added);
	if (id == MAP_NONE)
		return -ENOMEM;
	f->of_frame[frame] = id;
	if (!added) {
		if (!f->list[id].module)
			f->list[id].module = view->modules[frame];
		return 0;
	}
	return VEC_PUSH(f->list, f->n, f->cap, ((struct function){
		.name = t->name, .len = t->len, .is_kernel = is_kernel,
		.module = view->modules[frame]
	}));
}

static int add_functions(struct functions *f, const struct view *view)
{
	const struct trie *t = view->trie;
	struct map names = { 0 };
	int err = 0;

	f->of_frame = calloc(t->n_frames + 1, sizeof(*f->of_frame));
	if (!f->of_frame)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < t->n_frames; i++) {
		if (t->frames[i].kind == FRAME_LABEL)
			f->of_frame[i] = TRIE_NONE;
		else
			err = add_function(f, &names, view, i);
	}
	map_release(&names);
	return err;
}

/* ---- counting ---- */

static struct function *function_of(const struct functions *f, const struct trie *t, uint32_t node)
{
	uint32_t frame = t->nodes[node].frame, i;

	if (frame == TRIE_NONE)
		return NULL;
	i = f->of_frame[frame];
	return i == TRIE_NONE ? NULL : &f->list[i];
}

/* One on the path already, by recursion, has its time counted there. */
static void enter(struct functions *f, const struct view *view, uint32_t node)
{
	struct function *function = function_of(f, view->trie, node);
	const struct trie_node *n = &view->trie->nodes[node];
	bool is_first = function && function->active++ == 0;

	if (!function)
		return;
	function->self += n->self;
	if (is_first)
		function->total += n->total;
	if (!view->diff)
		return;
	function->before_self += view->diff->before_self[node];
	if (is_first)
		function->before_total += view->diff->before_total[node];
}

static void leave(struct functions *f, const struct trie *t, uint32_t node)
{
	struct function *function = function_of(f, t, node);

	if (function)
		function->active--;
}

static void count(struct functions *f, const struct view *view)
{
	const struct trie *t = view->trie;
	uint32_t before = TRIE_ROOT;

	f->all = t->nodes[TRIE_ROOT].total;
	f->before_all = view->diff ? diff_before_all(view->diff) : 0;
	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = trie_next(t, i)) {
		for (; t->nodes[before].depth >= t->nodes[i].depth;
		     before = t->nodes[before].parent)
			leave(f, t, before);
		enter(f, view, i);
		before = i;
	}
	for (; before != TRIE_ROOT; before = t->nodes[before].parent)
		leave(f, t, before);
}

int functions_init(struct functions *f, const struct view *view)
{
	int err;

	*f = (struct functions){ 0 };
	err = add_functions(f, view);
	if (!err)
		count(f, view);
	return err;
}

void functions_release(struct functions *f)
{
	free(f->list);
	free(f->of_frame);
	*f = (struct functions){ 0 };
}

int functions_compare_names(const struct function *a, const struct function *b)
{
	int order = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);

	if (order || a->len != b->len)
		return order ? order : (a->len > b->len) - (a->len < b->len);
	return (int)a->is_kernel - (int)b->is_kernel;
}
