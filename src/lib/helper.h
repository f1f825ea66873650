/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every helper does first. */
#pragma once

#include <argp.h>

#include "lib/compiler.h"

struct helper_io {
	int in;    /* what was fd 0 */
	int out;   /* what was fd 1 */
};

/*
 * Start of a helper's main(): LC_CTYPE and LC_MESSAGES from the environment, the message domain
 * with its catalogues loaded, SIGPIPE and SIGINT ignored (the front end ends a run by closing
 * pipes), fds 0 and 1 moved to private close-on-exec descriptors and replaced by /dev/null so that
 * no library can print into the stream.  `name` is the helper's ("render").  Returns 0 or a
 * negative errno.
 */
int helper_start(const char *name, struct helper_io *io) MUST_CHECK;

/* The descriptor that an option's argument names; anything else is a usage error. */
int helper_parse_fd(struct argp_state *state, const char *text);
