/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --list-probes: what a specification stands for. */
#pragma once

#include "lib/compiler.h"
#include "options.h"

/*
 * Find, and print on standard output: for people, or probe-list's own lines with --porcelain.
 * Returns an exit status: EXIT_FAILED when nothing matches, after a message with near names.
 */
int probe_listing_run(const struct options *o) MUST_CHECK;
