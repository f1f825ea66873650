/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions about shares of functions. */
#include "config.h"

#include "condition.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "significance.h"

/* Percents that differ by less are equal: they come of divisions. */
#define TOLERANCE 1e-9

/* ---- parsing ---- */

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* Moves behind the word if it is there. */
static bool take(const char **s, const char *word)
{
	size_t n = strlen(word);

	*s = skip_blanks(*s);
	if (strncmp(*s, word, n))
		return false;
	*s += n;
	return true;
}

/* Decimal digits with a point. */
static bool take_number(const char **s, double *number)
{
	size_t n = strspn(*s, "0123456789.");
	char *end;

	*number = strtod(*s, &end);
	if (n == 0 || end != *s + n)
		return false;
	*s = end;
	return true;
}

static bool take_comparison(const char **s, struct condition *c)
{
	c->is_less = take(s, "<");
	if (!c->is_less && !take(s, ">"))
		return false;
	c->or_equal = **s == '=';
	*s += c->or_equal;
	return true;
}

static bool take_percent(const char **s, struct condition *c)
{
	bool is_negative;

	*s = skip_blanks(*s);
	is_negative = **s == '-';
	c->is_change = is_negative || **s == '+';
	*s += c->is_change;
	if (!take_number(s, &c->percent) || !take(s, "%"))
		return false;
	if (is_negative)
		c->percent = -c->percent;
	return true;
}

static bool take_p(const char **s, struct condition *c)
{
	if (!take(s, "p"))
		return true;
	if (!take(s, "<"))
		return false;
	*s = skip_blanks(*s);
	return take_number(s, &c->p) && c->p > 0 && c->p <= 1;
}

/* What follows the expression. */
static bool parse_limit(struct condition *c, const char *s)
{
	if (!take_comparison(&s, c) || !take_percent(&s, c) || !take_p(&s, c))
		return false;
	return !*skip_blanks(s);
}

/* The last "/)" of the text ends the expression, so that one may be in it. */
static const char *expression_end(const char *s)
{
	const char *end = NULL;

	for (s = strstr(s, "/"); s; s = strstr(s + 1, "/"))
		if (*skip_blanks(s + 1) == ')')
			end = s;
	return end;
}

static int refuse(const char *why, char reason[PATTERN_REASON_MAX])
{
	snprintf(reason, PATTERN_REASON_MAX, "%s", why);
	return -EINVAL;
}

static int parse(struct condition *c, const char *s, char reason[PATTERN_REASON_MAX])
{
	CLEANUP_FREE char *regex = NULL;
	const char *end;

	c->is_total = take(&s, "total");
	if ((!c->is_total && !take(&s, "self")) || !take(&s, "(") || !take(&s, "/"))
		return refuse(_("it does not begin with self(/REGEX/) or total(/REGEX/)"), reason);
	end = expression_end(s);
	if (!end)
		return refuse(_("the regular expression does not end in /)"), reason);
	if (!parse_limit(c, strchr(end, ')') + 1))
		return refuse(_("the end is not a limit such as > +2% or <= 10%, with p<0.01 "
				"behind it or not"), reason);
	if (c->p > 0 && !c->is_change)
		return refuse(_("p is for changes, which have a sign: +2%"), reason);
	regex = strndup(s, (size_t)(end - s));
	return regex ? pattern_compile(&c->pattern, regex, reason) : -ENOMEM;
}

int condition_parse(struct condition *c, const char *text, char reason[PATTERN_REASON_MAX])
{
	*c = (struct condition){ .text = text };
	return parse(c, text, reason);
}

/* ---- judging ---- */

struct sums {
	uint64_t before, after;
};

static void add(struct sums *sums, const struct trie *t, const struct diff *d, uint32_t node,
		bool is_total)
{
	const struct trie_node *n = &t->nodes[node];

	sums->after += is_total ? n->total : n->self;
	if (d)
		sums->before += is_total ? d->before_total[node] : d->before_self[node];
}

/* Below a frame that matches everything is counted already by its total. */
static struct sums sum_up(const struct condition *c, const struct trie *t, const struct diff *d,
			  const uint8_t *matches)
{
	struct sums sums = { 0 };
	uint32_t next;

	for (uint32_t i = trie_next(t, TRIE_ROOT); i != TRIE_NONE; i = next) {
		bool is_match = matches[t->nodes[i].frame];

		next = is_match && c->is_total ? trie_skip(t, i) : trie_next(t, i);
		if (is_match)
			add(&sums, t, d, i, c->is_total);
	}
	return sums;
}

static bool is_beyond(const struct condition *c, double percent)
{
	double over = c->is_less ? c->percent - percent : percent - c->percent;

	return c->or_equal ? over >= -TOLERANCE : over > TOLERANCE;
}

int condition_judge(struct condition *c, const struct trie *t, const struct diff *d,
		    struct condition_result *result)
{
	CLEANUP_FREE uint8_t *matches = calloc(t->n_frames + 1, sizeof(*matches));
	uint64_t before_all = d ? diff_before_all(d) : 0, after_all = t->nodes[TRIE_ROOT].total;
	struct sums sums;

	if (!matches)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_frames; i++)
		matches[i] = pattern_matches(&c->pattern, t->frames[i].name, t->frames[i].len);
	sums = sum_up(c, t, d, matches);
	result->before = 100 * diff_share(sums.before, before_all);
	result->after = 100 * diff_share(sums.after, after_all);
	result->p = significance_p(sums.before, before_all, sums.after, after_all);
	result->holds = is_beyond(c, result->after - (c->is_change ? result->before : 0)) &&
			(c->p <= 0 || result->p < c->p);
	return 0;
}

void condition_release(struct condition *c)
{
	pattern_release(&c->pattern);
}
