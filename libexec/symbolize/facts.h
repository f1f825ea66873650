/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the run, "key value", in the order in which keys first came. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

#define FACTS_MAX 4096

/* Zero-initialise before the first use. */
struct facts {
	struct map keys;
	char **values; size_t n, cap;   /* owned */
};

/* Set a fact; a later value replaces the earlier.  Facts beyond FACTS_MAX are dropped,
 * control characters become spaces. */
int facts_set(struct facts *f, const char *key, const char *value) MUST_CHECK;
int facts_set_number(struct facts *f, const char *key, uint64_t value) MUST_CHECK;

/* The value, or NULL; as a number, 0 when it is none. */
const char *facts_get(const struct facts *f, const char *key);
uint64_t facts_number(const struct facts *f, const char *key);

void facts_release(struct facts *f);
