/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of --doctor that concern sampling CPUs and naming what is sampled. */
#pragma once

#include "lib/buf.h"
#include "options.h"

/* Calls put_line(b, name, result) for each: 0 or a negative errno. */
void doctor_try_sampling(const struct options *o,
			 void (*put_line)(struct buf *b, const char *name, int r), struct buf *b);

/* Give this task the name that it has: a tracepoint, and a record of the side band. */
void doctor_rename_task(void);
