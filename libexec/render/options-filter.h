/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about what is shown, a part of the parser of render's arguments. */
#pragma once

#include <argp.h>

#include "filter.h"

struct filter_options {
	struct filter filter;
	double min_percent;      /* 0: everything is shown */
};

/* Its input is a struct filter_options.  A value without a meaning is a usage error. */
extern const struct argp filter_parser;
