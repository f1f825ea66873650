/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start of every helper: locale, signals, and the stream off fds 0 and 1. */
#include "config.h"

#include "lib/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#include "lib/i18n.h"
#include "lib/number.h"

/* Copies fd to a private one above 2 and puts /dev/null in its place. */
static int move_away(int fd, int null_flags, int *moved)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int null;

	if (copy < 0)
		return -errno;
	null = open("/dev/null", null_flags | O_CLOEXEC);
	if (null < 0 || dup2(null, fd) < 0) {
		int err = -errno;

		if (null >= 0)
			close(null);
		close(copy);
		return err;
	}
	close(null);
	*moved = copy;
	return 0;
}

/* argp's own messages ("Try …") then name the helper. */
static void set_name(const char *name)
{
	static char full[64];

	snprintf(full, sizeof(full), "profile-bee-%s", name);
	program_invocation_name = full;
	program_invocation_short_name = full;
}

int helper_start(const char *name, struct helper_io *io)
{
	int in, err;

	i18n_init();
	i18n_load();
	set_name(name);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	err = move_away(STDIN_FILENO, O_RDONLY, &in);
	if (err)
		return err;
	err = move_away(STDOUT_FILENO, O_WRONLY, &io->out);
	if (err) {
		close(in);
		return err;
	}
	io->in = in;
	return 0;
}

int helper_parse_fd(struct argp_state *state, const char *text)
{
	uint64_t fd = 0;

	if (number_parse(text, 0, INT32_MAX, &fd))
		argp_error(state, _("'%s' is not a descriptor"), text);
	return (int)fd;
}
