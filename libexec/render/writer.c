/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffered output: numbers without stdio, one error for the whole output. */
#include "config.h"

#include "writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gzip.h"
#include "lib/io.h"
#include "text.h"

static void write_out(struct writer *w, bool last)
{
	if (!w->error && !w->started) {
		w->started = 1;
		w->error = cut_old_contents(w->fd);
	}
	if (!w->error && w->gzip)
		w->error = gzip_write(w->gzip, w->fd, w->bytes, w->used, last);
	else if (!w->error && w->used > 0)
		w->error = write_all(w->fd, w->bytes, w->used);
	w->used = 0;
}

int writer_flush(struct writer *w)
{
	write_out(w, false);
	return w->error;
}

void writer_gzip(struct writer *w)
{
	write_out(w, false);
	w->gzip = gzip_new();
	if (!w->gzip && !w->error)
		w->error = -ENOMEM;
}

void writer_gzip_end(struct writer *w)
{
	if (!w->gzip)
		return;
	write_out(w, true);
	gzip_free(w->gzip);
	w->gzip = NULL;
}

void writer_put(struct writer *w, const void *bytes, size_t n)
{
	const char *from = bytes;

	if (n < sizeof(w->bytes) - w->used) {
		memcpy(w->bytes + w->used, bytes, n);
		w->used += n;
		return;
	}
	while (n > 0) {
		size_t part = sizeof(w->bytes) - w->used;

		if (part > n)
			part = n;
		memcpy(w->bytes + w->used, from, part);
		w->used += part;
		from += part;
		n -= part;
		if (w->used == sizeof(w->bytes) && writer_flush(w))
			return;
	}
}

void writer_puts(struct writer *w, const char *s)
{
	writer_put(w, s, strlen(s));
}

void writer_number(struct writer *w, uint64_t number)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	writer_put(w, digits + i, sizeof(digits) - i);
}

void writer_grouped(struct writer *w, uint64_t number)
{
	char digits[TEXT_GROUPED_MAX];

	writer_put(w, digits, text_group_digits(number, digits));
}

void writer_hundredths(struct writer *w, uint64_t hundredths)
{
	char fraction[3] = {
		'.', (char)('0' + hundredths / 10 % 10), (char)('0' + hundredths % 10)
	};

	writer_number(w, hundredths / 100);
	writer_put(w, fraction, sizeof(fraction));
}

void writer_printf(struct writer *w, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		writer_put(w, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}
