/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about what is shown: they are handed to render as they are. */
#include "config.h"

#include "options-shown.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "helper-answer.h"
#include "helper-args.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/vec.h"
#include "output-format.h"
#include "usage.h"

#define RENDER HELPER_DIR "/render"

enum {
	KEY_FOCUS = 0x300,
	KEY_IGNORE,
	KEY_HIDE,
	KEY_COLLAPSE,
	KEY_MIN,
	KEY_INLINES,
	KEY_DIFF,
	KEY_FAIL_IF
};

static const struct argp_option option_table[] = {
	{ NULL, 0, NULL, 0, N_("What is shown, in every output but recordings:"), 1 },
	{ "focus", KEY_FOCUS, N_("REGEX"), 0,
	  N_("Only stacks that have a frame whose name matches REGEX"), 0 },
	{ "ignore", KEY_IGNORE, N_("REGEX"), 0,
	  N_("No stacks that have a frame whose name matches REGEX"), 0 },
	{ "hide", KEY_HIDE, N_("REGEX"), 0,
	  N_("Leave frames whose name matches REGEX out of their stacks"), 0 },
	{ "collapse-recursion", KEY_COLLAPSE, NULL, 0,
	  N_("One frame for a function that calls itself"), 0 },
	{ "min-percent", KEY_MIN, N_("N"), 0,
	  N_("Put together what has less than N percent of all samples"), 0 },
	{ "inlines", KEY_INLINES, N_("BOOL"), OPTION_ARG_OPTIONAL,
	  N_("Read DWARF for inlined calls and source lines (default true)"), 0 },
	{ "diff", KEY_DIFF, N_("BEFORE"), 0,
	  N_("Show what has changed since the profile in the file BEFORE, of any format that "
	     "--input reads"), 0 },
	{ "fail-if", KEY_FAIL_IF, N_("CONDITION"), 0,
	  N_("Exit with 4 if CONDITION holds: 'self(/REGEX/) > +2%' (more than since BEFORE, in "
	     "hundredths of all samples), 'total(/REGEX/) > 10%'"), 0 },
	{ 0 }
};

void options_add_shown(struct options *o, const char *name, const char *value)
{
	char *text = NULL;

	if (value && !*value)
		usage_error(_("--%s: the value is empty"), name);
	if (asprintf(&text, "--%s%s%s", name, value ? "=" : "", value ? value : "") < 0 ||
	    VEC_PUSH(o->shown, o->n_shown, o->cap_shown, text))
		usage_error(_("--%s: out of memory"), name);
}

static void set_before(struct options *o, const char *path)
{
	if (!*path)
		usage_error(_("--diff: the file name is empty"));
	if (o->before)
		usage_error(_("--diff %s: there is a profile to compare with already"), path);
	o->before = path;
}

static void set_inlines(struct options *o, const char *text)
{
	if (number_parse_bool(text ? text : "true", &o->inlines))
		usage_error(_("--inlines '%s': neither true nor false"), text);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	const char *name = usage_option_name(option_table, key);

	if (!name)
		return ARGP_ERR_UNKNOWN;
	if (key == KEY_DIFF)
		set_before(state->input, arg);
	else if (key == KEY_INLINES)
		set_inlines(state->input, arg);
	else
		options_add_shown(state->input, name, arg);
	return 0;
}

const struct argp shown_parser = { .options = option_table, .parser = parse_option };

static void check_before(const struct options *o)
{
	if (!options_wants_names(o))
		usage_error(_("--diff: there is no output here that shows a difference"));
	if (o->input && !strcmp(o->before, "-") && !strcmp(o->input, "-"))
		usage_error(_("--diff and --input cannot both read standard input"));
	for (size_t i = 0; i < o->n_outputs; i++)
		if (!output_format_shows_difference(o->outputs[i].format))
			usage_error(_("--diff and the output %s exclude each other: its format has "
				      "one profile only; known for differences are %s"),
				    o->outputs[i].path, output_extensions(true));
}

void options_check_shown(const struct options *o)
{
	if (o->before)
		check_before(o);
	if (o->n_shown && !options_wants_names(o))
		usage_error(_("%.*s: there is no output here that it changes; recordings have all"),
			    (int)strcspn(o->shown[0], "="), o->shown[0]);
}

static int ask_render(const struct options *o, int *status)
{
	struct args args = { .n = 0 }, env = { .n = 0 };
	struct buf answer = BUF_INIT(1);
	struct spawn_request req = {
		.kind = SPAWN_HELPER, .path = RENDER, .std = { -1, -1, STDERR_FILENO }
	};
	int err;

	args_add(&args, "render");
	args_add(&args, "--check");
	/* There is one, which is not read now. */
	if (o->before)
		args_add(&args, "--before=file:0");
	args_add_shown(&args, o);
	args_environment(&env, false);
	err = args.failed ? args.failed : env.failed;
	req.argv = args.list;
	req.envp = env.list;
	if (!err)
		err = helper_answer(&req, &answer, status);
	buf_release(&answer);
	args_release(&args);
	args_release(&env);
	return err;
}

int options_try_shown(const struct options *o)
{
	int status = 0, err = o->n_shown ? ask_render(o, &status) : 0;

	if (err) {
		diag_error(_("cannot run the helper %s: %s"), RENDER, strerror(-err));
		return EXIT_FAILED;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE)
		return EXIT_USAGE;
	if (status) {
		diag_error(_("the helper %s ended without finishing its work"), "render");
		return EXIT_FAILED;
	}
	return EXIT_OK;
}
