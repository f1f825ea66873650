/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, by argp. */
#include "config.h"

#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "options-outputs.h"
#include "options-picture.h"
#include "options-probes.h"
#include "options-shown.h"
#include "usage.h"
#include "words.h"

enum {
	KEY_TID = 0x100,
	KEY_COMM,
	KEY_CGROUP,
	KEY_UNIT,
	KEY_CPU,
	KEY_CMD,
	KEY_SELF,
	KEY_SKIP_IDLE,
	KEY_GROUP_CPU,
	KEY_GROUP_PROCESS,
	KEY_STREAM_MODE,
	KEY_DWARF,
	KEY_MAX_FRAMES,
	KEY_UNWIND_MEMORY,
	KEY_SAMPLER
};

enum { GROUP_TARGET = 1, GROUP_SAMPLING, GROUP_PROBES, GROUP_OUTPUT, GROUP_SHOWN, GROUP_PICTURE };

static const struct argp_option option_table[] = {
	{ NULL, 0, NULL, 0, N_("What to sample (default: everything that runs):"), GROUP_TARGET },
	{ "pid", 'p', N_("PID[,PID...]"), 0,
	  N_("These processes, with their threads and children; the run ends when they have "
	     "ended"),
	  0 },
	{ "tid", KEY_TID, N_("TID[,TID...]"), 0, N_("These threads"), 0 },
	{ "comm", KEY_COMM, N_("GLOB"), 0, N_("Threads with a name that matches GLOB"), 0 },
	{ "cgroup", KEY_CGROUP, N_("PATH"), 0, N_("Processes in the control group PATH and below"),
	  0 },
	{ "unit", KEY_UNIT, N_("NAME"), 0, N_("Processes of the systemd unit NAME"), 0 },
	{ "cpu", KEY_CPU, N_("LIST"), 0, N_("These CPUs only, such as 0-3,8"), 0 },
	{ "cmd", KEY_CMD, N_("STRING"), 0,
	  N_("Run the command in STRING (split at blanks, quotes as in a shell), as with --"), 0 },
	{ "self-profile", KEY_SELF, NULL, 0, N_("profile-bee's own processes"), 0 },

	{ NULL, 0, NULL, 0, N_("How to sample:"), GROUP_SAMPLING },
	{ "frequency", 'f', N_("HZ"), 0, N_("Samples a second on each CPU (default 99)"), 0 },
	{ "sampler", KEY_SAMPLER, "auto|perf|timer|tick", 0,
	  N_("What makes CPUs tick: perf events, BPF timers, the kernel's tick (default: the first "
	     "that is permitted)"),
	  0 },
	{ "time", 't', N_("TIME"), 0,
	  N_("End after TIME: milliseconds, or a number with ms, s, m or h; 0 is no limit "
	     "(default 10 s, "
	     "no limit with a command)"),
	  0 },
	{ "skip-idle", KEY_SKIP_IDLE, NULL, 0, N_("Leave the idle task out"), 0 },
	{ "group-by-cpu", KEY_GROUP_CPU, NULL, 0, N_("Keep CPUs apart"), 0 },
	{ "group-by-process", KEY_GROUP_PROCESS, NULL, 0, N_("Keep processes apart"), 0 },
	{ "dwarf", KEY_DWARF, N_("BOOL"), OPTION_ARG_OPTIONAL,
	  N_("Walk user stacks by the unwind information of programs and libraries (default true); "
	     "false: by frame pointers alone"),
	  0 },
	{ "max-frames", KEY_MAX_FRAMES, N_("N"), 0,
	  N_("User frames of a stack, at most 4096 (default 1024)"), 0 },
	{ "unwind-memory", KEY_UNWIND_MEMORY, N_("BYTES"), 0,
	  N_("Memory for unwind tables, with a suffix K, M or G (default 512M)"), 0 },
	{ "stream-mode", KEY_STREAM_MODE, N_("MODE"), 0,
	  N_("How samples leave the kernel: 1 each with its time; 0 or 2 new stacks at once and "
	     "counts now "
	     "and then (default 2; 1 when a recording is written); 3 all at the end"),
	  0 },

	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, -1 },
	{ 0 }
};

/* What is known only while the command line is read. */
struct parsing {
	struct options *o;
	const char *target;          /* the first option that names a target, without its dashes */
	const char *other_target;    /* the same, --self-profile aside */
	const char *sampling;        /* the first option that --input excludes */
	bool has_time, has_frequency, has_stream_mode;
};

/* The long name of an option that is known to have one, for messages. */
static const char *long_name(int key)
{
	return usage_option_name(option_table, key);
}

static void note_target(struct parsing *p, int key)
{
	if (!p->target)
		p->target = long_name(key);
	if (!p->other_target && key != KEY_SELF)
		p->other_target = long_name(key);
}

