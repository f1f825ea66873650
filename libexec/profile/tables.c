// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that processes map, and their unwind tables. */
#include "config.h"

#include "tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/vec.h"

enum table_state {
	TABLE_IDLE,              /* nobody has wanted it */
	TABLE_ASKED,
	TABLE_CHECKED,           /* asked whether the file is still the one it was made of */
	TABLE_READY,
	TABLE_FAILED,            /* there is none to be had */
	TABLE_REFUSED            /* it had no room */
};

struct table {
	const char *path;        /* the key's, or the prepared path's */
	struct table_key key;
	uint32_t pid;            /* the first process that mapped it, 0: none yet */
	enum table_state state;
	uint32_t place;          /* of the struct abi_object */
	uint32_t users;          /* slices that have it */
	uint64_t used;           /* when it was last put into use */
	uint64_t n_rows, bytes, stamp;
	uint64_t checked_ns;     /* when the file was last as the stamp has it */
	struct built_part *parts; size_t n_parts;
	uint32_t index_place, index_words;   /* of the struct abi_part array */
};

#define OBJECT_WORDS ((uint32_t)(sizeof(struct abi_object) / 4))
/* A file that is mapped anew is looked at again after this time. */
#define CHECK_NS 20000000ull
/* The id of the request for a program's dependencies. */
#define PREPARE_ID UINT32_MAX

static struct abi_object *object_of(const struct tables *t, const struct table *table)
{
	return pool_at(t->pool, table->place);
}

/* Programs read the rest only after they have read this. */
static void publish(const struct tables *t, const struct table *table, enum verdict why)
{
	__atomic_store_n(&object_of(t, table)->why, (uint32_t)why, __ATOMIC_RELEASE);
}

/* ---- what a builder has made ---- */

/* Where the part of the table lies in the segment's bytes of the file; n = 0: nowhere. */
static struct abi_part part_in_segment(const struct built_part *p, const struct unwind_segment *s)
{
	uint64_t first = s->vaddr >> 8, end = (s->vaddr + s->memsz + 255) >> 8;
	uint64_t part_end = (uint64_t)p->first_bucket + p->n_buckets;
	struct abi_part out = { .part = p->place };

	if ((s->vaddr & 255) != (s->offset & 255) || s->vaddr + s->memsz < s->vaddr)
		return out;
	first = first > p->first_bucket ? first : p->first_bucket;
	end = end < part_end ? end : part_end;
	if (first >= end)
		return out;
	out.delta = (uint32_t)((s->vaddr >> 8) - (s->offset >> 8));
	out.first = (uint32_t)first - out.delta;
	out.n = (uint32_t)(end - first);
	return out;
}

static int by_first(const void *a, const void *b)
{
	const struct abi_part *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Blocks at the seam of two segments belong to the later one. */
static void trim_overlaps(struct abi_part *index, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (index[i + 1].first - index[i].first < index[i].n)
			index[i].n = index[i + 1].first - index[i].first;
}

/* The parts by their place in the file.  Returns their number, or -ENOMEM. */
static ssize_t make_index(const struct built *b, struct abi_part **index)
{
	size_t n = 0;

	*index = calloc(b->n_parts * b->n_segments + 1, sizeof(**index));
	if (!*index)
		return -ENOMEM;
	for (size_t i = 0; i < b->n_parts; i++)
		for (uint32_t j = 0; j < b->n_segments; j++) {
			struct abi_part p = part_in_segment(&b->parts[i], &b->segments[j]);

			if (p.n && n < UNWIND_PARTS_MAX)
				(*index)[n++] = p;
		}
	qsort(*index, n, sizeof(**index), by_first);
	trim_overlaps(*index, n);
	return (ssize_t)n;
}

/* Put the index into the pool.  0, or an errno: -ENOSPC no room, -ENOENT no parts. */
static int store_index(struct tables *t, struct table *table, const struct built *b)
{
	CLEANUP_FREE struct abi_part *index = NULL;
	ssize_t n = make_index(b, &index);
	uint32_t words;

	if (n < 0)
		return (int)n;
	if (!n)
		return -ENOENT;
	words = (uint32_t)n * ABI_PART_WORDS;
	table->index_place = pool_alloc(t->pool, words);
	if (!table->index_place)
		return -ENOSPC;
	table->index_words = words;
	memcpy(pool_at(t->pool, table->index_place), index, words * 4);
	object_of(t, table)->parts = table->index_place;
	object_of(t, table)->n_parts = (uint32_t)n;
	return 0;
}

static void set_failed(struct tables *t, struct table *table, bool no_room)
{
	table->state = no_room ? TABLE_REFUSED : TABLE_FAILED;
	t->n_failed += !no_room;
	t->n_refused += no_room;
	publish(t, table, no_room ? VERDICT_BUDGET : VERDICT_NO_INFO);
}

static void set_ready(struct tables *t, struct table *table, struct built *b)
{
	table->state = TABLE_READY;
	table->parts = b->parts;
	table->n_parts = b->n_parts;
	table->n_rows = b->n_rows;
	table->bytes = b->bytes;
	table->stamp = b->stamp;
	table->checked_ns = clock_now_ns();
	b->parts = NULL;
	b->n_parts = b->cap_parts = 0;
	t->n_ready++;
	t->n_rows += table->n_rows;
	t->bytes += table->bytes;
	publish(t, table, VERDICT_ROOT);
}

/* ---- room ---- */

/* Take the table away; its memory is free after the next grace period. */
static void drop(struct tables *t, struct table *table)
{
	publish(t, table, VERDICT_PENDING);
	object_of(t, table)->wanted = 0;
	for (size_t i = 0; i < table->n_parts; i++) {
		pool_retire(t->pool, table->parts[i].place, table->parts[i].words);
		t->builders.used_bytes -= (uint64_t)table->parts[i].words * 4;
	}
	pool_retire(t->pool, table->index_place, table->index_words);
	free(table->parts);
	table->parts = NULL;
	table->n_parts = 0;
	table->state = TABLE_IDLE;
	t->n_idle++;
	t->n_ready--;
	t->n_rows -= table->n_rows;
	t->bytes -= table->bytes;
}

/* The table that has been of no use for the longest time, or NULL. */
static struct table *least_used(struct tables *t)
{
	struct table *found = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].state == TABLE_READY && !t->list[i].users &&
		    (!found || t->list[i].used < found->used))
			found = &t->list[i];
	return found;
}

