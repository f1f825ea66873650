/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress line on a terminal. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

/* Shown on a terminal, unless a command has it for itself or silence was asked for. */
bool progress_is_wanted(const struct options *o);

/* Overwrite the line.  The cursor stays at its start, so that messages go over it. */
void progress_show(uint64_t elapsed_ns, uint64_t samples);
void progress_erase(void);
