/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the data island, decodes its base64 (RFC 4648) and inflates it (RFC 1951). */
#include "config.h"

#include "unpack.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define TEXT_BYTES ((size_t)64 << 10)
#define ROOM ((size_t)256 << 10)

/* Of a character: its six bits, or one of these. */
enum { PADDING = 64, BLANK, END, INVALID };

struct unpacker {
	struct source *source;
	struct buf *out;
	z_stream z;
	bool is_whole;           /* inflate() has seen the end */
	size_t packed;           /* bytes that went into inflate() */
	uint32_t bits;           /* of base64 that are no whole byte yet */
	unsigned n_bits;
	bool padded;
	char text[TEXT_BYTES];
	size_t n, at;            /* of text */
	uint8_t bytes[TEXT_BYTES];
};

/* ---- text ---- */

/* More text behind the last `kept` bytes, which move to the front.  1, 0 at the end, an error. */
static int read_text(struct unpacker *u, size_t kept)
{
	ssize_t got;

	memmove(u->text, u->text + u->n - kept, kept);
	u->at = 0;
	u->n = kept;
	got = source_read(u->source, u->text + kept, TEXT_BYTES - kept);
	if (got < 0)
		return (int)got;
	u->n += (size_t)got;
	return got > 0;
}

/* Go behind the island's opening tag. */
static int find_island(struct unpacker *u)
{
	static const char tag[] = ISLAND_ATTRIBUTES;
	const size_t len = strlen(tag);
	int got = read_text(u, 0);

	while (got > 0) {
		const char *found = memmem(u->text, u->n, tag, len);

		if (found) {
			u->at = (size_t)(found - u->text) + len;
			return 0;
		}
		got = read_text(u, u->n < len ? u->n : len - 1);
	}
	return got < 0 ? got : -ENOENT;
}

static unsigned value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	switch (c) {
	case '+':
		return 62;
	case '/':
		return 63;
	case '=':
		return PADDING;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return BLANK;
	case '<':
		return END;
	default:
		return INVALID;
	}
}

/* ---- bytes ---- */

/* What base64 gave so far goes through inflate() into out. */
static int inflate_bytes(struct unpacker *u, size_t n)
{
	u->z.next_in = u->bytes;
	u->z.avail_in = (uInt)n;
	u->packed += n;
	while (u->z.avail_in > 0) {
		size_t before = u->out->len;
		int done;

		if (u->is_whole)
			return -EBADMSG;
		u->z.next_out = buf_extend(u->out, ROOM);
		if (!u->z.next_out)
			return u->out->failed == -EOVERFLOW ? -EFBIG : u->out->failed;
		u->z.avail_out = ROOM;
		done = inflate(&u->z, Z_NO_FLUSH);
		u->out->len = before + ROOM - u->z.avail_out;
		u->is_whole = done == Z_STREAM_END;
		if (done == Z_MEM_ERROR)
			return -ENOMEM;
		if (done != Z_OK && done != Z_STREAM_END)
			return -EBADMSG;
		if (!unpack_may_give(u->packed, u->out->len))
			return -EFBIG;
	}
	return 0;
}

/* Decode the text at hand.  1: the island goes on, 0: it is at its end, or an error. */
static int decode_text(struct unpacker *u)
{
	unsigned value = 0;
	size_t n = 0;
	int err;

	for (; u->at < u->n && value != END; u->at++) {
		value = value_of(u->text[u->at]);
		if (value == INVALID || (value < PADDING && u->padded))
			return -EBADMSG;
		u->padded = u->padded || value == PADDING;
		if (value >= PADDING)
			continue;
		u->bits = u->bits << 6 | value;
		u->n_bits += 6;
		if (u->n_bits < 8)
			continue;
		u->n_bits -= 8;
		u->bytes[n++] = (uint8_t)(u->bits >> u->n_bits);
	}
	err = inflate_bytes(u, n);
	return err ? err : value != END;
}

static int read_island(struct unpacker *u)
{
	int got = decode_text(u);

	while (got > 0) {
		got = read_text(u, 0);
		if (got == 0)
			return -ENODATA;
		if (got > 0)
			got = decode_text(u);
	}
	if (!got && !u->is_whole)
		return -ENODATA;
	return got;
}

int unpack_island(struct source *s, struct buf *out)
{
	struct unpacker *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	u->source = s;
	u->out = out;
	err = find_island(u);
	if (!err && inflateInit2(&u->z, -15) != Z_OK)
		err = -ENOMEM;
	if (!err)
		err = read_island(u);
	inflateEnd(&u->z);
	free(u);
	return err;
}
