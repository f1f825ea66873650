/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about a profile before, and conditions. */
#include "config.h"

#include "options-diff.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/i18n.h"

enum { OPT_BEFORE = 0x200, OPT_FAIL_IF };

static const struct argp_option option_table[] = {
	{ "before", OPT_BEFORE, N_("FORMAT:FD"), 0,
	  N_("Compare with the profile from descriptor FD: messages (of symbolize) or file"), 0 },
	{ "fail-if", OPT_FAIL_IF, N_("CONDITION"), 0,
	  N_("Report a condition that holds, such as self(/REGEX/) > +2%"), 0 },
	{ 0 }
};

static void set_before(struct diff_options *o, const char *text, struct argp_state *state)
{
	const char *colon = strchr(text, ':');
	char *end;
	long fd = -1;

	if (colon && colon[1]) {
		fd = strtol(colon + 1, &end, 10);
		if (*end || fd > INT_MAX)
			fd = -1;
	}
	if (!strncmp(text, "messages:", 9))
		o->before_format = INPUT_MESSAGES;
	else if (!strncmp(text, "file:", 5))
		o->before_format = INPUT_FILE;
	else
		fd = -1;
	if (fd < 0)
		argp_error(state, _("--before=%s: neither messages:FD nor file:FD"), text);
	o->before_fd = (int)fd;
}

static void add_condition(struct diff_options *o, const char *text)
{
	char reason[PATTERN_REASON_MAX];

	if (o->n_conditions == CONDITIONS_MAX) {
		diag_error(_("--fail-if '%s': more than %d conditions"), text, CONDITIONS_MAX);
		exit(EXIT_USAGE);
	}
	switch (condition_parse(&o->conditions[o->n_conditions], text, reason)) {
	case 0:
		o->n_conditions++;
		return;
	case -EINVAL:
		diag_error(_("--fail-if '%s': %s"), text, reason);
		break;
	default:
		diag_error("%s", strerror(ENOMEM));
	}
	exit(EXIT_USAGE);
}

static void check(const struct diff_options *o)
{
	for (size_t i = 0; i < o->n_conditions && o->before_fd < 0; i++) {
		if (!o->conditions[i].is_change)
			continue;
		diag_error(_("--fail-if '%s': a number with a sign is a change, which needs a "
			     "profile before; add --diff, or leave the sign out"),
			   o->conditions[i].text);
		exit(EXIT_USAGE);
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct diff_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		o->before_fd = -1;
		return 0;
	case OPT_BEFORE:
		set_before(o, arg, state);
		return 0;
	case OPT_FAIL_IF:
		add_condition(o, arg);
		return 0;
	case ARGP_KEY_END:
		check(o);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp diff_parser = { .options = option_table, .parser = parse_option };
