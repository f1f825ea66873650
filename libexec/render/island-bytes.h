/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sections of an island are made of. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

/* Append v as LEB128, low seven bits first.  Failures stay in b. */
void island_put_varint(struct buf *b, uint64_t v);

/*
 * Append text of len bytes as they are, but newline, tab and backslash as \n, \t and \\ (two
 * characters each), so that lines and columns can be made of it.
 */
void island_put_text(struct buf *b, const char *text, size_t len);