static void set_ids(struct parsing *p, int key, struct id_list *list, const char *text)
{
	const char *name = long_name(key);

	note_target(p, key);
	switch (id_list_add(list, text)) {
	case 0:
		return;
	case -E2BIG:
		usage_error(_("--%s: more than %d ids"), name, ID_LIST_MAX);
	case -ERANGE:
		usage_error(_("--%s %s: an id is a number from 1 to %d"), name, text, INT32_MAX);
	default:
		usage_error(_("--%s '%s': not a list of numbers"), name, text);
	}
}

static void set_time(struct parsing *p, const char *text)
{
	p->has_time = true;
	switch (number_parse_duration(text, &p->o->duration_ns)) {
	case 0:
		return;
	case -ERANGE:
		usage_error(_("--time %s: more than a year"), text);
	default:
		usage_error(_("--time '%s': not a time; write milliseconds, or a number with ms, "
			      "s, m or h"),
			    text);
	}
}

static void set_dwarf(struct options *o, const char *text)
{
	if (number_parse_bool(text ? text : "true", &o->dwarf))
		usage_error(_("--dwarf '%s': neither true nor false"), text);
}

static void set_unwind_memory(struct options *o, const char *text)
{
	switch (number_parse_size(text, 1, UINT64_MAX, &o->unwind_memory)) {
	case 0:
		return;
	case -ERANGE:
		usage_error(_("--unwind-memory %s: out of range; to walk without unwind tables "
			      "use --dwarf=false"),
			    text);
	default:
		usage_error(_("--unwind-memory '%s': not a size such as 512M"), text);
	}
}

static void set_cpus(struct options *o, const char *text)
{
	switch (cpulist_parse(&o->cpus, text)) {
	case 0:
		return;
	case -ERANGE:
		usage_error(_("--cpu %s: CPU numbers are below %d"), text, CPULIST_MAX);
	default:
		usage_error(_("--cpu '%s': not a list of CPUs such as 0-3,8"), text);
	}
}

static void set_text(struct parsing *p, int key, const char **value, const char *text)
{
	note_target(p, key);
	if (!*text)
		usage_error(_("--%s: the value is empty"), long_name(key));
	*value = text;
}

static void set_cmd(struct options *o, const char *text)
{
	if (o->command)
		usage_error(_("--cmd '%s': there is another command already"), text);
	switch (words_split(text, &o->words)) {
	case 0:
		o->command = o->words;
		return;
	case -EINVAL:
		usage_error(_("--cmd: the command is empty"));
	case -EBADMSG:
		usage_error(_("--cmd '%s': a quote is not closed"), text);
	default:
		usage_error(_("--cmd: out of memory"));
	}
}

/* An argument that belongs to no option: only what follows "--" has a meaning. */
static void take_command(struct options *o, struct argp_state *state)
{
	int at = state->next - 1;

	if (state->quoted == 0 || at < state->quoted)
		usage_error(_("%s: unexpected argument; to run a command, put -- before it"),
			    state->argv[at]);
	if (o->command)
		usage_error(_("-- %s: --cmd has given a command already"), state->argv[at]);
	o->command = state->argv + at;
	state->next = state->argc;
}

static void check_input(const struct parsing *p)
{
	const struct options *o = p->o;
	const char *other = p->sampling ? p->sampling : p->target;

	if (!o->input)
		return;
	if (o->command)
		usage_error(_("--input and a command exclude each other: a recording is not "
			      "sampled again"));
	if (other)
		usage_error(
			_("--input and --%s exclude each other: a recording is not sampled again"),
			other);
	if (options_want(o, FORMAT_PERF_DATA))
		usage_error(_("--input and a .perf.data output exclude each other: "
			      "a recording is not recorded again"));
}

static void check_targets(const struct parsing *p)
{
	const struct options *o = p->o;

	if (o->command && o->pids.n)
		usage_error(
			_("--pid and a command exclude each other; use --time to limit the run"));
	if (o->command && o->tids.n)
		usage_error(
			_("--tid and a command exclude each other; use --time to limit the run"));
	if (o->cgroup && o->unit)
		usage_error(_("--cgroup and --unit exclude each other"));
	if (!o->self_profile)
		return;
	if (o->command)
		usage_error(_("--self-profile and a command exclude each other"));
	if (p->other_target)
		usage_error(_("--self-profile and --%s exclude each other"), p->other_target);
}

static void check_end(struct parsing *p, const struct argp_state *state)
{
	if (state->quoted && !p->o->command)
		usage_error(_("--: no command follows"));
	check_input(p);
	check_targets(p);
	options_check_probes(p->o, p->has_frequency);
}

static void set_sampler(struct options *o, const char *text)
{
	static const char *const names[] = { "auto", "perf", "timer", "tick" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(text, names[i])) {
			o->sampler = names[i];
			return;
		}
	usage_error(_("--sampler %s: none of auto, perf, timer, tick"), text);
}

static void sampling_option(struct parsing *p, int key)
{
	if (!p->sampling)
		p->sampling = long_name(key);
}

