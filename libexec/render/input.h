/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What render reads: the stream of symbolize, or a whole file of any format that it knows. */
#pragma once

#include <stddef.h>

#include "lib/compiler.h"
#include "model.h"

enum input_format {
	INPUT_MESSAGES,  /* length-delimited pprof messages, as symbolize writes them */
	INPUT_FILE       /* recognised by its content: pprof, collapsed stacks, our SVG and HTML */
};

/* Zero-initialise.  What became of it, but for the first. */
struct input {
	int copy_fd;             /* every message that is read is written there; 0: nowhere */
	int copy_error;          /* 0, or the negative errno after which no more were written */
	size_t n_messages;       /* of INPUT_MESSAGES: that could be read */
	char error[256];         /* when input_read() fails: the reason, to be shown; else "" */
};

/*
 * Read fd to its end and add all of it to the model.  0 or a negative errno, with in->error told:
 *   INPUT_MESSAGES  what arrived before an error is in the model; a damaged message is left out and
 *                   those behind it are taken
 *   INPUT_FILE      the file is not what it seems to be, damaged, cut short or too large; the model
 *                   may have a part of it and is not to be used
 */
int input_read(struct input *in, int fd, enum input_format format, struct model *m) MUST_CHECK;
