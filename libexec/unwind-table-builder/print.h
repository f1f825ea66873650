/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unwind tables as text, for people and tests. */
#pragma once

#include "build.h"
#include "lib/buf.h"
#include "lookup.h"

/* "cfa=rsp+16 rbp=cfa-16 ra=cfa-8", "none", …; "rbx=" too where the table tells. */
void print_rule(struct buf *out, const struct lookup_row *row);

/* A line for each row, "start-end rule" with hexadecimal addresses; none for UNWIND_NONE. */
void print_table(struct buf *out, const struct table *t);

/* A line: status, rows, parts, bytes, bytes a row, damaged entries, and rows of each kind. */
void print_statistics(struct buf *out, const char *name, const struct builder *b,
		      enum unwind_status status);

/* The name of a status, such as "no-info". */
const char *print_status(enum unwind_status status);
