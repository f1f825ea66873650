/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about input and outputs, and what is written when none is named. */
#include "config.h"

#include "options-outputs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "output-format.h"
#include "usage.h"
#include "words.h"

enum {
	KEY_INPUT = 0x400, KEY_SUMMARY, KEY_TOP, KEY_DOCTOR, KEY_PPROF, KEY_JSON, KEY_HTML,
	KEY_PIPE_TO
};

enum { GROUP_FILES = 1, GROUP_EXTENSIONS };

static const struct argp_option option_table[] = {
	{ NULL, 0, NULL, 0,
	  N_("Input and output (default: a table on a terminal, collapsed stacks into a pipe):"),
	  GROUP_FILES },
	{ "output", 'o', N_("FILE"), 0,
	  N_("Write FILE; its extension is the format (see below); may be given again"),
	  0 },
	{ "svg", 's', N_("FILE"), 0, N_("Write a flame graph to FILE; - is standard output"), 0 },
	{ "html", KEY_HTML, N_("FILE"), 0,
	  N_("Write a page with flame graph, functions and call tree to FILE; - is standard "
	     "output"),
	  0 },
	{ "collapse", 'c', N_("FILE"), 0,
	  N_("Write collapsed stacks to FILE; - is standard output"), 0 },
	{ "json", KEY_JSON, N_("FILE"), 0,
	  N_("Write JSON for d3-flame-graph to FILE; - is standard output"), 0 },
	{ "pprof", KEY_PPROF, N_("FILE"), 0, N_("Write pprof (gzip) to FILE; - is standard output"),
	  0 },
	{ "pipe-to", KEY_PIPE_TO, N_("PROGRAM"), 0,
	  N_("Start PROGRAM (with arguments, quoted as in a shell) and write the profile to its "
	     "standard input as it comes: pprof messages, see profile-bee-symbolize(8)"),
	  0 },
	{ "input", KEY_INPUT, N_("FILE"), 0,
	  N_("Do not sample; read FILE: a recording (perf.data) or a profile (pprof, collapsed "
	     "stacks, our SVG or HTML); - is standard input"),
	  0 },
	{ "top", KEY_TOP, N_("N"), 0,
	  N_("Functions in the table (default 20) or the report (default all)"),
	  0 },
	{ "summary-json", KEY_SUMMARY, N_("FILE"), 0, N_("Write the summary to FILE as JSON"), 0 },
	{ "doctor", KEY_DOCTOR, NULL, 0,
	  N_("Do not sample; try what this user can do on this machine, and print it with the "
	     "remedies for what does not work"),
	  0 },
	{ "quiet", 'q', NULL, 0, N_("No progress line and no summary"), 0 },
	{ NULL, 0, NULL, 0, N_("Formats by extension:"), GROUP_EXTENSIONS },
	{ ".svg", 0, NULL, OPTION_DOC, N_("flame graph"), 0 },
	{ ".html", 0, NULL, OPTION_DOC, N_("page with flame graph, functions and call tree"), 0 },
	{ ".folded, .collapsed, .txt", 0, NULL, OPTION_DOC, N_("collapsed stacks"), 0 },
	{ ".pb.gz, .pprof", 0, NULL, OPTION_DOC, N_("pprof"), 0 },
	{ ".json", 0, NULL, OPTION_DOC, N_("d3-flame-graph"), 0 },
	{ ".firefox.json.gz", 0, NULL, OPTION_DOC, N_("Firefox profiler"), 0 },
	{ ".report.txt", 0, NULL, OPTION_DOC, N_("functions, callers, callees"), 0 },
	{ ".speedscope.json", 0, NULL, OPTION_DOC, N_("speedscope"), 0 },
	{ ".perf.data", 0, NULL, OPTION_DOC, N_("recording"), 0 },
	{ 0 }
};

static const char *long_name(int key)
{
	return usage_option_name(option_table, key);
}

