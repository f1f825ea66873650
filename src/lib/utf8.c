/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Well-formed UTF-8: tested, and made from anything. */
#include "config.h"

#include "lib/utf8.h"

#include <stdint.h>
#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Bounds of the second byte rule out overlong forms, surrogates and what is above U+10FFFF. */
struct lead {
	uint8_t first, last;          /* of the leading byte */
	uint8_t second_first, second_last;
	uint8_t length;
};

static const struct lead leads[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static const struct lead *find_lead(uint8_t byte)
{
	for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* Length of the multi-byte sequence at p, 0 when it is none. */
static size_t sequence(const uint8_t *p, size_t n)
{
	const struct lead *lead = find_lead(p[0]);

	if (!lead || lead->length > n || p[1] < lead->second_first || p[1] > lead->second_last)
		return 0;
	for (size_t i = 2; i < lead->length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return lead->length;
}

static size_t ascii_prefix(const uint8_t *p, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

size_t utf8_prefix(const char *s, size_t n)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t i = 0, length;

	while (i < n) {
		i += ascii_prefix(p + i, n - i);
		if (i == n)
			break;
		length = sequence(p + i, n - i);
		if (!length)
			break;
		i += length;
	}
	return i;
}

int utf8_put(struct buf *out, const char *s, size_t n)
{
	size_t good;

	for (;;) {
		good = utf8_prefix(s, n);
		buf_put(out, s, good);
		if (good == n)
			return out->failed;
		buf_put(out, UTF8_REPLACEMENT, strlen(UTF8_REPLACEMENT));
		s += good + 1;
		n -= good + 1;
	}
}

size_t utf8_put_size(const char *s, size_t n)
{
	size_t total = 0, good;

	for (;;) {
		good = utf8_prefix(s, n);
		total += good;
		if (good == n)
			return total;
		total += strlen(UTF8_REPLACEMENT);
		s += good + 1;
		n -= good + 1;
	}
}
