/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign text made safe to show: UTF-8 checked, controls replaced, markup escaped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "writer.h"

#define TEXT_REPLACEMENT 0xfffdu

/*
 * The code point at *s, which then moves behind it.  What is not UTF-8 (overlong forms and
 * surrogates included) gives TEXT_REPLACEMENT, one for each maximal part, and moves on.
 */
uint32_t text_next(const char **s, const char *end);

/* C0, DEL and C1 control characters. */
bool text_is_control(uint32_t c);

/* Bytes of c in UTF-8, which are put into out. */
size_t text_encode(uint32_t c, char out[4]);

/*
 * Append name to b as it can be shown anywhere: valid UTF-8; controls, characters that change the
 * direction of text, and what XML forbids are U+FFFD; an empty name is "[unknown]".
 */
void text_clean(struct buf *b, const char *name, size_t len);

/*
 * Bytes of the first `columns` code points of clean UTF-8 text; *all tells whether that is the
 * whole text.
 */
size_t text_prefix(const char *s, size_t len, size_t columns, bool *all);

/* Write what text_clean() makes of a name.  0 or -ENOMEM. */
int text_put_clean(struct writer *w, const char *name, size_t len) MUST_CHECK;

/* Write clean text with &, <, >, " and ' as XML entities. */
void text_put_xml(struct writer *w, const char *s, size_t len);

/* Digits in groups of three, "1,234,567", into out; the number of bytes, without a NUL. */
#define TEXT_GROUPED_MAX 26      /* of 20 digits and 6 commas */
size_t text_group_digits(uint64_t number, char out[TEXT_GROUPED_MAX]);
