/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffered output to a descriptor that was inherited, with the first error kept. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* Zero-initialise with WRITER_INIT(fd); the descriptor stays the caller's. */
struct writer {
	int fd;
	int error;               /* 0 or the first negative errno; later puts do nothing */
	int started;             /* something was written */
	struct gzip *gzip;       /* NULL, or what compresses; writer_gzip() to writer_gzip_end() */
	size_t used;
	char bytes[64 << 10];
};

#define WRITER_INIT(descriptor) { .fd = (descriptor) }

void writer_put(struct writer *w, const void *bytes, size_t n);
void writer_puts(struct writer *w, const char *s);
void writer_number(struct writer *w, uint64_t number);
/* "1,234,567": digits in groups of three. */
void writer_grouped(struct writer *w, uint64_t number);
/* "12.34" of hundredths 1234. */
void writer_hundredths(struct writer *w, uint64_t hundredths);
void writer_printf(struct writer *w, const char *fmt, ...) PRINTF(2, 3);

/*
 * Write out what is buffered.  A regular file is cut at its current offset before the first byte
 * goes there, unless it is open for appending.  0 or the first error.
 */
int writer_flush(struct writer *w) MUST_CHECK;

/* What is put from now on is compressed (gzip, without name and time, so that bytes repeat). */
void writer_gzip(struct writer *w);

/* The end of that; before the last writer_flush().  Nothing happens without writer_gzip(). */
void writer_gzip_end(struct writer *w);
