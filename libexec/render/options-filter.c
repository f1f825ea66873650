/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about what is shown. */
#include "config.h"

#include "options-filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/i18n.h"

enum { OPT_FOCUS = 0x100, OPT_IGNORE, OPT_HIDE, OPT_COLLAPSE, OPT_MIN };

static const struct argp_option option_table[] = {
	{ "focus", OPT_FOCUS, N_("REGEX"), 0, N_("Only stacks with a frame that matches"), 0 },
	{ "ignore", OPT_IGNORE, N_("REGEX"), 0, N_("No stacks with a frame that matches"), 0 },
	{ "hide", OPT_HIDE, N_("REGEX"), 0, N_("Leave frames that match out of their stacks"), 0 },
	{ "collapse-recursion", OPT_COLLAPSE, NULL, 0,
	  N_("One frame for a function that calls itself"), 0 },
	{ "min-percent", OPT_MIN, N_("N"), 0,
	  N_("Put together what has less than N percent of all samples"), 0 },
	{ 0 }
};

static void add(struct filter *f, enum filter_rule rule, const char *regex)
{
	char reason[PATTERN_REASON_MAX];

	switch (filter_add(f, rule, regex, reason)) {
	case 0:
		return;
	case -EINVAL:
		diag_error(_("--%s '%s': not a regular expression: %s"), filter_rule_name(rule),
			   regex, reason);
		diag_hint(_("see pcre2pattern(3); a '\\' before a sign takes its meaning away"));
		break;
	case -E2BIG:
		diag_error(_("--%s '%s': more than %d expressions"), filter_rule_name(rule), regex,
			   FILTER_PATTERNS_MAX);
		break;
	default:
		diag_error("%s", strerror(ENOMEM));
	}
	exit(EXIT_USAGE);
}

/* Decimal digits with a point, as in "0.5". */
static double percent(const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (!*text || strspn(text, "0123456789.") != strlen(text) || *end || n > 100) {
		diag_error(_("--min-percent '%s': not a number from 0 to 100"), text);
		exit(EXIT_USAGE);
	}
	return n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct filter_options *o = state->input;

	switch (key) {
	case OPT_FOCUS:
		add(&o->filter, FILTER_FOCUS, arg);
		return 0;
	case OPT_IGNORE:
		add(&o->filter, FILTER_IGNORE, arg);
		return 0;
	case OPT_HIDE:
		add(&o->filter, FILTER_HIDE, arg);
		return 0;
	case OPT_COLLAPSE:
		o->filter.collapse_recursion = true;
		return 0;
	case OPT_MIN:
		o->min_percent = percent(arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp filter_parser = { .options = option_table, .parser = parse_option };
