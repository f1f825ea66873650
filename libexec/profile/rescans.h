/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes whose mappings are listed again through the BPF iterator: rarely for each, and never
 * for more than a small share of a CPU's time in all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

#include "scan.h"

/* A process whose mappings are to be listed anew. */
struct rescan {
	uint32_t tgid;
	uint64_t due_ns;
};

/* Who wants to know what a listing finds.  0 or a negative errno. */
struct rescans_reader {
	/* One mapping; those of one process come one after the other. */
	int (*found)(void *ctx, const struct abi_mapping *m, const char *path);
	/* The process's listing that began at that time is over, and was whole. */
	int (*ended)(void *ctx, uint32_t tgid, uint64_t began_ns);
	void *ctx;
};

struct rescans {
	struct scan *scan;       /* borrowed */
	struct rescans_reader reader;
	struct rescan *list; size_t n, cap;
	struct u64_map last;     /* process to centiseconds << 3 | doublings */
	int64_t left_ns;         /* time that listings may take just now */
	uint64_t counted_ns;     /* until when left_ns has grown */
	uint64_t repeated;       /* listings that were broken off because an address came twice */
};

/* The scan is borrowed. */
void rescans_init(struct rescans *r, struct scan *scan, const struct rescans_reader *reader);

/* A walk met an address in no known mapping of the process.  0 or -ENOMEM. */
int rescans_want(struct rescans *r, uint32_t tgid) MUST_CHECK;

/* The process is about to have new mappings, or has them: list it in a moment.  0 or -ENOMEM. */
int rescans_soon(struct rescans *r, uint32_t tgid) MUST_CHECK;

/* Something is due within milliseconds. */
bool rescans_are_near(const struct rescans *r);

/* List what is due.  0 or a negative errno. */
int rescans_work(struct rescans *r) MUST_CHECK;

void rescans_release(struct rescans *r);
