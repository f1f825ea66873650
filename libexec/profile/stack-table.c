// SPDX-License-Identifier: GPL-2.0-or-later
/* Stacks by the two hashes that the kernel computed: what a counted key means. */
#include "config.h"

#include "stack-table.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

int64_t stack_table_add(struct stack_table *t, uint64_t user_hash, uint64_t kernel_hash,
			const struct stack *s, const uint64_t *frames, bool *is_new)
{
	uint64_t key[2] = { user_hash, kernel_hash };
	size_t n = (size_t)s->n_kernel + s->n_user;
	struct stack stack = *s;
	uint32_t id;

	stack.first = t->n_frames;

	if (VEC_RESERVE(t->stacks, t->stacks_cap, t->n_stacks + 1) ||
	    VEC_RESERVE(t->frames, t->frames_cap, t->n_frames + n))
		return -ENOMEM;
	id = map_intern(&t->ids, key, sizeof(key), is_new);
	if (id == MAP_NONE)
		return -ENOMEM;
	if (!*is_new)
		return id;
	if (n)
		memcpy(t->frames + t->n_frames, frames, n * sizeof(*frames));
	t->n_frames += n;
	t->stacks[t->n_stacks++] = stack;
	return id;
}

const struct stack *stack_table_find(const struct stack_table *t, uint64_t user_hash,
				     uint64_t kernel_hash)
{
	uint64_t key[2] = { user_hash, kernel_hash };
	uint32_t id = map_find(&t->ids, key, sizeof(key));

	return id == MAP_NONE ? NULL : &t->stacks[id];
}

void stack_table_release(struct stack_table *t)
{
	map_release(&t->ids);
	free(t->stacks);
	free(t->frames);
	*t = (struct stack_table){ 0 };
}
