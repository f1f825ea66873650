/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbolize: perf.data on fd 0, named stacks as pprof messages on fd 1. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/diag.h"
#include "lib/helper.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/sandbox.h"
#include "kernel-build-id.h"
#include "session.h"

#define WARNINGS_MAX 3

struct options {
	int status_fd, kallsyms_fd;
	bool sampled;
	struct session *session;
};

enum { OPT_STATUS = 1, OPT_KALLSYMS, OPT_FILE, OPT_NO_DEMANGLE, OPT_NO_INLINES,
       OPT_GROUP, OPT_SAMPLED, OPT_ROOT };

static const struct argp_option argp_options[] = {
	{ "file-fd", OPT_FILE, "N", 0,
	  N_("Descriptor N is an executable that was mapped (repeatable)"), 0 },
	{ "group", OPT_GROUP, "cpu|tid", 0, N_("Keep the samples of CPUs or threads apart"), 0 },
	{ "kallsyms-fd", OPT_KALLSYMS, "N", 0, N_("Read kernel symbols from descriptor N"), 0 },
	{ "no-demangle", OPT_NO_DEMANGLE, NULL, 0, N_("Show names as they are in symbol tables"),
	  0 },
	{ "no-inlines", OPT_NO_INLINES, NULL, 0,
	  N_("Show neither inlined calls nor source lines"), 0 },
	{ "root-fd", OPT_ROOT, "N", 0,
	  N_("Descriptor N is the root directory of a container (repeatable)"), 0 },
	{ "sampled", OPT_SAMPLED, NULL, 0,
	  N_("The input is from profile: it says itself why there is none"), 0 },
	{ "status-fd", OPT_STATUS, "N", 0, N_("Write status lines to descriptor N"), 0 },
	{ 0 }
};