void tables_after_grace(struct tables *t)
{
	struct table *unused;

	if (!t->n_refused)
		return;
	unused = least_used(t);
	if (unused)
		drop(t, unused);
	for (size_t i = 0; i < t->n && unused; i++) {
		struct table *table = &t->list[i];

		if (table->state != TABLE_REFUSED)
			continue;
		table->state = TABLE_IDLE;
		t->n_idle++;
		t->n_refused--;
		object_of(t, table)->wanted = 0;
		publish(t, table, VERDICT_PENDING);
	}
}

/* ---- answers ---- */

static void take_dependencies(struct tables *t, const struct built *b);

/* A file that is gone by now is as it was. */
static bool is_changed(enum unwind_status status)
{
	return status != UNWIND_UNCHANGED && status != UNWIND_UNREADABLE && status != UNWIND_STALE;
}

static void take_answer(void *ctx, struct built *b)
{
	struct tables *t = ctx;
	struct table *table;
	int r;

	if (b->kind == UNWIND_REQUEST_DEPENDENCIES) {
		take_dependencies(t, b);
		return;
	}
	if (b->id >= t->n)
		return;
	table = &t->list[b->id];
	if (table->state == TABLE_CHECKED) {
		table->state = TABLE_READY;
		table->checked_ns = clock_now_ns();
		if (!is_changed(b->status))
			return;
		drop(t, table);
		/* There was none beside the old table: the next walk that wants it has it. */
		if (b->no_room)
			return;
		table->state = TABLE_ASKED;
		t->n_idle--;
	}
	if (table->state != TABLE_ASKED)
		return;
	r = b->status != UNWIND_OK ? -ENOENT : b->no_room ? -ENOSPC : store_index(t, table, b);
	if (r)
		set_failed(t, table, r != -ENOENT);
	else
		set_ready(t, table, b);
}

/* ---- files ---- */

int tables_open(struct tables *t, struct pool *pool, const struct builder_pipes *pipes, size_t n,
		uint64_t allowed_bytes)
{
	*t = (struct tables){ .pool = pool };
	int r = builders_open(&t->builders, pipes, n, pool, allowed_bytes);

	t->builders.answer = take_answer;
	t->builders.ctx = t;
	return r;
}

static uint32_t add_table(struct tables *t, const struct table_key *key, const char *path)
{
	struct table new = { .path = path, .key = *key };
	uint32_t id = (uint32_t)t->n;

	if (t->n >= TABLES_MAX || VEC_RESERVE(t->list, t->cap, t->n + 1))
		return TABLE_NONE;
	new.place = pool_alloc(t->pool, OBJECT_WORDS);
	if (!new.place)
		return TABLE_NONE;
	t->list[t->n++] = new;
	t->n_idle++;
	publish(t, &t->list[id], VERDICT_PENDING);
	return id;
}

/* A table that was made before the file was mapped, if this is the file. */
static uint32_t find_prepared(struct tables *t, const struct table_key *key, const char *path)
{
	uint32_t id = map_find(&t->prepared, path, strlen(path));
	uint32_t table = id == MAP_NONE ? TABLE_NONE : t->of_prepared[id];
	const struct table_key *prepared;

	if (table == TABLE_NONE)
		return TABLE_NONE;
	prepared = &t->list[table].key;
	return prepared->ino == key->ino && prepared->maj == key->maj && prepared->min == key->min ?
	       table : TABLE_NONE;
}

