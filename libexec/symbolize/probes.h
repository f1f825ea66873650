/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the samples of a recording are hits of: names of probes, or of another profiler's events. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

/* Bytes of all names; probes beyond that have none. */
#define PROBES_NAMES_MAX ((size_t)256 << 20)

/* Zero-initialise before the first use. */
struct probes {
	struct map names;
	struct u64_map numbers;  /* of targets, to ids in names */
	size_t bytes;            /* of the names */
};

/* The id of a name.  MAP_NONE: it is empty or beyond the limit, or memory is out. */
uint32_t probes_name(struct probes *p, const char *name);

/*
 * Take what META says if the key is "probe.N", N the number of a target; a target keeps its first
 * name.  1 when it is such a key, 0 when it is another, or -ENOMEM.
 */
int probes_take(struct probes *p, const char *key, const char *value) MUST_CHECK;

/* The id of a target's name, or MAP_NONE. */
uint32_t probes_of(const struct probes *p, uint32_t number);

void probes_release(struct probes *p);
