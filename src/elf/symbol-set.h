/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named address ranges: collected in any order, then sorted, made disjoint, and looked up.
 *
 * The one table behind ELF files, kernel symbols and perf maps.  A symbol takes 16 bytes; names are
 * offsets into one arena, so whole string tables can be read straight into it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

/* Names of one set take at most this many bytes; symbols of one set at most SYMBOL_COUNT_MAX. */
#define SYMBOL_NAMES_MAX ((size_t)2 << 30)
#define SYMBOL_COUNT_MAX ((size_t)1 << 26)

struct symbol {
	uint64_t start;
	uint32_t size;           /* longer ones are kept as several symbols */
	uint32_t name;           /* offset into names */
};

/* What decides between two symbols of the same address. */
enum symbol_rank {
	SYMBOL_NOTYPE = 0,       /* a label: only where no function is */
	SYMBOL_FUNCTION = 4,
	SYMBOL_WEAK = 0,         /* binding, added to the kind */
	SYMBOL_LOCAL = 1,
	SYMBOL_GLOBAL = 2
};

struct symbol_draft {
	uint64_t start;
	uint64_t end;            /* equal to start: size unknown */
	uint64_t limit;          /* a symbol of unknown size ends here at the latest */
	uint32_t name;
	uint32_t rank;           /* enum symbol_rank, or the order for SYMBOL_SET_LAST_WINS */
};

enum symbol_set_order {
	/* Nested ranges: the innermost counts.  Same address: perf's choice (known size, function,
	 * not weak, global, fewer leading underscores, longer name), then the lesser name. */
	SYMBOL_SET_NESTED,
	/* Overlapping ranges: the greater rank counts, piece by piece. */
	SYMBOL_SET_LAST_WINS
};

/* Zero-initialise with SYMBOL_SET_INIT. */
struct symbol_set {
	struct symbol *symbols;  size_t n, cap;          /* sorted and disjoint once finished */
	struct symbol_draft *drafts; size_t n_drafts, cap_drafts;
	struct buf names;
};

#define SYMBOL_SET_INIT ((struct symbol_set){ .names = BUF_INIT(SYMBOL_NAMES_MAX) })

/* Add a range whose name is in names already, or a range and its name.  0, -ENOMEM, -EOVERFLOW. */
int symbol_set_add(struct symbol_set *s, const struct symbol_draft *d) MUST_CHECK;
int symbol_set_add_named(struct symbol_set *s, struct symbol_draft d, const char *name, size_t len)
	MUST_CHECK;

/* Turn what was added into the table, replacing it; drafts are forgotten.  0 or -ENOMEM. */
int symbol_set_finish(struct symbol_set *s, enum symbol_set_order order) MUST_CHECK;

/* The symbol that covers addr, or NULL.  Only after symbol_set_finish(). */
const struct symbol *symbol_set_find(const struct symbol_set *s, uint64_t addr);
const char *symbol_set_name(const struct symbol_set *s, const struct symbol *symbol);

void symbol_set_release(struct symbol_set *s);
