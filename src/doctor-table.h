/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of --doctor: their names, what they found, and how that is printed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/compiler.h"

enum doctor_state { DOCTOR_UNTRIED, DOCTOR_WORKS, DOCTOR_REFUSED, DOCTOR_MISSING };

enum doctor_trial {
	DOCTOR_CAPABILITIES, DOCTOR_PROFILE, DOCTOR_BUILDER, DOCTOR_PROBE_LIST, DOCTOR_SYMBOLIZE,
	DOCTOR_RENDER,
	DOCTOR_CPU_PERF, DOCTOR_CPU_TIMER, DOCTOR_CPU_TICK,
	DOCTOR_PROGRAMS, DOCTOR_SIDEBAND_PERF, DOCTOR_SIDEBAND_BPF, DOCTOR_MAPPINGS,
	DOCTOR_SYMBOLS,
	DOCTOR_UPROBE_MULTI, DOCTOR_UPROBE_PERF,
	DOCTOR_KPROBE_PERF, DOCTOR_KPROBE_MULTI, DOCTOR_FENTRY,
	DOCTOR_TRACEPOINT_PERF, DOCTOR_TRACEPOINT_BTF,
	DOCTOR_TRIALS
};

struct doctor_finding {
	enum doctor_state state;
	char *reason, *remedy;   /* owned; NULL: none */
};

/* Zero-initialise. */
struct doctor_table {
	struct doctor_finding findings[DOCTOR_TRIALS];
};

/* The strings are copied; either may be NULL.  A remedy of NULL is the trial's usual one. */
void doctor_table_set(struct doctor_table *t, enum doctor_trial trial, enum doctor_state state,
		      const char *reason, const char *remedy);

/*
 * Take profile's line "NAME<tab>STATE<tab>REASON", which is changed; what is known to work stays
 * so.  0, or -EBADMSG when it is none.
 */
int doctor_table_take_line(struct doctor_table *t, char *line) MUST_CHECK;

static inline bool doctor_table_works(const struct doctor_table *t, enum doctor_trial trial)
{
	return t->findings[trial].state == DOCTOR_WORKS;
}

/* The first way to sample CPUs that works, for people; NULL: none does.  Translated. */
const char *doctor_table_sampler(const struct doctor_table *t);

/* Append the table for people, or for programs: "NAME<tab>STATE<tab>REASON<tab>REMEDY" lines. */
void doctor_table_print(const struct doctor_table *t, struct buf *b);
void doctor_table_print_porcelain(const struct doctor_table *t, struct buf *b);

void doctor_table_release(struct doctor_table *t);
