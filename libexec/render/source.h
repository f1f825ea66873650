/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of an input file, inflated on the way when they are gzip's (RFC 1952). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

#include "lib/compiler.h"

/* So much of a file's beginning can be looked at before it is read. */
#define SOURCE_HEAD ((size_t)4096)

struct source {
	int fd;                  /* the caller's */
	bool packed;
	z_stream z;              /* when packed */
	bool in_member;          /* of a gzip file, which may have several */
	uint8_t *raw;            /* packed bytes as read, owned */
	uint64_t n_raw;          /* all of them so far */
	uint8_t head[SOURCE_HEAD];
	size_t n_head, taken;    /* of head: bytes there are, and those that were read already */
};

/*
 * Begin to read fd at its place.  0, -ENOMEM, or what source_read() returns.  Release it in every
 * case.
 */
int source_open(struct source *s, int fd) MUST_CHECK;
void source_release(struct source *s);

/*
 * Up to n bytes; 0 only at the end.  Negative: -ENODATA, the gzip file is cut short; -EBADMSG, it
 * is damaged; another errno of read(2).
 */
ssize_t source_read(struct source *s, void *bytes, size_t n) MUST_CHECK;
