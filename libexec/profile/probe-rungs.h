/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How probes of each kind are attached; for probes.c alone. */
#pragma once

#include "probes.h"

/* Each attaches or refuses all probes of its kind.  0 or -ENOMEM. */
int probes_attach_user(struct probes *p) MUST_CHECK;
int probes_attach_kernel(struct probes *p) MUST_CHECK;
int probes_attach_tracepoints(struct probes *p) MUST_CHECK;

/* ---- what they have in common ---- */

/* Load a program; its descriptor is owned by the list.  The descriptor or a negative errno. */
int probes_load(struct probes *p, const struct sampler_program *wanted) MUST_CHECK;

/*
 * A link has been made (fd >= 0) or not (a negative errno), for probe i alone or for several
 * (PROBE_NONE).  The descriptors are owned from now on.  Returns fd, or a negative errno.
 */
int probes_keep_link(struct probes *p, int fd, int event, uint32_t i) MUST_CHECK;

/* Attach a program to a perf event, with the probe's number as cookie.  0 or a negative errno. */
int probes_link_event(struct probes *p, int program, int event, uint32_t i) MUST_CHECK;

void probes_attached(struct probes *p, size_t i, enum probe_rung rung);

/* error: a negative errno. */
void probes_refuse(struct probes *p, size_t i, int error, const char *format, ...) PRINTF(4, 5);

/*
 * Attach n probes, whose numbers are in `list`, together.  0 or a negative errno; then none is.
 */
typedef int probes_attach_many(struct probes *p, int program, const uint32_t *list, size_t n);

/*
 * The same, but when some of them cannot be, the others are: the set is halved until it is known
 * which.  `what` says what each of those could not be.
 */
void probes_attach_halves(struct probes *p, probes_attach_many *attach, int program,
			  const uint32_t *list, size_t n, enum probe_rung rung, const char *what);
