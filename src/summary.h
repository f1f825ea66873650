/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run came to: for people on stderr, for machines as JSON. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "session.h"

/* A reason for lost samples: the helpers' key and what people read. */
struct loss_cause {
	const char *key, *text;
};
extern const struct loss_cause loss_causes[];
extern const size_t n_loss_causes;

struct summary {
	const struct session *session;
	uint64_t samples;        /* in the outputs */
	uint64_t lost;           /* of all causes */
	double cpu_seconds;      /* user and system time of all profile-bee processes */
	int exit_status;
};

/* Draw the sums of a run that has ended. */
void summary_init(struct summary *sum, const struct session *s);

/* What a helper has reported under the key: profile before render before symbolize; or NULL. */
const char *summary_fact(const struct summary *sum, const char *key);

/* Why the result is not whole, as the session saw it or as a recording says; NULL: it is. */
const char *summary_incomplete(const struct summary *sum);

/* Warnings about results that say little or cannot be right.  Always printed. */
void summary_warn(const struct summary *sum);

/* The summary for people, on stderr. */
void summary_print(const struct summary *sum);

/* The summary as one JSON object (profile-bee(1) has its keys).  0 or a negative errno. */
int summary_json(const struct summary *sum, struct buf *out) MUST_CHECK;
