/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffered reading of a perf.data stream.  Private to perf-data-*.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

struct input {
	int fd;
	uint8_t *buffer;         /* owned; malloc's alignment */
	size_t start, end;       /* unread bytes of the buffer */
	uint64_t offset;         /* of the byte at start, in the file */
	bool at_end;             /* read(2) has returned 0 */
};

/* Start at the file's present position, which is called `offset`.  0 or -ENOMEM. */
int input_init(struct input *in, int fd, uint64_t offset) MUST_CHECK;
void input_release(struct input *in);

/*
 * Have n bytes (at most 64 KiB) in the buffer.  1, 0 when the input ends before the first of them,
 * -ENODATA when it ends after that, or another negative errno.
 */
int input_need(struct input *in, size_t n) MUST_CHECK;

/* Step over n bytes that input_need() has provided. */
void input_advance(struct input *in, size_t n);

/* Step over n bytes that need not be in the buffer.  0 or a negative errno. */
int input_discard(struct input *in, uint64_t n) MUST_CHECK;
