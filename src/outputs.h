/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output files, opened before privileges are dropped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "options.h"

struct output {
	const struct output_request *request;
	int fd;                  /* above 2, close-on-exec */
	int reader_fd;           /* of FORMAT_MESSAGES, until it is taken; -1: none */
	bool created;            /* by us, in this run */
	bool regular;
	dev_t dev;
	ino_t ino;
	struct timespec changed; /* when it was written last, before us */
};

struct outputs {
	struct output list[OUTPUTS_MAX];
	size_t n;
};

/*
 * Open (create, but do not truncate) every output.  Returns 0, or a negative errno with *failed the
 * index of the request: -EEXIST when it is the same file as another output or as one of the n
 * inputs (-1: none).  What was opened stays in `out`.
 */
int outputs_open(struct outputs *out, const struct options *o, const int *inputs, size_t n,
		 size_t *failed) MUST_CHECK;

/*
 * The end from which the program of --pipe-to reads; the caller's from now on.  -1: there is none.
 */
int outputs_take_reader(struct outputs *out);

/* Close what only helpers write to, so that its reader sees the end. */
void outputs_close_pipes(struct outputs *out);

/* Empty the files that the renderer has begun to write, since it was killed: half a file could be
 * taken for a whole one. */
void outputs_empty_begun(const struct outputs *out);

/* Close all; remove: also unlink the files that were created and are still empty. */
void outputs_close(struct outputs *out, bool remove);
