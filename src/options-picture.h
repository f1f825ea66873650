/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about the looks of flame graphs, a part of the command line's parser. */
#pragma once

#include <argp.h>

#include "options.h"

/*
 * Its input is a struct options, whose list for render gets them: render understands them.  A usage
 * error prints one line and exits with EXIT_USAGE.
 */
extern const struct argp picture_parser;

/* Check what they and all other options together mean; exits likewise. */
void options_check_picture(const struct options *o);
