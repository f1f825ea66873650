/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growable byte buffer with a hard maximum: what a peer can make large has a limit. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/*
 * Zero-initialise with BUF_INIT(max).  A failed put sets `failed` and leaves the contents as they
 * were; later puts are no-ops, so a caller may check once after a series (buf_failed()).
 */
struct buf {
	uint8_t *data;   /* owned; NULL while empty */
	size_t len;      /* bytes in use */
	size_t cap;      /* bytes allocated */
	size_t max;      /* never grows beyond this many bytes; at most PTRDIFF_MAX */
	int failed;      /* 0, -ENOMEM, or -EOVERFLOW when max would be exceeded */
};

#define BUF_INIT(maximum) ((struct buf){ .max = (maximum) })

/* Append n bytes.  Returns 0 or a negative errno (also kept in b->failed). */
int buf_put(struct buf *b, const void *bytes, size_t n);

/* Append n bytes that the caller fills in.  Returns their address, valid until the next put, or
 * NULL. */
void *buf_extend(struct buf *b, size_t n) MUST_CHECK;

/* Append one byte, a C string without its NUL, or n zero bytes. */
int buf_put_byte(struct buf *b, uint8_t byte);
int buf_put_str(struct buf *b, const char *s);
int buf_put_zeros(struct buf *b, size_t n);

/* Append formatted text (as printf, LC_NUMERIC is always "C" in profile-bee). */
int buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* 0, or the error of the first put that failed. */
static inline int buf_failed(const struct buf *b)
{
	return b->failed;
}

/* Forget the contents and the failure, keep the memory. */
void buf_clear(struct buf *b);

/* Free the memory; b is then empty and may be used again. */
void buf_release(struct buf *b);
