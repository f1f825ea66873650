/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffered reading of a perf.data stream. */
#include "config.h"

#include "lib/perf-data-input.h"

#include <errno.h>
#include <string.h>

#define BUFFER_SIZE ((size_t)1 << 20)

int input_init(struct input *in, int fd, uint64_t offset)
{
	*in = (struct input){ .fd = fd, .offset = offset };
	in->buffer = malloc(BUFFER_SIZE);
	return in->buffer ? 0 : -ENOMEM;
}

void input_release(struct input *in)
{
	free(in->buffer);
	in->buffer = NULL;
}

/* One read(2) behind the unread bytes. */
static int fill(struct input *in)
{
	ssize_t got;

	do
		got = read(in->fd, in->buffer + in->end, BUFFER_SIZE - in->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	in->at_end = !got;
	in->end += (size_t)got;
	return 0;
}

static void move_to_front(struct input *in)
{
	memmove(in->buffer, in->buffer + in->start, in->end - in->start);
	in->end -= in->start;
	in->start = 0;
}

int input_need(struct input *in, size_t n)
{
	int error;

	if (in->end - in->start >= n)
		return 1;
	move_to_front(in);
	while (in->end < n && !in->at_end) {
		error = fill(in);
		if (error)
			return error;
	}
	if (in->end >= n)
		return 1;
	return in->end ? -ENODATA : 0;
}

void input_advance(struct input *in, size_t n)
{
	in->start += n;
	in->offset += n;
}

int input_discard(struct input *in, uint64_t n)
{
	size_t held;
	int got;

	while (n) {
		held = in->end - in->start;
		if (!held) {
			got = input_need(in, 1);
			if (got <= 0)
				return got ? got : -ENODATA;
			continue;
		}
		if (held > n)
			held = (size_t)n;
		input_advance(in, held);
		n -= held;
	}
	return 0;
}
