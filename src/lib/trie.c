/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stack trie: interning of frames, merging of stacks, totals and the order of children. */
#include "config.h"

#include "lib/trie.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/map.h"
#include "lib/vec.h"

/*
 * Finding a child.  Most nodes have one or two children, and a stack that was added at once has its
 * nodes side by side in memory, so a short list of children is searched by walking it.  A node that
 * gets more children than this is "wide": all its children go into one hash table keyed by
 * (parent, frame).
 */
#define WIDE 8

struct trie_priv {
	struct map names[FRAME_KINDS];
	uint32_t *frame_of[FRAME_KINDS];   /* by id in names[kind] */
	size_t frame_of_cap[FRAME_KINDS];
	size_t frames_cap;
	uint8_t *fanout;                   /* by node: children, at most WIDE + 1 */
	size_t fanout_cap, nodes_cap;
	struct u64_map wide;               /* (parent, frame) -> node */
	/* The stack that was added last: neighbours in an input share most of theirs. */
	uint32_t *path_frames, *path_nodes;
	size_t path_frames_cap, path_nodes_cap, n_path;
	uint64_t samples;
};

static struct trie_priv *priv_of(const struct trie *t)
{
	return t->priv;
}

static uint64_t child_key(uint32_t parent, uint32_t frame)
{
	return (uint64_t)parent << 32 | frame;
}

static int reserve_nodes(struct trie *t, size_t more)
{
	struct trie_priv *p = priv_of(t);

	if (more > TRIE_NODES_MAX - t->n_nodes)
		return -EOVERFLOW;
	if (VEC_RESERVE(t->nodes, p->nodes_cap, t->n_nodes + more))
		return -ENOMEM;
	return VEC_RESERVE(p->fanout, p->fanout_cap, t->n_nodes + more);
}

int trie_init(struct trie *t)
{
	*t = (struct trie){ .priv = calloc(1, sizeof(struct trie_priv)) };
	if (!t->priv)
		return -ENOMEM;
	if (reserve_nodes(t, 1)) {
		trie_release(t);
		return -ENOMEM;
	}
	t->nodes[0] = (struct trie_node){
		.frame = TRIE_NONE, .parent = TRIE_NONE,
		.first_child = TRIE_NONE, .next_sibling = TRIE_NONE
	};
	priv_of(t)->fanout[0] = 0;
	t->n_nodes = 1;
	return 0;
}

void trie_release(struct trie *t)
{
	struct trie_priv *p = priv_of(t);

	if (p) {
		for (int kind = 0; kind < FRAME_KINDS; kind++) {
			map_release(&p->names[kind]);
			free(p->frame_of[kind]);
		}
		u64_map_release(&p->wide);
		free(p->fanout);
		free(p->path_frames);
		free(p->path_nodes);
	}
	free(p);
	free(t->frames);
	free(t->nodes);
	*t = (struct trie){ 0 };
}

/* ---- frames ---- */

uint32_t trie_frame(struct trie *t, const char *name, size_t len, enum frame_kind kind)
{
	struct trie_priv *p = priv_of(t);
	struct map *names = &p->names[kind];
	bool added;
	uint32_t id;

	/* Room first: a name that is interned must have its frame. */
	if (t->n_frames >= TRIE_NODES_MAX ||
	    VEC_RESERVE(t->frames, p->frames_cap, t->n_frames + 1) ||
	    VEC_RESERVE(p->frame_of[kind], p->frame_of_cap[kind], names->n + 1))
		return TRIE_NONE;
	id = map_intern(names, name, len, &added);
	if (id == MAP_NONE)
		return TRIE_NONE;
	if (added) {
		p->frame_of[kind][id] = (uint32_t)t->n_frames;
		t->frames[t->n_frames++] = (struct trie_frame){
			.name = names->keys[id].bytes, .len = names->keys[id].len, .kind = kind
		};
	}
	return p->frame_of[kind][id];
}

/* ---- nodes ---- */

