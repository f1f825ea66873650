/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of an input file, plain or out of gzip. */
#include "config.h"

#include "source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/io.h"

#define RAW_BYTES ((size_t)64 << 10)
#define GZIP_WINDOW (15 + 16)    /* zlib: the largest window, in gzip's wrapping */

static const uint8_t gzip_magic[] = { 0x1f, 0x8b };

/* ---- gzip ---- */

/* More packed bytes where none are left.  1, 0 at the end, or an error. */
static int refill(struct source *s)
{
	ssize_t got;

	if (s->z.avail_in > 0)
		return 1;
	got = read_full(s->fd, s->raw, RAW_BYTES);
	if (got < 0)
		return (int)got;
	s->z.next_in = s->raw;
	s->z.avail_in = (uInt)got;
	s->n_raw += (uint64_t)got;
	return got > 0;
}

/* Between members.  1: another one begins, 0: the end, or an error. */
static int next_member(struct source *s)
{
	int got = refill(s);

	if (got <= 0)
		return got;
	if (*s->z.next_in != gzip_magic[0] || inflateReset(&s->z) != Z_OK)
		return -EBADMSG;
	s->in_member = true;
	return 1;
}

/* One round of inflating into the room that z has.  1, 0 at the end of the file, or an error. */
static int inflate_some(struct source *s)
{
	int got = s->in_member ? refill(s) : next_member(s);

	if (got < 0 || (!got && !s->in_member))
		return got;
	if (!got)
		return -ENODATA;
	switch (inflate(&s->z, Z_NO_FLUSH)) {
	case Z_STREAM_END:
		s->in_member = false;
		return 1;
	case Z_OK:
		return 1;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static ssize_t read_packed(struct source *s, void *bytes, size_t n)
{
	uInt room = n < INT_MAX ? (uInt)n : INT_MAX;
	int got = 1;

	s->z.next_out = bytes;
	s->z.avail_out = room;
	while (got > 0 && s->z.avail_out == room)
		got = inflate_some(s);
	return got < 0 ? got : (ssize_t)(room - s->z.avail_out);
}

/* What was read as the head are packed bytes: they go first into inflate(). */
static int begin_packed(struct source *s)
{
	s->raw = malloc(RAW_BYTES);
	if (!s->raw)
		return -ENOMEM;
	memcpy(s->raw, s->head, s->n_head);
	s->z.next_in = s->raw;
	s->z.avail_in = (uInt)s->n_head;
	s->n_raw = s->n_head;
	if (inflateInit2(&s->z, GZIP_WINDOW) != Z_OK)
		return -ENOMEM;
	s->packed = s->in_member = true;
	return 0;
}

/* ---- any ---- */

static ssize_t read_on(struct source *s, void *bytes, size_t n)
{
	return s->packed ? read_packed(s, bytes, n) : read_full(s->fd, bytes, n);
}

static int read_head(struct source *s)
{
	ssize_t got = 1;

	for (s->n_head = 0; got > 0 && s->n_head < SOURCE_HEAD; s->n_head += (size_t)got) {
		got = read_on(s, s->head + s->n_head, SOURCE_HEAD - s->n_head);
		if (got < 0)
			return (int)got;
	}
	return 0;
}

int source_open(struct source *s, int fd)
{
	int err;

	*s = (struct source){ .fd = fd };
	err = read_head(s);
	if (err || s->n_head < sizeof(gzip_magic) ||
	    memcmp(s->head, gzip_magic, sizeof(gzip_magic)) != 0)
		return err;
	err = begin_packed(s);
	return err ? err : read_head(s);
}

void source_release(struct source *s)
{
	if (s->packed)
		inflateEnd(&s->z);
	free(s->raw);
	s->packed = false;
	s->raw = NULL;
}

ssize_t source_read(struct source *s, void *bytes, size_t n)
{
	size_t left = s->n_head - s->taken;

	if (left == 0)
		return read_on(s, bytes, n);
	if (n > left)
		n = left;
	memcpy(bytes, s->head + s->taken, n);
	s->taken += n;
	return (ssize_t)n;
}
