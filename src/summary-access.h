/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the summary about what the kernel gave access to. */
#pragma once

#include "lib/buf.h"
#include "summary.h"

/* By what means samples, mappings and kernel symbols were had. */
void access_print(const struct summary *sum, struct buf *b);

/* What sampling by the kernel's tick means for the result. */
void access_print_tick(const struct summary *sum, struct buf *b);

/* CPUs that were seldom sampled because the kernel stops their tick. */
void access_print_stopped(const struct summary *sum, struct buf *b);