/* The one that is found moves to the front: it is likely to be wanted again. */
static uint32_t find_in_list(struct trie *t, uint32_t parent, uint32_t frame)
{
	uint32_t child = t->nodes[parent].first_child, before = TRIE_NONE;

	while (child != TRIE_NONE && t->nodes[child].frame != frame) {
		before = child;
		child = t->nodes[child].next_sibling;
	}
	if (child != TRIE_NONE && before != TRIE_NONE) {
		t->nodes[before].next_sibling = t->nodes[child].next_sibling;
		t->nodes[child].next_sibling = t->nodes[parent].first_child;
		t->nodes[parent].first_child = child;
	}
	return child;
}

static uint32_t find_child(struct trie *t, uint32_t parent, uint32_t frame)
{
	const struct trie_priv *p = priv_of(t);

	if (p->fanout[parent] <= WIDE)
		return find_in_list(t, parent, frame);
	return u64_map_get(&p->wide, child_key(parent, frame));
}

static int put_wide(struct trie *t, uint32_t parent, uint32_t child)
{
	uint32_t *place = u64_map_put(&priv_of(t)->wide, child_key(parent, t->nodes[child].frame));

	if (!place)
		return -ENOMEM;
	*place = child;
	return 0;
}

/* Count one more child, and put it where find_child() will look for it. */
static int index_child(struct trie *t, uint32_t parent, uint32_t child)
{
	struct trie_priv *p = priv_of(t);

	if (p->fanout[parent] < WIDE) {
		p->fanout[parent]++;
		return 0;
	}
	if (p->fanout[parent] == WIDE) {
		for (uint32_t c = t->nodes[parent].first_child; c != TRIE_NONE;
		     c = t->nodes[c].next_sibling)
			if (put_wide(t, parent, c))
				return -ENOMEM;
		p->fanout[parent]++;
	}
	return put_wide(t, parent, child);
}

/* Needs room for one more node.  A failure leaves the trie without the new node. */
static int add_child(struct trie *t, uint32_t parent, uint32_t frame, uint32_t *node)
{
	uint32_t child = (uint32_t)t->n_nodes;
	uint32_t depth = t->nodes[parent].depth + 1;

	t->nodes[child] = (struct trie_node){
		.frame = frame, .parent = parent, .depth = depth,
		.first_child = TRIE_NONE, .next_sibling = t->nodes[parent].first_child
	};
	if (index_child(t, parent, child))
		return -ENOMEM;
	priv_of(t)->fanout[child] = 0;
	t->nodes[parent].first_child = child;
	t->n_nodes++;
	if (depth > t->max_depth)
		t->max_depth = depth;
	*node = child;
	return 0;
}

/* Make `frames` the path, and cut its nodes to those that both have. */
static int begin_path(struct trie_priv *p, const uint32_t *frames, size_t n)
{
	size_t least = n < p->n_path ? n : p->n_path, same = 0;

	if (VEC_RESERVE(p->path_frames, p->path_frames_cap, n) ||
	    VEC_RESERVE(p->path_nodes, p->path_nodes_cap, n))
		return -ENOMEM;
	while (same < least && p->path_frames[same] == frames[same])
		same++;
	if (same < n)
		memcpy(p->path_frames + same, frames + same, (n - same) * sizeof(*frames));
	p->n_path = same;
	return 0;
}

static uint32_t end_of_path(const struct trie_priv *p)
{
	return p->n_path ? p->path_nodes[p->n_path - 1] : TRIE_ROOT;
}

int trie_add(struct trie *t, const uint32_t *frames, size_t n, uint64_t count)
{
	struct trie_priv *p = priv_of(t);
	uint32_t node;
	uint64_t samples;
	int err;

	if (__builtin_add_overflow(p->samples, count, &samples))
		return -EOVERFLOW;
	err = begin_path(p, frames, n);
	if (err)
		return err;
	for (node = end_of_path(p); p->n_path < n; p->path_nodes[p->n_path++] = node) {
		uint32_t child = find_child(t, node, frames[p->n_path]);

		if (child == TRIE_NONE)
			break;
		node = child;
	}
	err = reserve_nodes(t, n - p->n_path);
	while (!err && p->n_path < n) {
		err = add_child(t, node, frames[p->n_path], &node);
		if (!err)
			p->path_nodes[p->n_path++] = node;
	}
	if (err)
		return err;
	t->nodes[node].self += count;
	p->samples = samples;
	return 0;
}

