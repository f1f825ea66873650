/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of the run, in the stream and as status lines: what was asked, got and lost. */
#pragma once

#include <stdint.h>

#include "lib/compiler.h"

#include "collect.h"
#include "options.h"
#include "sampler.h"
#include "stream.h"

struct report {
	int status_fd;
	struct stream *stream;   /* borrowed */
	uint64_t frequency;      /* 0: probes are sampled */
	uint32_t cpus;
	const struct ticks *ticks;   /* borrowed; NULL: probes are sampled */
	uint64_t started_ns, stopped_ns;   /* CLOCK_MONOTONIC */
};

/*
 * Write the stream's header and what is known before the first sample.  ticks is NULL when probes
 * are sampled.
 */
void report_begin(struct report *rep, const struct options *o, struct stream *stream,
		  uint32_t n_cpus, const struct ticks *ticks);

/* By what means mappings and the kernel's symbols are had. */
void report_access(struct report *rep, const struct sideband *sideband, const char *symbols);

/* Probes are sampled; what became of each when they were attached. */
void report_probes(struct report *rep, const struct probes *p);
void report_attached(struct report *rep, const struct probes *p);

/* Sampling has begun; it has ended. */
void report_live(struct report *rep);
void report_stopped(struct report *rep);

/* Samples so far. */
void report_progress(const struct report *rep, const struct sampler *sampler);

/* The accounts of the whole run, after the last flush.  0 or a negative errno. */
int report_end(struct report *rep, const struct sampler *sampler,
	       const struct collector *c) MUST_CHECK;
