/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growable byte buffer with a hard maximum. */
#include "config.h"

#include "lib/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)256)

static int fail(struct buf *b, int error)
{
	b->failed = error;
	return error;
}

/* Capacity for `need` bytes: doubled, but never above the maximum. */
static size_t grown_capacity(const struct buf *b, size_t need)
{
	size_t cap = b->cap > b->max / 2 ? b->max : b->cap * 2;

	if (cap < FIRST_CAPACITY)
		cap = FIRST_CAPACITY;
	if (cap > b->max)
		cap = b->max;
	return cap < need ? need : cap;
}

static int reserve(struct buf *b, size_t n)
{
	size_t cap;
	uint8_t *moved;

	if (b->failed)
		return b->failed;
	if (n <= b->cap - b->len)
		return 0;
	if (b->len > b->max || n > b->max - b->len)
		return fail(b, -EOVERFLOW);
	cap = grown_capacity(b, b->len + n);
	moved = realloc(b->data, cap);
	if (!moved)
		return fail(b, -ENOMEM);
	b->data = moved;
	b->cap = cap;
	return 0;
}

int buf_put(struct buf *b, const void *bytes, size_t n)
{
	int error = reserve(b, n);

	if (error || !n)
		return error;
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	return 0;
}

void *buf_extend(struct buf *b, size_t n)
{
	/* One byte at least, so that an empty buffer has an address to return. */
	if (reserve(b, n ? n : 1))
		return NULL;
	b->len += n;
	return b->data + b->len - n;
}

int buf_put_byte(struct buf *b, uint8_t byte)
{
	return buf_put(b, &byte, 1);
}

int buf_put_str(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int buf_put_zeros(struct buf *b, size_t n)
{
	int error = reserve(b, n);

	if (error || !n)
		return error;
	memset(b->data + b->len, 0, n);
	b->len += n;
	return 0;
}

static int put_formatted(struct buf *b, size_t n, const char *fmt, va_list args) PRINTF(3, 0);

/* vsnprintf wants a place for the NUL too, which is given back; it may need one byte above max. */
static int put_formatted(struct buf *b, size_t n, const char *fmt, va_list args)
{
	char *text = malloc(n + 1);
	int error;

	if (!text)
		return fail(b, -ENOMEM);
	vsnprintf(text, n + 1, fmt, args);
	error = buf_put(b, text, n);
	free(text);
	return error;
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t room = b->failed ? 0 : b->cap - b->len;
	va_list args, again;
	int n, error = 0;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(room ? (char *)b->data + b->len : NULL, room, fmt, args);
	if (b->failed)
		error = b->failed;
	else if (n < 0)
		error = fail(b, -EINVAL);
	else if ((size_t)n < room)
		b->len += (size_t)n;
	else
		error = put_formatted(b, (size_t)n, fmt, again);
	va_end(again);
	va_end(args);
	return error;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = 0;
}

void buf_release(struct buf *b)
{
	free(b->data);
	*b = BUF_INIT(b->max);
}
