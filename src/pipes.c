/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipes of a run. */
#include "config.h"

#include "pipes.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/io.h"

/* What an unprivileged user may have (/proc/sys/fs/pipe-max-size). */
#define WIDE_PIPE_BYTES (1 << 20)

int pipes_open(struct pipes *p)
{
	int err = 0;

	memset(p, -1, sizeof(*p));
	for (int i = 0; i < PIPE_REQUESTS && !err; i++)
		err = pipe_cloexec(p->ends[i]);
	return err;
}

int pipe_open_wide(int ends[2])
{
	int err = pipe_cloexec(ends);

	/* One that stays narrow only costs time. */
	if (!err)
		fcntl(ends[1], F_SETPIPE_SZ, WIDE_PIPE_BYTES);
	return err;
}

void pipe_close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pipes_close(struct pipes *p)
{
	for (int i = 0; i < PIPES; i++) {
		pipe_close_end(&p->ends[i][0]);
		pipe_close_end(&p->ends[i][1]);
	}
}
