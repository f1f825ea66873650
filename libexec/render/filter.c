/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which stacks, and which of their frames, are shown. */
#include "config.h"

#include "filter.h"

#include <errno.h>
#include <string.h>

#include "lib/vec.h"

#define BIT(rule) (1u << (rule))

const char *filter_rule_name(enum filter_rule rule)
{
	static const char *const names[FILTER_RULES] = { "focus", "ignore", "hide" };

	return names[rule];
}

int filter_add(struct filter *f, enum filter_rule rule, const char *regex,
	       char reason[PATTERN_REASON_MAX])
{
	struct filter_pattern *p = &f->patterns[f->n_patterns];
	int err;

	if (f->n_patterns == FILTER_PATTERNS_MAX)
		return -E2BIG;
	err = pattern_compile(&p->pattern, regex, reason);
	if (err)
		return err;
	p->rule = rule;
	p->text = regex;
	f->n_patterns++;
	return 0;
}

bool filter_is_active(const struct filter *f)
{
	return f->n_patterns || f->collapse_recursion;
}

/* ---- frames ---- */

static uint8_t judge_frame(struct filter *f, const struct trie_frame *frame)
{
	uint8_t verdict = 0;

	for (size_t i = 0; i < f->n_patterns; i++) {
		struct filter_pattern *p = &f->patterns[i];

		if (!(verdict & BIT(p->rule)) &&
		    pattern_matches(&p->pattern, frame->name, frame->len))
			verdict |= BIT(p->rule);
	}
	return verdict;
}

static int judge_new_frames(struct filter *f, const struct trie *t)
{
	if (f->n_verdicts >= t->n_frames)
		return 0;
	if (VEC_RESERVE(f->verdicts, f->verdicts_cap, t->n_frames))
		return -ENOMEM;
	while (f->n_verdicts < t->n_frames) {
		f->verdicts[f->n_verdicts] = judge_frame(f, &t->frames[f->n_verdicts]);
		f->n_verdicts++;
	}
	return 0;
}

/* ---- stacks ---- */

static bool has_rule(const struct filter *f, enum filter_rule rule)
{
	for (size_t i = 0; i < f->n_patterns; i++)
		if (f->patterns[i].rule == rule)
			return true;
	return false;
}

static bool is_shown(const struct filter *f, const uint32_t *frames, size_t n)
{
	uint8_t all = has_rule(f, FILTER_FOCUS) ? 0 : BIT(FILTER_FOCUS);

	for (size_t i = 0; i < n; i++)
		all |= f->verdicts[frames[i]];
	return (all & BIT(FILTER_FOCUS)) && !(all & BIT(FILTER_IGNORE));
}

/* The same function, inlined into itself or not. */
static bool is_recursion(const struct trie *t, uint32_t caller, uint32_t callee)
{
	const struct trie_frame *a = &t->frames[caller], *b = &t->frames[callee];

	if (a->kind == FRAME_LABEL || b->kind == FRAME_LABEL)
		return false;
	if (caller == callee)
		return true;
	return (a->kind == FRAME_INLINED || b->kind == FRAME_INLINED) && a->len == b->len &&
	       !memcmp(a->name, b->name, a->len);
}

int filter_stack(struct filter *f, const struct trie *t, uint32_t *frames, uint32_t *places,
		 size_t *n, uint64_t count)
{
	size_t kept = 0;

	if (judge_new_frames(f, t))
		return -ENOMEM;
	if (!is_shown(f, frames, *n)) {
		f->left_out += count;
		return 0;
	}
	for (size_t i = 0; i < *n; i++) {
		if (f->verdicts[frames[i]] & BIT(FILTER_HIDE))
			continue;
		if (f->collapse_recursion && kept && is_recursion(t, frames[kept - 1], frames[i]))
			continue;
		frames[kept] = frames[i];
		if (places)
			places[kept] = places[i];
		kept++;
	}
	*n = kept;
	return 1;
}

/* ---- the rest ---- */

void filter_describe(const struct filter *f, struct buf *b)
{
	for (size_t i = 0; i < f->n_patterns; i++)
		buf_printf(b, " --%s=%s", filter_rule_name(f->patterns[i].rule),
			   f->patterns[i].text);
	if (f->collapse_recursion)
		buf_put_str(b, " --collapse-recursion");
}

uint64_t filter_given_up(const struct filter *f)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->n_patterns; i++)
		n += f->patterns[i].pattern.n_given_up;
	return n;
}

void filter_release(struct filter *f)
{
	for (size_t i = 0; i < f->n_patterns; i++)
		pattern_release(&f->patterns[i].pattern);
	free(f->verdicts);
	*f = (struct filter){ 0 };
}
