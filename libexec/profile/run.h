/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of the sampler: set up, sample until the control pipe ends, report. */
#pragma once

#include "options.h"

/*
 * Sample until `control` ends, writing the stream to `out`.  Failures are printed.  Returns an exit
 * status (enum exit_status).
 */
int run(const struct options *o, int control, int out);

/* Print the kernel's symbols to `out`; likewise. */
int run_kernel_symbols(int out);
