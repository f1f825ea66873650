/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Varints, and text that can stand in a line. */
#include "config.h"

#include "island-bytes.h"

#include <stdbool.h>

/* Bytes that it takes at most. */
#define VARINT_MAX 10

/* Most are one byte, and every node has some: they are put where there is room without a call. */
void island_put_varint(struct buf *b, uint64_t v)
{
	uint8_t bytes[VARINT_MAX];
	bool has_room = !b->failed && b->cap - b->len >= VARINT_MAX;
	uint8_t *p = has_room ? b->data + b->len : bytes, *start = p;

	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	if (has_room)
		b->len += (size_t)(p - start);
	else
		buf_put(b, bytes, (size_t)(p - start));
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
