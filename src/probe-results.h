/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What profile tells of each probe of a run. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

struct probe_result {
	uint64_t hits;
	uint64_t missed;         /* hits that the kernel could not take */
	char *refused;           /* why it was not attached, owned; NULL: it was */
};

struct probe_results {
	struct probe_result *v; size_t n;
	struct buf rungs;        /* by what means they were attached, separated by ", " */
};

/* Room for n probes.  0 or -ENOMEM. */
int probe_results_init(struct probe_results *r, size_t n) MUST_CHECK;

/*
 * Take a helper's fact in, if it is about probes: "hits.N", "missed.N", "refused.N", "probe_rung".
 * Returns 1, 0 when it is about something else, or -ENOMEM.
 */
int probe_results_take(struct probe_results *r, const char *key, const char *value) MUST_CHECK;

void probe_results_release(struct probe_results *r);
