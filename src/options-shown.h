/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about what is shown, a part of the command line's parser: render understands them. */
#pragma once

#include <argp.h>

#include "options.h"

/* Its input is a struct options.  A usage error prints one line and exits with EXIT_USAGE. */
extern const struct argp shown_parser;

/*
 * Add "--NAME=VALUE" (VALUE NULL: "--NAME") to the options for render.  An empty value is a usage
 * error.
 */
void options_add_shown(struct options *o, const char *name, const char *value);

/* Check what they and all other options together mean; exits likewise. */
void options_check_shown(const struct options *o);

/*
 * Let render say whether the values have a meaning.  Returns an exit status, after a message when
 * it is not EXIT_OK.
 */
int options_try_shown(const struct options *o) MUST_CHECK;
