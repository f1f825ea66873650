/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8 checking (Unicode, table 3-7) and replacement of unsafe characters. */
#include "config.h"

#include "text.h"

#include <string.h>

/* Of one name or title. */
#define CLEAN_MAX ((size_t)64 << 20)

/* Length of the sequence that starts with byte b, and the range of its second byte. */
static int sequence(uint8_t b, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (b >= 0xc2 && b <= 0xdf)
		return 2;
	if (b >= 0xe0 && b <= 0xef) {
		if (b == 0xe0)
			*low = 0xa0;
		if (b == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (b >= 0xf0 && b <= 0xf4) {
		if (b == 0xf0)
			*low = 0x90;
		if (b == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

uint32_t text_next(const char **s, const char *end)
{
	const uint8_t *p = (const uint8_t *)*s, *stop = (const uint8_t *)end;
	uint8_t first = *p++, low, high;
	uint32_t c;
	int n;

	*s = (const char *)p;
	if (first < 0x80)
		return first;
	n = sequence(first, &low, &high);
	if (!n)
		return TEXT_REPLACEMENT;
	c = first & (0x7fu >> n);
	for (int i = 1; i < n; i++, p++) {
		if (p == stop || *p < low || *p > high)
			return TEXT_REPLACEMENT;
		c = c << 6 | (*p & 0x3fu);
		low = 0x80;
		high = 0xbf;
		*s = (const char *)p + 1;
	}
	return c;
}

bool text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

size_t text_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Marks, embeddings, overrides, isolates (UAX #9), and separators of lines and paragraphs. */
static bool changes_layout(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_safe(uint32_t c)
{
	return !text_is_control(c) && !changes_layout(c) && c != 0xfeff && (c & 0xfffe) != 0xfffe;
}

void text_clean(struct buf *b, const char *name, size_t len)
{
	const char *s = name, *end = name + len;
	char out[4];

	if (len == 0)
		buf_put_str(b, "[unknown]");
	while (s < end) {
		const char *run = s;

		while (s < end && *s >= 0x20 && *s < 0x7f)
			s++;
		buf_put(b, run, (size_t)(s - run));
		if (s < end) {
			uint32_t c = text_next(&s, end);

			buf_put(b, out, text_encode(is_safe(c) ? c : TEXT_REPLACEMENT, out));
		}
	}
}

int text_put_clean(struct writer *w, const char *name, size_t len)
{
	struct buf clean = BUF_INIT(CLEAN_MAX);
	int err;

	text_clean(&clean, name, len);
	err = clean.failed;
	if (!err)
		writer_put(w, clean.data, clean.len);
	buf_release(&clean);
	return err;
}

size_t text_prefix(const char *s, size_t len, size_t columns, bool *all)
{
	size_t i = len <= columns ? len : 0;

	while (i < len) {
		if (columns-- == 0)
			break;
		i++;
		while (i < len && ((uint8_t)s[i] & 0xc0) == 0x80)
			i++;
	}
	*all = i == len;
	return i;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void text_put_xml(struct writer *w, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *escaped = entity(s[i]);

		if (!escaped)
			continue;
		writer_put(w, s + from, i - from);
		writer_puts(w, escaped);
		from = i + 1;
	}
	writer_put(w, s + from, len - from);
}

size_t text_group_digits(uint64_t number, char out[TEXT_GROUPED_MAX])
{
	char digits[TEXT_GROUPED_MAX];
	size_t i = sizeof(digits), n = 0;

	do {
		if (n > 0 && n % 3 == 0)
			digits[--i] = ',';
		digits[--i] = (char)('0' + number % 10);
		number /= 10;
		n++;
	} while (number);
	memcpy(out, digits + i, sizeof(digits) - i);
	return sizeof(digits) - i;
}
