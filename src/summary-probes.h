/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the summary says about probes: their hits, and what could not be attached. */
#pragma once

#include "lib/buf.h"
#include "summary.h"

/* "12 hits of 3 probes", or nothing where samples are by time. */
void probes_print_hits(const struct summary *sum, struct buf *b);

/* One line for each of the probes with the most hits, when there are several. */
void probes_print_each(const struct summary *sum);

/* Warn of those that could not be attached, and of hits that the kernel missed. */
void probes_warn(const struct summary *sum);

/* The i-th probe's name in text for people and programs, appended without a NUL. */
void probes_put_name(const struct summary *sum, size_t i, struct buf *b);
