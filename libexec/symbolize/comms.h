/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Thread names over time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

struct comm_change {
	uint64_t time;
	uint32_t name;           /* id in names */
	uint32_t older;          /* index, or MAP_NONE */
};

/* Zero-initialise before the first use. */
struct comms {
	struct map names;
	struct u64_map tids;     /* thread id to its newest change */
	struct comm_change *changes; size_t n, cap;
};

/* The id of a name; at most 15 bytes count.  MAP_NONE when memory is out. */
uint32_t comms_name(struct comms *c, const char *name, size_t len);

/* The thread has that name from `time` on. */
int comms_set(struct comms *c, uint32_t tid, uint64_t time, uint32_t name) MUST_CHECK;

/* The thread's name at `time`, or the first one known, or MAP_NONE. */
uint32_t comms_at(const struct comms *c, uint32_t tid, uint64_t time);

void comms_release(struct comms *c);