/* ---- totals and order ---- */

static int compare_frames(const void *left, const void *right, void *arg)
{
	const struct trie_frame *frames = arg;
	const struct trie_frame *a = &frames[*(const uint32_t *)left];
	const struct trie_frame *b = &frames[*(const uint32_t *)right];
	int order = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);

	if (order)
		return order;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

void trie_order_frames(const struct trie *t, uint32_t *order)
{
	for (uint32_t i = 0; i < t->n_frames; i++)
		order[i] = i;
	qsort_r(order, t->n_frames, sizeof(*order), compare_frames, t->frames);
}

/* rank[frame]: the frame's place in the order of (name, kind).  NULL when memory is out. */
static uint32_t *rank_frames(const struct trie *t)
{
	CLEANUP_FREE uint32_t *order = calloc(t->n_frames + 1, sizeof(*order));
	uint32_t *rank = calloc(t->n_frames + 1, sizeof(*rank));

	if (!order || !rank) {
		free(rank);
		return NULL;
	}
	trie_order_frames(t, order);
	for (uint32_t i = 0; i < t->n_frames; i++)
		rank[order[i]] = i;
	return rank;
}

static int compare_u64(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void sort_keys(uint64_t *keys, size_t n)
{
	if (n > 16) {
		qsort(keys, n, sizeof(*keys), compare_u64);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint64_t key = keys[i];
		size_t j = i;

		for (; j > 0 && keys[j - 1] > key; j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

struct sorter {
	const uint32_t *rank;
	uint64_t *keys;          /* of the children of one node: rank above, node below */
	size_t cap;
};

static int sort_children(struct trie *t, struct sorter *s, uint32_t parent)
{
	size_t n = 0;

	for (uint32_t c = t->nodes[parent].first_child; c != TRIE_NONE;
	     c = t->nodes[c].next_sibling)
		if (VEC_PUSH(s->keys, n, s->cap, (uint64_t)s->rank[t->nodes[c].frame] << 32 | c))
			return -ENOMEM;
	sort_keys(s->keys, n);
	t->nodes[parent].first_child = (uint32_t)s->keys[0];
	for (size_t i = 0; i < n; i++)
		t->nodes[(uint32_t)s->keys[i]].next_sibling =
			i + 1 < n ? (uint32_t)s->keys[i + 1] : TRIE_NONE;
	return 0;
}

/* Parents come before their children, so one pass backwards adds everything up. */
static void sum_totals(struct trie *t)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		t->nodes[i].total = t->nodes[i].self;
	for (size_t i = t->n_nodes; i-- > 1; )
		t->nodes[t->nodes[i].parent].total += t->nodes[i].total;
}

int trie_finish(struct trie *t)
{
	CLEANUP_FREE uint32_t *rank = rank_frames(t);
	struct sorter s = { .rank = rank };
	const uint8_t *fanout = priv_of(t)->fanout;
	int err = rank ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < t->n_nodes; i++)
		if (fanout[i] > 1)
			err = sort_children(t, &s, i);
	free(s.keys);
	if (!err)
		sum_totals(t);
	return err;
}

uint32_t trie_next(const struct trie *t, uint32_t node)
{
	uint32_t child = t->nodes[node].first_child;

	if (child == TRIE_NONE)
		return trie_skip(t, node);
	/* By the time that the walk comes to the sibling it is in the cache. */
	if (t->nodes[child].next_sibling != TRIE_NONE)
		__builtin_prefetch(&t->nodes[t->nodes[child].next_sibling]);
	return child;
}

uint32_t trie_skip(const struct trie *t, uint32_t node)
{
	while (node != TRIE_ROOT) {
		if (t->nodes[node].next_sibling != TRIE_NONE)
			return t->nodes[node].next_sibling;
		node = t->nodes[node].parent;
	}
	return TRIE_NONE;
}
