/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes to sample, and what the stream says about those that exist already. */
#pragma once

#include "lib/compiler.h"
#include "lib/number.h"

#include "collect.h"

/*
 * Make the processes in `pids` (none: all of the system) and their children, existing and future,
 * the targets, and put names and mappings of everything that is sampled into the stream.  The
 * side band must be open, so that nothing falls between.  Returns 0 or a negative errno.
 */
int targets_announce(struct collector *c, const struct id_list *pids) MUST_CHECK;
