/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile-bee: the front end.
 *
 * Parses the options, opens what may need privileges, holds the command before exec, drops the
 * privileges, starts the helpers and waits.  It reads no foreign format itself.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "acquire.h"
#include "doctor.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "options.h"
#include "probe-listing.h"
#include "session.h"
#include "summary.h"

/* The JSON of a summary: a few kilobytes, and at most this with very many probes. */
#define JSON_MAX ((size_t)1 << 30)

/*
 * A closed fd 0, 1 or 2 would be taken by the next open(2).  Opened the wrong way round, so that
 * using it still fails; close-on-exec, so that the command gets it closed, as the caller wanted.
 */
static int fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		int flags = fd == 0 ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags | O_CLOEXEC) != fd)
			return -1;
	}
	return 0;
}

static int write_json(const struct summary *sum, const struct output *out)
{
	struct buf b = BUF_INIT(JSON_MAX);
	int err = summary_json(sum, &b);

	if (!err && out->regular && strcmp(out->request->path, "-"))
		err = ftruncate(out->fd, 0) < 0 ? -errno : 0;
	if (!err)
		err = write_all(out->fd, b.data, b.len);
	buf_release(&b);
	if (err)
		diag_error(_("cannot write %s: %s"), out->request->path, strerror(-err));
	return err;
}

/* Otherwise whoever failed has said why, and there is nothing to be told of. */
static bool has_begun(const struct session *s, const struct options *o, const struct acquired *a)
{
	if (o->input)
		return a->input_kind == INPUT_RECORDING || !s->incomplete[0];
	return s->live;
}

/* Returns the exit status of profile-bee. */
static int sum_up(const struct session *s, const struct options *o, const struct acquired *a)
{
	struct summary sum;
	int status;

	summary_init(&sum, s);
	status = sum.exit_status;
	if (!has_begun(s, o, a))
		return status;
	summary_warn(&sum);
	if (!o->quiet)
		summary_print(&sum);
	for (size_t i = 0; i < a->outputs.n; i++)
		if (a->outputs.list[i].request->format == FORMAT_SUMMARY &&
		    write_json(&sum, &a->outputs.list[i]) && status == EXIT_OK)
			status = EXIT_FAILED;
	return status;
}

static int run(const struct options *o)
{
	static struct acquired acquired;
	static struct session session;
	int status = acquire(&acquired, o);
	bool killed;

	if (status)
		return status;
	session_run(&session, o, &acquired);
	status = sum_up(&session, o, &acquired);
	session_release(&session);
	killed = session_has_killed_renderer(&session);
	if (killed)
		outputs_empty_begun(&acquired.outputs);
	acquired_release(&acquired,
			 (!session.live && !o->input) || session.incomplete[0] || killed);
	return status;
}

int main(int argc, char **argv)
{
	static struct options options;
	int status;

	if (fill_standard_descriptors())
		return EXIT_FAILED;
	i18n_init();
	options_read(&options, argc, argv);
	if (options.doctor)
		status = doctor_run(&options);
	else
		status = options.list_probes ? probe_listing_run(&options) : run(&options);
	options_release(&options);
	return status;
}
