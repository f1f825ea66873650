/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about probes, a part of the command line's parser. */
#pragma once

#include <argp.h>

#include "options.h"

/* Its input is a struct options.  A usage error prints one line and exits with EXIT_USAGE. */
extern const struct argp probes_parser;

/* Check what the options about probes and all others together mean; exits likewise. */
void options_check_probes(const struct options *o, bool has_frequency);