static void add_output(struct options *o, int key, enum output_format format, const char *path)
{
	if (!*path)
		usage_error(_("--%s: the file name is empty"), long_name(key));
	if (o->n_outputs == OUTPUTS_MAX)
		usage_error(_("--%s %s: more than %d outputs"), long_name(key), path, OUTPUTS_MAX);
	for (size_t i = 0; i < o->n_outputs; i++)
		if (!strcmp(o->outputs[i].path, path))
			usage_error(_("--%s %s: two outputs cannot go to the same place"),
				    long_name(key), path);
	o->outputs[o->n_outputs++] = (struct output_request){ format, path };
}

static void add_output_by_extension(struct options *o, const char *path)
{
	enum output_format format;

	if (!strcmp(path, "-"))
		usage_error(_("-o -: the format is not known; use --collapse - or --svg -"));
	if (output_format_of(path, &format))
		usage_error(_("-o %s: unknown extension; known are %s"), path,
			    output_extensions(false));
	add_output(o, 'o', format, path);
}

static void set_program(struct options *o, const char *text)
{
	if (o->pipe_to)
		usage_error(_("--pipe-to %s: there is another program already"), text);
	switch (words_split(text, &o->pipe_to)) {
	case 0:
		add_output(o, KEY_PIPE_TO, FORMAT_MESSAGES, text);
		return;
	case -EINVAL:
		usage_error(_("--pipe-to: the program is empty"));
	case -EBADMSG:
		usage_error(_("--pipe-to '%s': a quote is not closed"), text);
	default:
		usage_error(_("--pipe-to: out of memory"));
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'o':
		add_output_by_extension(o, arg);
		return 0;
	case 's':
		add_output(o, key, FORMAT_SVG, arg);
		return 0;
	case 'c':
		add_output(o, key, FORMAT_COLLAPSED, arg);
		return 0;
	case KEY_JSON:
		add_output(o, key, FORMAT_D3, arg);
		return 0;
	case KEY_HTML:
		add_output(o, key, FORMAT_HTML, arg);
		return 0;
	case KEY_PPROF:
		add_output(o, key, FORMAT_PPROF, arg);
		return 0;
	case KEY_SUMMARY:
		add_output(o, key, FORMAT_SUMMARY, arg);
		return 0;
	case KEY_PIPE_TO:
		set_program(o, arg);
		return 0;
	case KEY_INPUT:
		if (!*arg)
			usage_error(_("--input: the file name is empty"));
		o->input = arg;
		return 0;
	case KEY_TOP:
		o->top = usage_number(long_name(key), arg, 1, 1000000);
		return 0;
	case KEY_DOCTOR:
		o->doctor = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp outputs_parser = { .options = option_table, .parser = parse_option };

static void check_recordings(const struct options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_outputs; i++)
		n += o->outputs[i].format == FORMAT_PERF_DATA;
	if (n > 1)
		usage_error(_("-o: a run makes one .perf.data recording, not %zu"), n);
}

static bool wants_stacks(const struct options *o)
{
	for (size_t i = 0; i < o->n_outputs; i++)
		if (o->outputs[i].format != FORMAT_SUMMARY)
			return true;
	return false;
}

static bool stdout_is_taken(const struct options *o)
{
	for (size_t i = 0; i < o->n_outputs; i++)
		if (!strcmp(o->outputs[i].path, "-"))
			return true;
	return false;
}

static void add_default_output(struct options *o)
{
	enum output_format format = isatty(STDOUT_FILENO) ? FORMAT_TABLE : FORMAT_COLLAPSED;

	if (wants_stacks(o) || stdout_is_taken(o))
		return;
	add_output(o, 'o', format, "-");
}

void options_finish_outputs(struct options *o)
{
	check_recordings(o);
	add_default_output(o);
	if (o->top && !options_want(o, FORMAT_TABLE) && !options_want(o, FORMAT_REPORT))
		usage_error(_("--top: there is neither a .report.txt nor a table here, which is "
			      "printed on a terminal when no output is named"));
}

bool options_want(const struct options *o, enum output_format format)
{
	for (size_t i = 0; i < o->n_outputs; i++)
		if (o->outputs[i].format == format)
			return true;
	return false;
}

bool options_wants_names(const struct options *o)
{
	for (size_t i = 0; i < o->n_outputs; i++)
		if (output_format_name(o->outputs[i].format))
			return true;
	return false;
}
