/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the run: "key value" comments of the stream, the last value of each key. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

/*
 * More keys than this are ignored.  A part is enough for what is said of each probe, of which there
 * can be thousands: what follows is not lost for it.
 */
#define FACTS_MAX 1024
#define FACTS_OF_PROBES_MAX (FACTS_MAX / 2)

/* Zero-initialise. */
struct facts {
	struct map keys;
	char *values[FACTS_MAX]; /* owned, by key id */
	size_t n_of_probes;      /* keys */
};

/*
 * Take a comment "key value" whose key is made of [a-z0-9_.]; others are ignored.  Control
 * characters in the value become spaces.  0 or -ENOMEM.
 */
int facts_take(struct facts *f, const char *comment, size_t len) MUST_CHECK;

/* Is it said of one probe: "hits.7"? */
bool facts_is_of_probe(const char *key);

/* The value of key, or NULL. */
const char *facts_get(const struct facts *f, const char *key);

/* The value as a decimal number, or 0 when it is absent or none. */
uint64_t facts_number(const struct facts *f, const char *key);

void facts_release(struct facts *f);