static enum session_group parse_group(struct argp_state *state, const char *text)
{
	if (!strcmp(text, "cpu"))
		return GROUP_CPU;
	if (strcmp(text, "tid"))
		argp_error(state, _("'%s' is neither cpu nor tid"), text);
	return GROUP_TID;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case OPT_STATUS:
		o->status_fd = helper_parse_fd(state, arg);
		return 0;
	case OPT_KALLSYMS:
		o->kallsyms_fd = helper_parse_fd(state, arg);
		return 0;
	case OPT_FILE:
		return -mapped_files_add(&o->session->objects.files, helper_parse_fd(state, arg));
	case OPT_ROOT:
		return -mapped_files_add_root(&o->session->objects.files,
					      helper_parse_fd(state, arg));
	case OPT_NO_DEMANGLE:
		o->session->frames.no_demangle = true;
		return 0;
	case OPT_NO_INLINES:
		o->session->objects.no_lines = true;
		return 0;
	case OPT_SAMPLED:
		o->sampled = true;
		return 0;
	case OPT_GROUP:
		o->session->group = parse_group(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, _("unexpected argument '%s'"), arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *reason_of(int error)
{
	switch (error) {
	case -ESTALE:
		return _("it is not the file that was mapped");
	case -ENOEXEC:
		return _("not an ELF file, or damaged");
	case -ENOTSUP:
		return _("not a regular file");
	default:
		return strerror(-error);
	}
}

static void warn_of_files(const struct objects *o, size_t *warned)
{
	for (; *warned < o->n_failed; (*warned)++) {
		const struct object *object = &o->v[o->failed[*warned]];

		if (*warned < WARNINGS_MAX)
			diag_warn(_("cannot read %s: %s; its functions are shown as addresses"),
				  object->path, reason_of(object->error));
	}
}

static const char *reason_of_sources(int error)
{
	switch (error) {
	case -EBADMSG:
		return _("it is damaged");
	case -EFBIG:
	case -E2BIG:
		return _("it is too large");
	case -EREMOTE:
		return _("some of it is in .dwo files, which are not read");
	case -ENOENT:
		return _("the file of what it shares with others (dwz) is missing");
	default:
		return reason_of(error);
	}
}

static void warn_of_sources(const struct sources *s)
{
	for (size_t i = 0; i < s->n_failed && i < WARNINGS_MAX; i++)
		diag_warn(_("cannot use all debug information of %s: %s; inlined calls may be "
			    "missing"),
			  s->objects->v[s->failed[i]].path,
			  reason_of_sources(s->v[s->failed[i]].error));
	if (s->n_failed > WARNINGS_MAX)
		diag_warn(ngettext("so is the debug information of %zu more file",
				   "so is the debug information of %zu more files",
				   s->n_failed - WARNINGS_MAX),
			  s->n_failed - WARNINGS_MAX);
}

static void warn_of_rest(const struct session *s)
{
	size_t n = s->objects.n_failed;

	if (n > WARNINGS_MAX)
		diag_warn(ngettext("%zu more file could not be read",
				   "%zu more files could not be read", n - WARNINGS_MAX),
			  n - WARNINGS_MAX);
	warn_of_sources(&s->sources);
	if (s->kernel_foreign)
		diag_warn(_(
			"the recording is of another boot or host; kernel functions are shown as "
			"addresses"));
	for (size_t i = 0; i < s->jit.n; i++)
		if (s->jit.v[i].error && s->jit.v[i].error != -ENOENT)
			diag_warn(_("cannot use /tmp/perf-%u.map: %s; generated code is shown as "
				    "addresses"),
				  s->jit.v[i].pid,
				  s->jit.v[i].error == -EPERM ? _("it is another user's")
							      : reason_of(s->jit.v[i].error));
}

static void read_kallsyms(struct session *s, int fd)
{
	int r = fd < 0 ? 0 : kernel_symbols_read(&s->kernel, fd);

	if (r == -ENODATA)
		return;
	if (r)
		diag_warn(_("cannot read kernel symbols: %s"), strerror(-r));
}

static const char *damage_of(int error)
{
	switch (error) {
	case -ENODATA:
		return _("the recording is cut short");
	case -EBADMSG:
		return _("the recording is damaged");
	case -ENOTSUP:
		return _("the recording has compressed records");
	default:
		return strerror(-error);
	}
}

/* Read to the end; *reason tells why that came early.  0, or a failure of our own. */
static int read_records(struct session *s, struct perf_data_reader *reader, const char **reason)
{
	struct perf_data_record rec;
	size_t warned = 0;
	int r, failed = 0;

	while (!failed && (r = perf_data_next(reader, &rec)) > 0) {
		failed = session_record(s, &rec);
		warn_of_files(&s->objects, &warned);
	}
	if (failed)
		return failed;
	if (r == 0 && session_lacks_end(s)) {
		*reason = _("its writer was ended before it was finished");
		if (s->saved)
			diag_warn(_("the recording is incomplete: %s"), *reason);
	} else if (r < 0) {
		*reason = damage_of(r);
		diag_warn(_("%s at byte %" PRIu64 "; what was read before is kept"), *reason,
			  perf_data_reader_offset(reader));
	}
	r = session_finish(s, *reason);
	warn_of_files(&s->objects, &warned);
	return r;
}

static int run(struct session *s, const struct options *o, struct perf_data_reader *reader, int out)
{
	const char *reason = NULL;
	int r = session_init(s, perf_data_reader_info(reader), out);

	if (!r)
		r = read_records(s, reader, &reason);
	warn_of_rest(s);
	if (r == -EPIPE)
		return EXIT_FAILED;
	if (r) {
		diag_error(_("cannot write the symbolized stacks: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	status_put_number(o->status_fd, "files", s->objects.n_read);
	status_put(o->status_fd, "done", "1");
	return EXIT_OK;
}

static bool is_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static void report_open(int error)
{
	if (error == -ENOEXEC)
		diag_error(_("the input is not perf.data"));
	else if (error == -ENOTSUP)
		diag_error(_("the input is perf.data of the other byte order or compressed; "
			     "record without -z"));
	else if (error == -ENODATA)
		diag_error(_("the input is empty or cut short in its header"));
	else
		diag_error(_("cannot read the input: %s"), strerror(-error));
}

int main(int argc, char **argv)
{
	static struct session session;
	struct options o = { .status_fd = -1, .kallsyms_fd = -1, .session = &session };
	const struct argp argp = {
		argp_options, parse_option, NULL,
		N_("Read perf.data, write stacks with names as pprof messages."), NULL, NULL, NULL
	};
	struct perf_data_reader *reader;
	struct helper_io io;
	int r;

	argp_err_exit_status = EXIT_USAGE;
	kernel_symbols_init(&session.kernel);
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_USAGE;
	r = helper_start("symbolize", &io);
	if (r) {
		diag_error(_("cannot start: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	r = sandbox_enter(SANDBOX_READER);
	if (r) {
		diag_error(_("cannot confine itself by seccomp: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	session.saved = is_file(io.in);
	read_kallsyms(&session, o.kallsyms_fd);
	r = perf_data_reader_open(&reader, io.in);
	if (r) {
		if (!o.sampled || (r != -ENOEXEC && r != -ENODATA))
			report_open(r);
		return EXIT_FAILED;
	}
	if (o.sampled)
		kernel_build_id_read(&session.emitter.kernel);
	r = run(&session, &o, reader, io.out);
	perf_data_reader_close(reader);
	session_release(&session);
	return r;
}
