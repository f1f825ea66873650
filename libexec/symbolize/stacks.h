/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinct samples that wait to be written, and their counts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

#define STACKS_MAX 65536
#define STACK_CHAIN_MAX 8192

/* What makes samples distinct, besides the chain.  No padding. */
struct stack_key {
	uint32_t pid, tid, cpu;  /* tid and cpu: MAP_NONE when not kept apart */
	uint32_t comm, process;  /* names, MAP_NONE: not known */
	uint32_t probe;          /* name of what was hit, MAP_NONE: nothing or not to be shown */
	uint32_t generation, epoch;
	uint16_t verdict, misc;  /* enum verdict or VERDICT_COPY_ENDS; cpumode */
	uint32_t gap;            /* as in struct perf_data_raw */
	uint32_t flags;          /* enum stack_flags */
};

enum stack_flags {
	STACK_BY_POINTERS = 1,   /* the user part of the chain was walked by frame pointers */
	STACK_FROM_COPY = 2      /* it was unwound from a copy of the stack */
};

struct stack_value {
	uint64_t count, ns;
	uint64_t time;           /* of one of the samples; any will do within an epoch */
};

/* Zero-initialise before the first use. */
struct stacks {
	struct map keys;         /* key and chain; ids as in v */
	struct stack_value *v; size_t n, cap;
};

/* Add to the sample; chains longer than STACK_CHAIN_MAX are cut.  0 or -ENOMEM. */
int stacks_add(struct stacks *s, const struct stack_key *key, const uint64_t *chain, size_t n,
	       const struct stack_value *value) MUST_CHECK;

/* The i-th sample; chain has room for STACK_CHAIN_MAX entries.  Returns their number. */
size_t stacks_get(const struct stacks *s, size_t i, struct stack_key *key, uint64_t *chain);

void stacks_clear(struct stacks *s);
void stacks_release(struct stacks *s);
