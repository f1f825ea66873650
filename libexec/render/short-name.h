/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C++ and Rust names for places that are too narrow for them. */
#pragma once

#include <stddef.h>

#include "lib/buf.h"

/*
 * Append to b a form of the clean name (of text_clean()) that has no more code points than
 * `columns`: the whole name; without type, template arguments and parameters,
 * "std::vector<…>::push_back(…)"; of that the last two parts; the function's own name.  Where none
 * is so short it is the last, and the caller has to cut.  names.js has the same forms.
 */
void short_name(struct buf *b, const char *name, size_t len, size_t columns);
