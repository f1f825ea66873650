/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about input and outputs, a part of the command line's parser. */
#pragma once

#include <argp.h>

#include "options.h"

/* Its input is a struct options.  A usage error prints one line and exits with EXIT_USAGE. */
extern const struct argp outputs_parser;

/* Check the outputs, and add the default one when none is asked for; exits likewise. */
void options_finish_outputs(struct options *o);
