/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks by the two hashes that the kernel computed: what a counted key means. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"

struct stack {
	size_t first;            /* index of the innermost frame in frames */
	uint16_t n_kernel;       /* kernel frames, first */
	uint16_t n_user;
	uint16_t gap;            /* user frames before those that were left out, 0: none were */
	uint32_t verdict;        /* enum verdict */
};

/* Zero-initialise before the first use. */
struct stack_table {
	struct map ids;
	struct stack *stacks;    size_t n_stacks, stacks_cap;
	uint64_t *frames;        size_t n_frames, frames_cap;
};

/*
 * Remember a stack of s->n_kernel + s->n_user frames, unless it is known; s->first is not looked
 * at. Returns its index, or a negative errno (-ENOMEM); *is_new tells.
 */
int64_t stack_table_add(struct stack_table *t, uint64_t user_hash, uint64_t kernel_hash,
			const struct stack *s, const uint64_t *frames, bool *is_new) MUST_CHECK;

/* The stack of these hashes, or NULL.  Valid until the next add. */
const struct stack *stack_table_find(const struct stack_table *t, uint64_t user_hash,
				     uint64_t kernel_hash);

void stack_table_release(struct stack_table *t);