static error_t parse_target(int key, char *arg, struct parsing *p)
{
	struct options *o = p->o;

	switch (key) {
	case 'p':
		set_ids(p, key, &o->pids, arg);
		return 0;
	case KEY_TID:
		set_ids(p, key, &o->tids, arg);
		return 0;
	case KEY_COMM:
		set_text(p, key, &o->comm, arg);
		return 0;
	case KEY_CGROUP:
		set_text(p, key, &o->cgroup, arg);
		return 0;
	case KEY_UNIT:
		set_text(p, key, &o->unit, arg);
		return 0;
	case KEY_SELF:
		note_target(p, key);
		o->self_profile = true;
		return 0;
	case KEY_CMD:
		set_cmd(o, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_sampling(int key, char *arg, struct parsing *p)
{
	struct options *o = p->o;

	switch (key) {
	case KEY_CPU:
		set_cpus(o, arg);
		break;
	case 'f':
		o->frequency = usage_number(long_name(key), arg, 1, 1000000);
		p->has_frequency = true;
		break;
	case KEY_SAMPLER:
		set_sampler(o, arg);
		break;
	case 't':
		set_time(p, arg);
		break;
	case KEY_SKIP_IDLE:
		o->skip_idle = true;
		break;
	case KEY_STREAM_MODE:
		o->stream_mode = usage_number(long_name(key), arg, 0, 3);
		p->has_stream_mode = true;
		break;
	case KEY_DWARF:
		set_dwarf(o, arg);
		break;
	case KEY_MAX_FRAMES:
		o->max_frames = usage_number(long_name(key), arg, 1, FRAMES_MAX);
		break;
	case KEY_UNWIND_MEMORY:
		set_unwind_memory(o, arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	sampling_option(p, key);
	return 0;
}

static error_t parse_grouping(int key, struct options *o)
{
	switch (key) {
	case KEY_GROUP_CPU:
		o->group_by_cpu = true;
		return 0;
	case KEY_GROUP_PROCESS:
		o->group_by_process = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &probes_parser, 0, NULL, GROUP_PROBES },
	{ &outputs_parser, 0, NULL, GROUP_OUTPUT },
	{ &shown_parser, 0, NULL, GROUP_SHOWN },
	{ &picture_parser, 0, NULL, GROUP_PICTURE },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parsing *p = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		for (size_t i = 0; i < ARRAY_SIZE(children) - 1; i++)
			state->child_inputs[i] = p->o;
		return 0;
	case 'h':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case ARGP_KEY_ARG:
		take_command(p->o, state);
		return 0;
	case ARGP_KEY_END:
		check_end(p, state);
		return 0;
	default:
		if (!parse_target(key, arg, p) || !parse_sampling(key, arg, p))
			return 0;
		return parse_grouping(key, p->o);
	}
}

const char *argp_program_version = PACKAGE_NAME " " PACKAGE_VERSION;

/* What follows the options; argp frees the text. */
static char *help_text(int key, const char *text, void *input UNUSED)
{
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	return strdup(_("Exit status: the command's own (128+N if a signal N ended it), else 0; 1 "
			"failed, 2 usage error, 3 not permitted, 4 a "
			"--fail-if holds; 126 the command cannot be "
			"executed, 127 it was not found."));
}

static const struct argp parser = {
	.options = option_table,
	.children = children,
	.parser = parse_option,
	.args_doc = N_("[-- COMMAND [ARG...]]"),
	.doc = N_("Find where the time of a machine, a process or a command goes: sample it, and "
		  "draw a flame graph."),
	.help_filter = help_text,
};

void options_read(struct options *o, int argc, char **argv)
{
	struct parsing p = { .o = o };

	*o = (struct options){
		.frequency = DEFAULT_FREQUENCY,
		.sampler = "auto",
		.duration_ns = DEFAULT_DURATION_NS,
		.stream_mode = 2,
		.dwarf = true,
		.inlines = true,
		.max_frames = DEFAULT_FRAMES,
		.unwind_memory = DEFAULT_UNWIND_MEMORY,
	};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, &p);
	if (o->command && !p.has_time)
		o->duration_ns = 0;
	if (options_want(o, FORMAT_PERF_DATA) && !p.has_stream_mode)
		o->stream_mode = 1;
	options_finish_outputs(o);
	options_check_shown(o);
	options_check_picture(o);
}

void options_release(struct options *o)
{
	for (size_t i = 0; i < o->n_probes; i++)
		free(o->probes[i]);
	free(o->probes);
	o->probes = NULL;
	o->n_probes = 0;
	for (size_t i = 0; i < o->n_shown; i++)
		free(o->shown[i]);
	free(o->shown);
	o->shown = NULL;
	o->n_shown = 0;
	free(o->pipe_to);
	o->pipe_to = NULL;
	free(o->words);
	o->words = NULL;
	o->command = NULL;
}
