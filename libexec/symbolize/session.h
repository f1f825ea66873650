/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One recording from its records to pprof messages. */
#pragma once

#include <stdbool.h>

#include "comms.h"
#include "copies.h"
#include "emit.h"
#include "facts.h"
#include "lib/perf-data.h"
#include "timeline.h"

enum session_group { GROUP_NONE, GROUP_CPU, GROUP_TID };

struct session {
	const struct perf_data_info *info;   /* until it has been evaluated */
	struct address_spaces spaces;
	struct objects objects;
	struct sources sources;
	struct kernel_symbols kernel;
	struct perf_maps jit;
	struct comms comms;
	struct probes probes;
	struct frames frames;
	struct timeline timeline;
	struct copies copies;
	struct stacks stacks;
	struct facts facts;
	struct emitter emitter;
	enum session_group group;
	bool ours; /* written by profile-bee: rounds are complete, counts are aggregated */
	bool hits;               /* samples are hits of probes, and count no time */
	bool by_pointers;        /* user chains were walked by frame pointers */
	bool saved;              /* the input is a file: nobody waits for us to read it */
	bool live;               /* a message at least each second */
	bool kernel_checked;     /* kallsyms has been compared with the recording's kernel */
	bool kernel_foreign;     /* and is another boot's */
	uint64_t period_ns;
	uint64_t clock_period;   /* of another tool's event when it counts time, else 0 */
	uint64_t last_message;   /* monotonic clock, ns */
	uint64_t n_events, n_samples, n_lost;
};

/*
 * Zero-initialised but for the options (frames.no_demangle, objects.no_lines, group, saved,
 * objects' descriptors, kernel).  info must stay until session_finish().  0 or -ENOMEM.
 */
int session_init(struct session *s, const struct perf_data_info *info, int out) MUST_CHECK;

/* Take one record.  May write messages.  0 or a negative errno. */
int session_record(struct session *s, const struct perf_data_record *rec) MUST_CHECK;

/* Write everything that still waits and the facts; reason: why the input is incomplete, or NULL. */
int session_finish(struct session *s, const char *reason) MUST_CHECK;

/* Is it a stream of profile, and without the facts that end one? */
bool session_lacks_end(const struct session *s);

void session_release(struct session *s);
