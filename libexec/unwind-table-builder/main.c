/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unwind-table-builder: requests on fd 0, unwind tables of ELF files on fd 1. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/helper.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/sandbox.h"
#include "print.h"
#include "serve.h"

struct options {
	int status_fd;
	bool is_printing, has_statistics;
	struct server *server;
	char **names;
	int n_names;
};

enum { OPT_STATUS = 1, OPT_FILE, OPT_PRINT, OPT_STATISTICS, OPT_ROOT };

static const struct argp_option argp_options[] = {
	{ "file-fd", OPT_FILE, "N", 0,
	  N_("Descriptor N is an executable that was mapped (repeatable)"), 0 },
	{ "print", OPT_PRINT, NULL, 0, N_("Print the tables of FILE... as text"), 0 },
	{ "root-fd", OPT_ROOT, "N", 0,
	  N_("Descriptor N is the root directory of a container (repeatable)"), 0 },
	{ "statistics", OPT_STATISTICS, NULL, 0, N_("Print a line about the table of each FILE"),
	  0 },
	{ "status-fd", OPT_STATUS, "N", 0, N_("Write status lines to descriptor N"), 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case OPT_STATUS:
		o->status_fd = helper_parse_fd(state, arg);
		return 0;
	case OPT_FILE:
		return -mapped_files_add(&o->server->files, helper_parse_fd(state, arg));
	case OPT_ROOT:
		return -mapped_files_add_root(&o->server->files,
					      helper_parse_fd(state, arg));
	case OPT_PRINT:
		o->is_printing = true;
		return 0;
	case OPT_STATISTICS:
		o->has_statistics = true;
		return 0;
	case ARGP_KEY_ARGS:
		o->names = state->argv + state->next;
		o->n_names = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (o->n_names && !o->is_printing && !o->has_statistics)
			argp_error(state, _("unexpected argument '%s'"), o->names[0]);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int open_name(const char *name, struct elf_file *f)
{
	CLEANUP_FREE char *path = NULL;
	struct stat st;
	int fd;

	if (!strcmp(name, "[vdso]"))
		return vdso_open(f);
	path = realpath(name, NULL);
	if (!path)
		return -errno;
	fd = elf_path_open(path, &st);
	return fd < 0 ? fd : elf_file_open(f, fd);
}

static const char *reason_of(enum unwind_status status, uint32_t error)
{
	switch (status) {
	case UNWIND_NO_INFO:
		return _("it has no call frame information");
	case UNWIND_MACHINE:
		return _("it is not of x86-64");
	case UNWIND_DAMAGED:
		return _("its call frame information cannot be decoded");
	case UNWIND_TOO_LARGE:
		return _("it is beyond the limits of the format");
	default:
		return strerror((int)error);
	}
}

static int print_file(const struct options *o, const char *name, int out)
{
	struct builder *b = &o->server->builder;
	struct buf text = BUF_INIT(PTRDIFF_MAX);
	struct elf_file f;
	enum unwind_status status;
	uint32_t error = 0;
	int r = open_name(name, &f);

	if (r) {
		diag_error("%s: %s", name,
			   r == -ENOEXEC ? _("not an ELF file, or damaged") : strerror(-r));
		return r;
	}
	status = build_table(b, &f, &error);
	elf_file_close(&f);
	if (o->has_statistics)
		print_statistics(&text, name, b, status);
	else if (status == UNWIND_OK)
		print_table(&text, &b->table);
	else
		diag_error("%s: %s", name, reason_of(status, error));
	r = buf_failed(&text);
	if (!r)
		r = write_all(out, text.data, text.len);
	buf_release(&text);
	return r ? r : status == UNWIND_OK || o->has_statistics ? 0 : -ENODATA;
}

static int print_files(const struct options *o, int out)
{
	int status = EXIT_OK;

	for (int i = 0; i < o->n_names; i++) {
		int r = print_file(o, o->names[i], out);

		if (r == -EPIPE)
			return EXIT_FAILED;
		if (r)
			status = EXIT_FAILED;
	}
	return status;
}

static int run(const struct options *o, const struct helper_io *io)
{
	int r;

	if (o->is_printing || o->has_statistics)
		return print_files(o, io->out);
	r = serve(o->server, io->in, io->out);
	if (r == -EPIPE)
		return EXIT_FAILED;
	if (r) {
		diag_error(r == -EBADMSG ? _("the input is no sequence of requests") :
			   _("cannot answer requests: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	status_put_number(o->status_fd, "tables", o->server->n_tables);
	status_put_number(o->status_fd, "tables_failed", o->server->n_failed);
	status_put(o->status_fd, "done", "1");
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	static struct server server;
	struct options o = { .status_fd = -1, .server = &server };
	const struct argp argp = {
		argp_options, parse_option, "[FILE...]",
		N_("Build the tables by which stacks are unwound without frame pointers."), NULL,
		NULL, NULL
	};
	struct helper_io io;
	int r;

	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_USAGE;
	r = helper_start("unwind-table-builder", &io);
	if (r) {
		diag_error(_("cannot start: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	r = sandbox_enter(SANDBOX_READER);
	if (r) {
		diag_error(_("cannot confine itself by seccomp: %s"), strerror(-r));
		return EXIT_FAILED;
	}
	r = run(&o, &io);
	server_release(&server);
	return r;
}
