/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about a profile before and conditions, a part of the parser of render's arguments. */
#pragma once

#include <argp.h>

#include "condition.h"
#include "input.h"

#define CONDITIONS_MAX 64

struct diff_options {
	int before_fd;           /* -1: there is no profile before */
	enum input_format before_format;
	struct condition conditions[CONDITIONS_MAX];
	size_t n_conditions;
};

/* Its input is a struct diff_options.  A value without a meaning is a usage error. */
extern const struct argp diff_parser;
