/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Well-formed UTF-8: tested, and made from anything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

/* Bytes of U+FFFD, which stands for a byte that is not UTF-8. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Length of the well-formed prefix of the n bytes at s: n when all is well. */
size_t utf8_prefix(const char *s, size_t n);

static inline bool utf8_is_valid(const char *s, size_t n)
{
	return utf8_prefix(s, n) == n;
}

/* Append s with every byte that is not part of a well-formed sequence replaced by U+FFFD.
 * 0 or the buffer's error. */
int utf8_put(struct buf *out, const char *s, size_t n);

/* Bytes that utf8_put() would append. */
size_t utf8_put_size(const char *s, size_t n);
