/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render: reads pprof messages and writes the outputs that it was given descriptors for. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/helper.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/sandbox.h"
#include "fail-if.h"
#include "finish.h"
#include "format.h"
#include "input.h"
#include "model.h"
#include "options-diff.h"
#include "options-filter.h"

#define OUTPUTS_MAX 64
#define TOP_MAX 1000000

static const struct render_format *const formats[] = {
	&format_collapsed, &format_d3, &format_firefox, &format_html, &format_messages,
	&format_pprof, &format_report, &format_speedscope, &format_svg, &format_table
};

struct output {
	const struct render_format *format;
	int fd;
};

struct options {
	struct output outputs[OUTPUTS_MAX];
	size_t n_outputs;
	const char *title, *input_name;
	int stream_fd;           /* where messages are copied to as they come; 0: nowhere */
	bool stream_failed;
	bool group_by_cpu, group_by_process, symbolized, check;
	enum input_format input;
	unsigned top;
	int status_fd;
	struct filter_options shown;
	struct picture picture;
	struct diff_options diff;
};

enum { OPT_OUTPUT = 1, OPT_TITLE, OPT_CPU, OPT_PROCESS, OPT_TOP, OPT_STATUS, OPT_SYMBOLIZED,
       OPT_FILE, OPT_INPUT_NAME, OPT_CHECK };

static const struct argp_option argp_options[] = {
	{ "output", OPT_OUTPUT, N_("FORMAT:FD"), 0,
	  N_("Write collapsed, firefox, html, json, messages, pprof, report, speedscope, svg or "
	     "table to descriptor FD (repeatable)"), 0 },
	{ "title", OPT_TITLE, N_("TEXT"), 0, N_("Title of the picture"), 0 },
	{ "input-name", OPT_INPUT_NAME, N_("TEXT"), 0,
	  N_("What the input is called: in messages, and as the title where no other is told"), 0 },
	{ "group-by-cpu", OPT_CPU, NULL, 0, N_("Put a frame cpu_NN above each thread"), 0 },
	{ "group-by-process", OPT_PROCESS, NULL, 0,
	  N_("Put a frame for the process above all"), 0 },
	{ "top", OPT_TOP, "N", 0, N_("Functions in the table (20) and the report (all)"), 0 },
	{ "status-fd", OPT_STATUS, "N", 0, N_("Write status lines to descriptor N"), 0 },
	{ "symbolized", OPT_SYMBOLIZED, NULL, 0,
	  N_("The input is from symbolize: it has its facts at its end"), 0 },
	{ "file", OPT_FILE, NULL, 0,
	  N_("The input is a whole file of any format that can be read, not messages"), 0 },
	{ "check", OPT_CHECK, NULL, 0, N_("Only check the options"), 0 },
	{ 0 }
};

static long parse_number(const char *text, long most)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n > most)
		return -1;
	return n;
}

static const struct render_format *find_format(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strlen(formats[i]->name) == len && !memcmp(formats[i]->name, name, len))
			return formats[i];
	return NULL;
}

static void take_output(struct options *o, const char *arg, struct argp_state *state)
{
	const char *colon = strchr(arg, ':');
	const struct render_format *format = colon ? find_format(arg, (size_t)(colon - arg)) : NULL;
	long fd = colon ? parse_number(colon + 1, INT_MAX) : -1;

	if (!format || fd < 0)
		argp_error(state, _("--output=%s: not FORMAT:FD with a known format"), arg);
	if (o->n_outputs == OUTPUTS_MAX)
		argp_error(state, _("more than %d outputs"), OUTPUTS_MAX);
	o->outputs[o->n_outputs++] = (struct output){ format, (int)fd };
}

