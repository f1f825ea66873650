/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe-list: specifications of probes as arguments, lines about their targets on fd 1. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "answer.h"
#include "lib/diag.h"
#include "lib/helper.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/sandbox.h"
#include "lib/vec.h"
#include "resolve.h"

struct options {
	int status_fd;
	bool is_listing;
	struct search *search;
	char **specs;
	int n_specs;
};

enum { OPT_PID = 1, OPT_COMMAND, OPT_FILE, OPT_STATUS, OPT_LIST };

static const struct argp_option argp_options[] = {
	{ "command", OPT_COMMAND, "PATH", 0,
	  N_("Look in this program and the libraries that it will load"), 0 },
	{ "file-fd", OPT_FILE, "N", 0,
	  N_("Descriptor N is a file to look in, opened by somebody who may (repeatable)"), 0 },
	{ "list", OPT_LIST, NULL, 0, N_("Tell of what cannot be attached, too"), 0 },
	{ "pid", OPT_PID, "PID[,PID...]", 0,
	  N_("Look in what these processes and their children have mapped"), 0 },
	{ "status-fd", OPT_STATUS, "N", 0, N_("Write status lines to descriptor N"), 0 },
	{ 0 }
};

static void add_pids(struct options *o, const char *text, struct argp_state *state)
{
	if (id_list_add(&o->search->where.pids, text))
		argp_error(state, _("'%s' is no list of process ids"), text);
}

static error_t add_file(struct options *o, int fd)
{
	struct search_where *w = &o->search->where;

	if (w->n_fds >= SEARCH_FDS_MAX)
		return E2BIG;
	return -VEC_PUSH(w->fds, w->n_fds, w->cap_fds, fd);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case OPT_PID:
		add_pids(o, arg, state);
		return 0;
	case OPT_COMMAND:
		if (arg[0] != '/')
			argp_error(state, _("'%s' is no absolute path"), arg);
		o->search->where.command = arg;
		return 0;
	case OPT_FILE:
		return add_file(o, helper_parse_fd(state, arg));
	case OPT_STATUS:
		o->status_fd = helper_parse_fd(state, arg);
		return 0;
	case OPT_LIST:
		o->is_listing = true;
		return 0;
	case ARGP_KEY_ARGS:
		o->specs = state->argv + state->next;
		o->n_specs = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, _("no specification is given"));
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int resolve_text(struct answer *a, struct search *search, uint32_t number, const char *text)
{
	struct complaint c = { 0 };
	struct spec s;
	int r = spec_parse(&s, number, text, &c);

	if (r == -EINVAL) {
		answer_finish(a, number, &c);
		return 0;
	}
	if (r)
		return r;
	r = resolve(a, search, &s);
	spec_release(&s);
	return r;
}

static int run(const struct options *o, int out)
{
	struct answer a = ANSWER_INIT;
	int r = 0;

	a.is_listing = o->is_listing;
	for (int i = 0; i < o->n_specs && !r; i++)
		r = resolve_text(&a, o->search, (uint32_t)i, o->specs[i]);
	if (r == -EOVERFLOW)
		diag_error(_("more than %zu places match; narrow the patterns"), PROBE_TARGETS_MAX);
	else if (r)
		diag_error(_("cannot look for probes: %s"), strerror(-r));
	if (!r)
		r = answer_end(&a);
	if (!r)
		r = write_all(out, a.lines.data, a.lines.len);
	status_put_number(o->status_fd, "targets", a.n_targets);
	if (!r)
		status_put(o->status_fd, "done", "1");
	r = r || a.has_failed ? EXIT_FAILED : EXIT_OK;
	answer_release(&a);
	return r;
}

int main(int argc, char **argv)
{
	static struct search search;
	struct options o = { .status_fd = -1, .search = &search };
	const struct argp argp = {
		argp_options, parse_option, "SPEC...",
		N_("Find where the probes of each SPEC (KIND:TEXT) go."), NULL, NULL, NULL
	};
	struct helper_io io;
	int r;

	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_USAGE;
	r = helper_start("probe-list", &io);
	if (r) {
		diag_error(_("cannot start: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	r = sandbox_enter(SANDBOX_READER);
	if (r) {
		diag_error(_("cannot confine itself by seccomp: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	r = run(&o, io.out);
	search_release(&search);
	return r;
}
