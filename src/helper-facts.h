/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The "KEY VALUE" lines that a helper reports, kept for the summary. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* Helpers repeat what recordings say, so all of it is limited; what is beyond is ignored. */
#define HELPER_FACTS_MAX 256
#define FACT_LINE_MAX 4096

struct fact {
	char *key, *value;       /* owned */
};

/* May take a fact for itself: 1, 0 when it does not want it, or -ENOMEM. */
typedef int fact_taker(void *context, const char *key, const char *value);

struct helper_facts {
	fact_taker *taker;       /* asked first; NULL: all are kept here */
	void *context;
	struct fact list[HELPER_FACTS_MAX];
	size_t n;
	char line[FACT_LINE_MAX];  /* the line that is not complete yet */
	size_t len;
};

/*
 * Take n bytes of status lines in; lines may be cut anywhere.  A key that comes again replaces its
 * value.  Malformed and overlong lines are skipped.  Returns 0 or -ENOMEM.
 */
int helper_facts_feed(struct helper_facts *f, const char *bytes, size_t n) MUST_CHECK;

/* The value, or NULL.  It is valid until the next helper_facts_feed(). */
const char *helper_facts_get(const struct helper_facts *f, const char *key);

/* The value as a number; 0 when there is none or it is no number. */
uint64_t helper_facts_number(const struct helper_facts *f, const char *key);

void helper_facts_release(struct helper_facts *f);
