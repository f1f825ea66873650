/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinct samples that wait to be written, and their counts. */
#include "config.h"

#include "stacks.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

int stacks_add(struct stacks *s, const struct stack_key *key, const uint64_t *chain, size_t n,
	       const struct stack_value *value)
{
	static char bytes[sizeof(*key) + STACK_CHAIN_MAX * sizeof(*chain)];
	struct stack_value empty = { .time = value->time };
	uint32_t id;
	bool added;

	if (n > STACK_CHAIN_MAX)
		n = STACK_CHAIN_MAX;
	memcpy(bytes, key, sizeof(*key));
	if (n)
		memcpy(bytes + sizeof(*key), chain, n * sizeof(*chain));
	if (VEC_RESERVE(s->v, s->cap, s->n + 1))
		return -ENOMEM;
	id = map_intern(&s->keys, bytes, sizeof(*key) + n * sizeof(*chain), &added);
	if (id == MAP_NONE)
		return -ENOMEM;
	if (added)
		s->v[s->n++] = empty;
	s->v[id].count += value->count;
	s->v[id].ns += value->ns;
	return 0;
}

size_t stacks_get(const struct stacks *s, size_t i, struct stack_key *key, uint64_t *chain)
{
	size_t n = (s->keys.keys[i].len - sizeof(*key)) / sizeof(*chain);

	memcpy(key, s->keys.keys[i].bytes, sizeof(*key));
	memcpy(chain, s->keys.keys[i].bytes + sizeof(*key), n * sizeof(*chain));
	return n;
}

void stacks_clear(struct stacks *s)
{
	map_clear(&s->keys);
	s->n = 0;
}

void stacks_release(struct stacks *s)
{
	map_release(&s->keys);
	free(s->v);
}
