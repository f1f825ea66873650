/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the walk in the kernel needs from here: mappings of processes and unwind tables, kept up to
 * date from the side band.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>

#include "lib/compiler.h"

#include "mappings.h"
#include "options.h"
#include "pool.h"
#include "rescans.h"
#include "sideband.h"
#include "tables.h"

struct bpf_object;

/* Descriptors that unwinder_poll_fds() may give at most, besides one for each CPU. */
#define UNWINDER_FDS BUILDERS_MAX

struct unwinder {
	bool on;                 /* false: walks go by frame pointers, and no table is made */
	bool all;                /* all processes are targets, not only those that were announced */
	struct sideband *sideband;   /* borrowed */
	struct rescans *rescans;     /* borrowed */
	uint64_t prepare_ns;     /* how long tables are waited for before sampling begins */
	struct pool pool;
	struct tables tables;
	struct mappings mappings;
	bool is_busy;            /* side-band records are coming: look again soon, unasked */
	uint32_t announced;      /* process that is being announced, 0: none */
	uint32_t held;           /* process that is about to execute another program, 0: none */
};

/*
 * Make ready for the options' walk by tables with the object's maps; without --dwarf it stays off.
 * The object, side band and rescans are borrowed; the builders' pipes are owned from now on.
 */
int unwinder_open(struct unwinder *u, const struct options *o, const struct bpf_object *object,
		  struct sideband *sideband, struct rescans *rescans) MUST_CHECK;

/* A mapping that a scan has found; those of one process come one after the other. */
int unwinder_announce(struct unwinder *u, const struct abi_mapping *m,
		      const char *path) MUST_CHECK;

/* All of a process, or of several, have been announced. */
void unwinder_announced(struct unwinder *u);

/* Let the programs see what was announced. */
int unwinder_publish(struct unwinder *u) MUST_CHECK;

/* Have the tables made for a program that is held before exec. */
void unwinder_prepare(struct unwinder *u, const char *program);

/* Wait for the tables that are being made, prepare_ns at most. */
int unwinder_await_tables(struct unwinder *u) MUST_CHECK;

/* While is_busy, unwinder_work() is to be called after so long at the latest. */
#define UNWINDER_BUSY_NS 500000

/*
 * Descriptors to poll for; fds has room for UNWINDER_FDS and one for each ring.  The rings' are
 * left out while is_busy: what comes in bursts is handled in bursts.
 */
size_t unwinder_poll_fds(const struct unwinder *u, struct pollfd *fds);

/*
 * Take in what has happened up to until_ns, as sideband_watch() has it, and from the builders; list
 * mappings that are to be listed.
 */
int unwinder_work(struct unwinder *u, uint64_t until_ns) MUST_CHECK;

/* A walk found no mapping at an address: list the process's mappings again, not too often. */
int unwinder_missed(struct unwinder *u, uint32_t tgid) MUST_CHECK;

/* The kernel has lost side-band records: all mappings have to be listed again. */
int unwinder_lost_records(struct unwinder *u) MUST_CHECK;

/* A grace period has passed.  To be called now and then: memory becomes free here. */
int unwinder_after_grace(struct unwinder *u) MUST_CHECK;

/* Wait for a grace period where there is no other, and do the same. */
int unwinder_tidy(struct unwinder *u) MUST_CHECK;

void unwinder_close(struct unwinder *u);