uint32_t tables_get(struct tables *t, const struct table_key *key, const char *path, uint32_t pid)
{
	char bytes[sizeof(*key) + UNWIND_PATH_MAX];
	size_t len = strnlen(path, UNWIND_PATH_MAX);
	uint32_t id, table;

	memcpy(bytes, key, sizeof(*key));
	memcpy(bytes + sizeof(*key), path, len);
	id = map_find(&t->keys, bytes, sizeof(*key) + len);
	if (id != MAP_NONE)
		return t->of_key[id];
	if (VEC_RESERVE(t->of_key, t->cap_of_key, t->n_of_key + 1))
		return TABLE_NONE;
	table = find_prepared(t, key, path);
	id = map_intern(&t->keys, bytes, sizeof(*key) + len, NULL);
	if (id != t->n_of_key)
		return TABLE_NONE;
	if (table == TABLE_NONE)
		table = add_table(t, key, t->keys.keys[id].bytes + sizeof(*key));
	if (table != TABLE_NONE && !t->list[table].pid)
		t->list[table].pid = pid;
	t->of_key[t->n_of_key++] = table;
	return table;
}

uint32_t tables_place(const struct tables *t, uint32_t id)
{
	return id == TABLE_NONE ? 0 : t->list[id].place;
}

static int ask(struct tables *t, uint32_t id)
{
	const struct table *table = &t->list[id];
	struct unwind_request r = {
		.kind = UNWIND_REQUEST_TABLE,
		.id = id,
		.maj = table->key.maj,
		.min = table->key.min,
		.pid = table->pid,
		.ino = table->key.ino,
		.generation = table->key.generation,
		.stamp = table->stamp,
	};

	return builders_ask(&t->builders, &r, table->path);
}

void tables_check(struct tables *t, uint32_t id)
{
	struct table *table = id == TABLE_NONE ? NULL : &t->list[id];

	if (!table || table->state != TABLE_READY || clock_now_ns() - table->checked_ns < CHECK_NS)
		return;
	if (!ask(t, id))
		table->state = TABLE_CHECKED;
}

void tables_use(struct tables *t, uint32_t id, bool used)
{
	if (id == TABLE_NONE)
		return;
	t->list[id].users += used ? 1 : UINT32_MAX;
	t->list[id].used = ++t->clock;
}

void tables_want(struct tables *t, uint32_t id)
{
	struct table *table;

	if (id == TABLE_NONE || t->list[id].state != TABLE_IDLE)
		return;
	table = &t->list[id];
	table->stamp = 0;
	t->n_idle--;
	table->state = TABLE_ASKED;
	if (ask(t, id))
		set_failed(t, table, false);
}

void tables_work(struct tables *t)
{
	for (size_t i = 0; i < t->n && t->n_idle; i++)
		if (t->list[i].state == TABLE_IDLE && object_of(t, &t->list[i])->wanted)
			tables_want(t, (uint32_t)i);
	builders_work(&t->builders);
	pool_keep_spare(t->pool);
}

/* ---- a program that is about to be executed ---- */

static void prepare_file(struct tables *t, const struct unwind_dependency *d, const char *path)
{
	struct table_key key = { .maj = d->maj, .min = d->min, .ino = d->ino };
	bool added;
	uint32_t id, table;

	if (VEC_RESERVE(t->of_prepared, t->cap_of_prepared, t->n_of_prepared + 1))
		return;
	id = map_intern(&t->prepared, path, d->path_len, &added);
	if (!added)
		return;
	table = add_table(t, &key, t->prepared.keys[id].bytes);
	t->of_prepared[t->n_of_prepared++] = table;
	tables_want(t, table);
}

static void take_dependencies(struct tables *t, const struct built *b)
{
	const uint8_t *at = b->payload.data, *end = at ? at + b->payload.len : at;

	t->preparing = false;
	for (uint32_t i = 0; i < b->n_dependencies; i++) {
		struct unwind_dependency d;

		if ((size_t)(end - at) < sizeof(d))
			return;
		memcpy(&d, at, sizeof(d));
		at += sizeof(d);
		if (d.path_len > UNWIND_PATH_MAX || d.path_len > (size_t)(end - at))
			return;
		prepare_file(t, &d, (const char *)at);
		size_t padded = (d.path_len + 7u) & ~(size_t)7;

		if (padded > (size_t)(end - at))
			return;
		at += padded;
	}
}

void tables_prepare(struct tables *t, const char *program)
{
	struct unwind_request r = { .kind = UNWIND_REQUEST_DEPENDENCIES, .id = PREPARE_ID };

	t->preparing = !builders_ask(&t->builders, &r, program);
	builders_work(&t->builders);
}

bool tables_are_busy(const struct tables *t)
{
	return t->preparing || builders_are_busy(&t->builders);
}

void tables_close(struct tables *t)
{
	builders_close(&t->builders);
	for (size_t i = 0; i < t->n; i++)
		free(t->list[i].parts);
	free(t->list);
	free(t->of_key);
	free(t->of_prepared);
	map_release(&t->keys);
	map_release(&t->prepared);
	*t = (struct tables){ 0 };
}
