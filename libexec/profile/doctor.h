/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do on this kernel, found by doing it. */
#pragma once

#include "lib/compiler.h"
#include "options.h"

/*
 * Try each way that a run may take, and write a line about each to `out`:
 *
 *	NAME<tab>works|refused|missing<tab>REASON
 *
 * "refused": the kernel has it, and not for this process; "missing": anything else, such as a
 * kernel that lacks it.  REASON is empty where it works.  Returns an exit status.
 */
int doctor_run(const struct options *o, int out) MUST_CHECK;
