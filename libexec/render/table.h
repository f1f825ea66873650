/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of tables in text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "functions.h"
#include "writer.h"

/* Of two struct function: the hotter one first.  For qsort(). */
int table_compare(const void *left, const void *right);

/* Rows of the table that are shown when there are n: view->top, or 20. */
size_t table_rows(const struct view *view, size_t n);

/* COLUMNS, or those of the terminal that fd is; from 50 to 1,000. */
unsigned table_columns(int fd);

/*
 * At most `columns` columns of the name, made safe, padded with spaces when `pad`.  Where the
 * locale is not UTF-8, a code point counts as one column.
 */
void table_put_cell(struct writer *w, const char *name, size_t len, unsigned columns, bool pad);

/*
 * The function's name and, where there is room, its module, in this number of columns, and the end
 * of the line.
 */
void table_put_function(struct writer *w, const struct function *f, unsigned columns);

/* Hundredths of a percent. */
uint64_t table_share(uint64_t part, uint64_t all);

/* The same with the whole names of both, however long.  0 or -ENOMEM. */
int table_put_whole(struct writer *w, const struct function *f) MUST_CHECK;

/* For a width: whole names. */
#define TABLE_WHOLE 0

/*
 * The table of a difference, the functions that changed most first, in `columns` columns.
 * 0 or -ENOMEM.
 */
int table_write_difference(const struct view *view, struct writer *w, unsigned columns) MUST_CHECK;
