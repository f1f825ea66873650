/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Varints, and text that can stand in a line. */
#include "config.h"

#include "island-bytes.h"

void island_put_varint(struct buf *b, uint64_t v)
{
	uint8_t bytes[10];
	size_t n = 0;

	while (v >= 0x80) {
		bytes[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	bytes[n++] = (uint8_t)v;
	buf_put(b, bytes, n);
}

static const char *escape_of(char c)
{
	switch (c) {
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\\':
		return "\\\\";
	default:
		return NULL;
	}
}

void island_put_text(struct buf *b, const char *text, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *escape = escape_of(text[i]);

		if (!escape)
			continue;
		buf_put(b, text + from, i - from);
		buf_put_str(b, escape);
		from = i + 1;
	}
	buf_put(b, text + from, len - from);
}