static long take_number(const char *name, const char *arg, long most, struct argp_state *state)
{
	long n = parse_number(arg, most);

	if (n < 0)
		argp_error(state, _("--%s=%s: not a number up to %ld"), name, arg, most);
	return n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->shown;
		state->child_inputs[1] = &o->picture;
		state->child_inputs[2] = &o->diff;
		return 0;
	case OPT_OUTPUT:
		take_output(o, arg, state);
		return 0;
	case OPT_TITLE:
		o->title = arg;
		return 0;
	case OPT_INPUT_NAME:
		o->input_name = arg;
		return 0;
	case OPT_CPU:
		o->group_by_cpu = true;
		return 0;
	case OPT_PROCESS:
		o->group_by_process = true;
		return 0;
	case OPT_TOP:
		o->top = (unsigned)take_number("top", arg, TOP_MAX, state);
		return 0;
	case OPT_STATUS:
		o->status_fd = (int)take_number("status-fd", arg, INT_MAX, state);
		return 0;
	case OPT_SYMBOLIZED:
		o->symbolized = true;
		return 0;
	case OPT_FILE:
		o->input = INPUT_FILE;
		return 0;
	case OPT_CHECK:
		o->check = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A descriptor has no name of its own, but the kernel knows where it leads. */
static void find_name(int fd, char path[PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		n = snprintf(path, PATH_MAX, _("descriptor %d"), fd);
	path[n] = '\0';
}

/* ---- writing ---- */

static void report_failure(const struct output *o, int err)
{
	char path[PATH_MAX];

	find_name(o->fd, path);
	diag_error(_("cannot write %s (%s): %s"), path, o->format->name, strerror(-err));
}

static int write_output(const struct output *o, bool is_last, const struct view *view)
{
	struct writer *w = calloc(1, sizeof(*w));
	int err;

	if (!w) {
		report_failure(o, -ENOMEM);
		return -ENOMEM;
	}
	w->fd = o->fd;
	err = o->format->write(view, w);
	if (!err)
		err = writer_flush(w);
	else if (w->error)
		err = w->error;
	free(w);
	/* A reader that goes away, such as head(1), wants no more: that is no failure. */
	if (err == -EPIPE)
		err = 0;
	if (err)
		report_failure(o, err);
	/* Some file systems tell only here that there was no room. */
	if (is_last && close(o->fd) < 0 && !err && errno != EINTR) {
		err = -errno;
		report_failure(o, err);
	}
	return err;
}

/* No later output goes to the same descriptor. */
static bool is_last_use(const struct options *o, size_t i)
{
	for (size_t j = i + 1; j < o->n_outputs; j++)
		if (o->outputs[j].fd == o->outputs[i].fd)
			return false;
	return true;
}

static int write_outputs(const struct options *o, const struct view *view)
{
	int failed = 0;

	for (size_t i = 0; i < o->n_outputs; i++)
		if (write_output(&o->outputs[i], is_last_use(o, i), view))
			failed = 1;
	return failed;
}

/*
 * What is said of each probe is not repeated: there can be more of them than the front end takes
 * facts from a helper, and then it would miss those that follow.
 */
static void put_facts(int fd, const struct model *m)
{
	uint64_t stacks = 0;

	for (size_t i = 0; i < m->facts.keys.n; i++)
		if (!facts_is_of_probe(m->facts.keys.keys[i].bytes))
			status_put(fd, m->facts.keys.keys[i].bytes, m->facts.values[i]);
	for (size_t i = 0; i < m->trie.n_nodes; i++)
		stacks += m->trie.nodes[i].self > 0;
	if (model_is_of_hits(m))
		status_put(fd, "unit", "hits");
	status_put_number(fd, "samples", m->trie.nodes[TRIE_ROOT].total);
	status_put_number(fd, "stacks", stacks);
}

/* name: what the user calls it, or NULL. */
static void report_input(const char *name, int fd, const struct input *input)
{
	char path[PATH_MAX];

	find_name(fd, path);
	diag_error(_("cannot read %s: %s"), name ? name : path, input->error);
}

/*
 * Returns whether there is something to write; *incomplete tells why it is not all, or is NULL.
 * symbolized: the end of the stream is known by its last facts.
 */
static bool read_input(const char *name, int fd, enum input_format format, bool symbolized,
		       struct model *m, struct input *input, const char **incomplete)
{
	int err = input_read(input, fd, format, m);

	if (err && format == INPUT_FILE) {
		report_input(name, fd, input);
		return false;
	}
	/* Nothing was sampled, or all is lost: that is told by whoever ended early. */
	if (symbolized && !err && !input->n_messages)
		return false;
	*incomplete = facts_get(&m->facts, "incomplete");
	if (symbolized && !facts_get(&m->facts, "samples_read"))
		*incomplete = _("the process that names functions ended early");
	if (err) {
		*incomplete = input->error;
		diag_warn(_("the profile is incomplete: %s"), input->error);
	}
	return true;
}

/* What the user says, or the input itself, or else what it is called. */
static const char *title_of(const struct options *o, const struct model *m)
{
	if (o->title)
		return o->title;
	if (m->title)
		return m->title;
	if (o->input_name)
		return o->input_name;
	return model_is_of_hits(m) ? _("Flame graph of probes") : _("CPU flame graph");
}

/* Formats of one profile have no place for another: says so of the first. */
static bool shows_difference(const struct options *o)
{
	for (size_t i = 0; i < o->n_outputs; i++) {
		if (o->outputs[i].format->shows_difference)
			continue;
		diag_error(_("a difference cannot be written as %s: it has one profile only"),
			   o->outputs[i].format->name);
		return false;
	}
	return true;
}

/* Likewise for the profile before; samples with addresses are kept of the one after only. */
static bool read_before(struct options *o, struct model *m, struct diff *d, struct input *input,
			const char **incomplete)
{
	struct samples *samples = m->samples;
	bool is_stream = o->diff.before_format == INPUT_MESSAGES, got;

	m->samples = NULL;
	got = read_input(NULL, o->diff.before_fd, o->diff.before_format, is_stream, m, input,
			 incomplete);
	m->samples = samples;
	if (!got)
		return false;
	if (*incomplete)
		diag_warn(_("the profile before is incomplete: %s"), *incomplete);
	if (!finish_before(m, d, &o->shown))
		return true;
	diag_error("%s", strerror(ENOMEM));
	return false;
}

static bool read_inputs(struct options *o, int in, struct model *m, struct view *view,
			struct diff *d)
{
	static struct input before, after;
	const char *why = NULL;

	if (o->diff.before_fd >= 0) {
		if (!read_before(o, m, d, &before, &why))
			return false;
		view->diff = d;
	} else {
		m->diff = d;
	}
	after.copy_fd = o->stream_fd;
	if (!read_input(o->input_name, in, o->input, o->symbolized, m, &after, &view->incomplete))
		return false;
	/* Who reads no more is no failure, as with other outputs. */
	if (after.copy_error && after.copy_error != -EPIPE) {
		diag_error(_("cannot pass the messages on: %s"), strerror(-after.copy_error));
		o->stream_failed = true;
	}
	if (!view->incomplete)
		view->incomplete = why;
	/* The input may be a difference itself. */
	if (d->before_self)
		view->diff = d;
	return !view->diff || shows_difference(o);
}

/* That nothing could be judged is for the front end to count: all is written nevertheless. */
static int judge(struct options *o, const struct view *view)
{
	int held = fail_if_judge(&o->diff, view);

	if (held > 0)
		status_put_number(o->status_fd, "fail_if_held", (uint64_t)held);
	else if (held == -ENODATA)
		status_put_number(o->status_fd, "fail_if_unjudged", o->diff.n_conditions);
	else if (held < 0)
		diag_error("%s", strerror(-held));
	return held < 0 && held != -ENODATA;
}

static int write_all_of(struct options *o, struct model *m, struct view *view)
{
	int failed = write_outputs(o, view);

	if (judge(o, view))
		failed = 1;
	put_facts(o->status_fd, m);
	if (view->diff)
		status_put_number(o->status_fd, "before_samples", diff_before_all(view->diff));
	return failed;
}

static int run(struct options *o, int in, struct model *m, struct diff *d)
{
	const char **modules = NULL;
	struct view view = {
		.trie = &m->trie, .facts = &m->facts, .samples = m->samples, .top = o->top,
		.picture = &o->picture
	};
	int failed;

	if (!read_inputs(o, in, m, &view, d))
		return 1;
	view.hits = model_is_of_hits(m);
	view.title = title_of(o, m);
	if (finish_model(m, view.diff ? d : NULL, &o->shown, &modules)) {
		diag_error("%s", strerror(ENOMEM));
		return 1;
	}
	view.modules = modules;
	failed = write_all_of(o, m, &view) || o->stream_failed;
	free(modules);
	return failed;
}

/* Messages that come in a stream are passed on at once, not written at the end. */
static void take_stream(struct options *o)
{
	for (size_t i = 0; i < o->n_outputs && o->input == INPUT_MESSAGES; i++) {
		if (o->outputs[i].format != &format_messages)
			continue;
		o->stream_fd = o->outputs[i].fd;
		o->outputs[i] = o->outputs[--o->n_outputs];
		return;
	}
}

static void keep_samples(const struct options *o, struct model *m, struct samples *samples)
{
	m->only_labels = true;
	for (size_t i = 0; i < o->n_outputs; i++) {
		const struct render_format *format = o->outputs[i].format;

		if (format->needs_samples || format->needs_labels)
			m->samples = samples;
		if (format->needs_samples)
			m->only_labels = false;
	}
}

static void release_options(struct options *o)
{
	filter_release(&o->shown.filter);
	for (size_t i = 0; i < o->diff.n_conditions; i++)
		condition_release(&o->diff.conditions[i]);
}

static int draw(struct options *o, const struct helper_io *io, struct model *m)
{
	struct samples samples = { .n = 0 };
	struct diff diff = { 0 };
	int err = sandbox_enter(SANDBOX_WRITER), failed;

	if (err) {
		diag_error(_("cannot confine itself by seccomp: %s"), strerror(-err));
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < o->n_outputs; i++)
		if (o->outputs[i].fd == STDOUT_FILENO)
			o->outputs[i].fd = io->out;
	take_stream(o);
	m->group_by_cpu = o->group_by_cpu;
	m->group_by_process = o->group_by_process;
	m->filter = filter_is_active(&o->shown.filter) ? &o->shown.filter : NULL;
	keep_samples(o, m, &samples);
	failed = run(o, io->in, m, &diff);
	diff_release(&diff);
	samples_release(&samples);
	if (!failed)
		status_put_number(o->status_fd, "done", 1);
	return failed ? EXIT_FAILED : EXIT_OK;
}

int main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &filter_parser, 0, NULL, 0 }, { &picture_parser, 0, NULL, 0 },
		{ &diff_parser, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = {
		.options = argp_options, .parser = parse_option, .children = children
	};
	struct options o = { .status_fd = -1, .picture = PICTURE_DEFAULT };
	struct helper_io io;
	struct model model;
	int status = EXIT_OK, err = helper_start("render", &io);

	if (!err)
		err = model_init(&model);
	if (err) {
		diag_error("%s", strerror(-err));
		return EXIT_FAILED;
	}
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_NO_ARGS, NULL, &o);
	if (o.diff.before_fd >= 0 && !shows_difference(&o))
		status = EXIT_USAGE;
	else if (!o.check)
		status = draw(&o, &io, &model);
	model_release(&model);
	release_options(&o);
	return status;
}
