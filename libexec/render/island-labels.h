/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of an island about processes, threads and CPUs. */
#pragma once

#include "lib/buf.h"
#include "lib/compiler.h"
#include "format.h"

/*
 * Append what ISLAND_LABELS and ISLAND_SAMPLES are (island.h) of view->samples, which is not NULL;
 * nothing where no sample tells a process, a thread or a CPU.  0 or a negative errno.
 */
int island_put_labels(struct buf *labels, struct buf *samples, const struct view *view) MUST_CHECK;
