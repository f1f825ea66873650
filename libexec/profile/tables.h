/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that processes map, and their unwind tables: built once, shared, kept for the run.
 *
 * Each file has a struct abi_object in the pool, to which the mappings of all processes refer, so
 * that a table is there for all of them the moment it is ready.  Until then walks fall back, and
 * note there that they wanted it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

#include "builders.h"
#include "pool.h"

#define TABLES_MAX ((size_t)1 << 22)
#define TABLE_NONE UINT32_MAX

struct table;

/* What a mapping event says of its file. */
struct table_key {
	uint32_t maj, min;
	uint64_t ino, generation;
};

struct tables {
	struct pool *pool;
	struct builders builders;
	struct map keys;         /* identity and path ... */
	uint32_t *of_key; size_t n_of_key, cap_of_key;   /* ... to table */
	struct table *list; size_t n, cap;
	struct map prepared;     /* paths of tables made before anything mapped them ... */
	uint32_t *of_prepared; size_t n_of_prepared, cap_of_prepared;   /* ... to table */
	size_t n_idle;           /* tables that nobody has asked for */
	size_t n_ready, n_failed, n_refused;
	uint64_t n_rows, bytes;  /* of the ready ones */
	uint64_t clock;          /* counts uses */
	bool preparing;          /* the list of a program's files is on its way */
};

/* pool is borrowed; the pipes are owned from now on.  0 or a negative errno. */
int tables_open(struct tables *t, struct pool *pool, const struct builder_pipes *pipes, size_t n,
		uint64_t allowed_bytes) MUST_CHECK;

/* The table of the file that process pid maps, made known if it is new; or TABLE_NONE: no
 * memory. */
uint32_t tables_get(struct tables *t, const struct table_key *key, const char *path, uint32_t pid);

/* Place of the table's struct abi_object. */
uint32_t tables_place(const struct tables *t, uint32_t id);

/* A slice of mappings with the table has come or gone: what none has may be dropped for others. */
void tables_use(struct tables *t, uint32_t id, bool used);

/*
 * The file is mapped anew: it may have been written to since its table was made, and the inode is
 * the same.  The table is used until a builder says that it is out of date.
 */
void tables_check(struct tables *t, uint32_t id);

/* Have it built, unless it is. */
void tables_want(struct tables *t, uint32_t id);

/* Have those built that walks have met; and take in what the builders have. */
void tables_work(struct tables *t);

/* Make the tables of the program and of the libraries that it will load. */
void tables_prepare(struct tables *t, const char *program);

/* Is something still being built? */
bool tables_are_busy(const struct tables *t);

/* After pool_after_grace(): tables that had no room may get it now. */
void tables_after_grace(struct tables *t);

void tables_close(struct tables *t);
