/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copied user stacks on their way from the sample to a chain. */
#include "config.h"

#include "copies.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>

#define COPY_WORDS (sizeof(struct unwind_copy) / sizeof(uint64_t))

static size_t words_of(uint64_t bytes)
{
	return (size_t)((bytes + 7) / 8);
}

int copies_pack(struct copies *c, const struct perf_data_sample *s, const uint64_t *chain, size_t n,
		struct waiting *w, const uint64_t **block)
{
	struct unwind_copy copy;

	*block = chain;
	w->sample.chain_len = (uint32_t)n;
	if (!unwind_copy_of(s, &copy))
		return 0;
	w->sample.copy_len = (uint32_t)(COPY_WORDS + words_of(copy.stack_len));
	buf_clear(&c->packed);
	buf_put(&c->packed, chain, n * sizeof(*chain));
	buf_put(&c->packed, &copy, sizeof(copy));
	buf_put(&c->packed, s->stack, s->stack_len);
	buf_put_zeros(&c->packed, words_of(s->stack_len) * sizeof(*chain) - s->stack_len);
	*block = (const uint64_t *)(const void *)c->packed.data;
	return c->packed.failed;
}

/* Where the user part begins: at its marker, or at 0 in a chain of user addresses only. */
static size_t find_user_part(const uint64_t *chain, size_t n, uint16_t misc, size_t *frames)
{
	bool user_mode = (misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_USER;
	size_t at = 0;

	while (at < n && chain[at] < (uint64_t)PERF_CONTEXT_MAX)
		at++;
	if (at == n) {
		*frames = user_mode ? n : 0;
		return user_mode ? 0 : n;
	}
	for (at = 0; at < n && chain[at] != PERF_CONTEXT_USER; at++)
		;
	*frames = at < n ? n - at - 1 : 0;
	return at;
}

/* Put what was unwound in place of the user part.  Returns the new chain's length, or 0. */
static size_t replace(struct copies *c, const uint64_t *chain, size_t n, uint16_t misc)
{
	const struct unwind_result *found = &c->result;
	size_t frames, at = find_user_part(chain, n, misc, &frames);

	if (found->n < frames || at + 1 + found->n > STACK_CHAIN_MAX)
		return 0;
	if (at)
		memcpy(c->chain, chain, at * sizeof(*chain));
	c->chain[at] = PERF_CONTEXT_USER;
	memcpy(c->chain + at + 1, found->frames, found->n * sizeof(*found->frames));
	return at + 1 + found->n;
}

const uint64_t *copies_unwind(struct copies *c, const struct unwind_space *where,
			      const struct waiting *w, const uint64_t *block,
			      struct stack_key *key, size_t *n)
{
	const uint64_t *at = block + w->sample.chain_len;
	struct unwind_copy copy;
	size_t replaced;

	*n = w->sample.chain_len;
	if (!w->sample.copy_len)
		return block;
	if (c->done >= c->max) {
		c->skipped += w->sample.count;
		return block;
	}
	c->done++;
	memcpy(&copy, at, sizeof(copy));
	unwind_stack(where, &copy, (const uint8_t *)(at + COPY_WORDS), &c->result);
	replaced = replace(c, block, *n, key->misc);
	if (!replaced)
		return block;
	*n = replaced;
	key->verdict = (uint16_t)c->result.verdict;
	key->gap = 0;
	key->flags = STACK_FROM_COPY;
	return c->chain;
}

void copies_release(struct copies *c)
{
	buf_release(&c->packed);
}
