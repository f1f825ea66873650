/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the conditions of --fail-if and reports those that hold. */
#pragma once

#include <stddef.h>

#include "lib/compiler.h"
#include "format.h"
#include "options-diff.h"

/*
 * A message for each condition that holds.  Returns how many do, or a negative errno: -ENODATA when
 * a profile has no samples (after a message), -ENOMEM.
 */
int fail_if_judge(struct diff_options *o, const struct view *view) MUST_CHECK;
