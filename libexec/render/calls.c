/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls counted on one walk over the tree. */
#include "config.h"

#include "calls.h"

#include <errno.h>

#include "lib/vec.h"

#define NONE UINT32_MAX

/* The path of the walk, by depth. */
struct step {
	uint32_t function;       /* nearest code at or above, or NONE */
	uint32_t call;           /* from there to here, or NONE */
};

static uint32_t find_call(struct calls *c, uint32_t caller, uint32_t callee)
{
	uint32_t *call = u64_map_put(&c->index, (uint64_t)caller << 32 | callee);

	if (!call || *call != MAP_NONE)
		return call ? *call : NONE;
	if (VEC_PUSH(c->list, c->n, c->cap, ((struct call){ .caller = caller, .callee = callee })))
		return NONE;
	*call = (uint32_t)c->n - 1;
	return *call;
}

/* A node below `above`: its step, and its samples to the call that led there. */
static int enter(struct calls *c, const struct functions *f, const struct trie_node *node,
		 const struct step *above, struct step *step)
{
	uint32_t function = f->of_frame[node->frame];

	*step = (struct step){ function == TRIE_NONE ? above->function : function, NONE };
	if (function == TRIE_NONE || above->function == NONE)
		return 0;
	step->call = find_call(c, above->function, function);
	if (step->call == NONE)
		return -ENOMEM;
	if (c->list[step->call].active++ == 0)
		c->list[step->call].total += node->total;
	return 0;
}

static void leave(struct calls *c, const struct step *step)
{
	if (step->call != NONE)
		c->list[step->call].active--;
}

static int count(struct calls *c, const struct functions *f, const struct trie *t)
{
	CLEANUP_FREE struct step *path = calloc((size_t)t->max_depth + 1, sizeof(*path));
	uint32_t depth = 0;
	int err = path ? 0 : -ENOMEM;

	if (path)
		path[0] = (struct step){ NONE, NONE };
	for (uint32_t i = trie_next(t, TRIE_ROOT); !err && i != TRIE_NONE; i = trie_next(t, i)) {
		const struct trie_node *node = &t->nodes[i];

		for (; depth >= node->depth; depth--)
			leave(c, &path[depth]);
		depth = node->depth;
		err = enter(c, f, node, &path[depth - 1], &path[depth]);
	}
	return err;
}

/* ---- order ---- */

struct order {
	const struct calls *c;
	const struct functions *f;
	bool by_caller;
};

static uint32_t key_of(const struct order *o, const struct call *call)
{
	return o->by_caller ? call->caller : call->callee;
}

static int compare(const void *left, const void *right, void *arg)
{
	const struct order *o = arg;
	const struct call *a = &o->c->list[*(const uint32_t *)left];
	const struct call *b = &o->c->list[*(const uint32_t *)right];

	if (key_of(o, a) != key_of(o, b))
		return key_of(o, a) < key_of(o, b) ? -1 : 1;
	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return o->by_caller ? functions_compare_names(&o->f->list[a->callee],
						      &o->f->list[b->callee])
			    : functions_compare_names(&o->f->list[a->caller],
						      &o->f->list[b->caller]);
}

static int order_calls(struct order *o, uint32_t **by, size_t **first)
{
	size_t n = o->c->n, next = 0;

	*by = calloc(n + 1, sizeof(**by));
	*first = calloc(o->f->n + 1, sizeof(**first));
	if (!*by || !*first)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		(*by)[i] = i;
	qsort_r(*by, n, sizeof(**by), compare, o);
	for (uint32_t i = 0; i <= o->f->n; i++) {
		(*first)[i] = next;
		while (next < n && key_of(o, &o->c->list[(*by)[next]]) == i)
			next++;
	}
	return 0;
}

int calls_init(struct calls *c, const struct functions *f, const struct view *view)
{
	struct order order = { .c = c, .f = f };
	int err;

	*c = (struct calls){ 0 };
	err = count(c, f, view->trie);
	if (!err)
		err = order_calls(&order, &c->by_callee, &c->first_by_callee);
	order.by_caller = true;
	if (!err)
		err = order_calls(&order, &c->by_caller, &c->first_by_caller);
	return err;
}

void calls_release(struct calls *c)
{
	free(c->list);
	free(c->by_caller);
	free(c->by_callee);
	free(c->first_by_caller);
	free(c->first_by_callee);
	u64_map_release(&c->index);
	*c = (struct calls){ 0 };
}
