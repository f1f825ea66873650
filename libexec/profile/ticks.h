/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes each CPU tick, so that it is sampled: the first of three that the kernel allows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/compiler.h"
#include "lib/cpu-events.h"
#include "lib/cpulist.h"

#include "ksyms.h"

struct bpf_program;

enum ticks_rung {
	TICKS_AUTO,              /* asked: the first that works */
	TICKS_PERF,              /* a perf event on each CPU */
	TICKS_TIMER,             /* a BPF timer on each CPU */
	TICKS_TICK               /* the kernel's own tick */
};

struct ticks_config {
	enum ticks_rung rung;
	uint64_t frequency;
	const uint32_t *cpus;    size_t n_cpus;              /* borrowed */
	const struct cpu_event *events; size_t n_events;     /* opened already; owned from now on */
};

/* At most so many programs make one rung. */
#define TICKS_PROGRAMS 2

struct ticks {
	struct ticks_config config;
	enum ticks_rung rung;    /* taken; TICKS_AUTO: not perf events, the others remain */
	uint64_t period_ns;      /* between two samples of a CPU */
	uint32_t hz;             /* of the kernel's tick */
	int *events;             /* perf event descriptors, one for each CPU */
	struct bpf_link **links; /* of the events */
	int programs[TICKS_PROGRAMS], attached[TICKS_PROGRAMS];      /* -1: none */
	struct abi_ticks *shared;    /* the programs'; borrowed */
	uint64_t started_ns, stopped_ns;
};

/* The rung's name as --sampler has it. */
const char *ticks_rung_name(enum ticks_rung rung);

/*
 * Open the perf events, or find that they are refused and that another rung may be tried.  Returns
 * 0 or a negative errno; ticks_close() is to be called in any case.
 */
int ticks_open(struct ticks *t, const struct ticks_config *config) MUST_CHECK;

/*
 * Load the programs of a rung other than perf events, the first that loads.  `load` returns the
 * descriptor of the program of that name, or a negative errno.
 */
int ticks_load(struct ticks *t, int (*load)(void *ctx, const char *name), void *ctx) MUST_CHECK;

/*
 * Begin.  `program` runs at perf events, the kernel's symbols say where the others' code is, and
 * `shared` stays borrowed.  0 or a negative errno: -ENOENT, what is needed has no symbol.
 */
int ticks_start(struct ticks *t, struct bpf_program *program, const struct ksyms *ksyms,
		struct abi_ticks *shared) MUST_CHECK;

/* No tick counts from now on.  Idempotent. */
void ticks_stop(struct ticks *t);

/*
 * How often the config's CPU `i` was due to be sampled, given how often it was.  0 or a negative
 * errno.
 */
int ticks_due(const struct ticks *t, size_t i, uint64_t runs, uint64_t *due) MUST_CHECK;

/*
 * Of these CPUs those on which the kernel stops its tick while they work (nohz_full), as text; ""
 * for none.
 */
void ticks_stopped_cpus(const struct cpulist *of, char text[CPULIST_TEXT_MAX]);

void ticks_close(struct ticks *t);
