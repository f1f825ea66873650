/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers that are asked once, before a run or instead of one. */
#include "config.h"

#include "helper-answer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/io.h"

/* Takes `out`, the end of the pipe that the helper writes to, over. */
static int start(struct spawn_request *req, int out, struct child *child)
{
	CLEANUP_CLOSE int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int err = null_fd < 0 ? -errno : 0;

	req->std[0] = null_fd;
	req->std[1] = out;
	if (!err)
		err = spawn(req, child);
	close(out);
	return err;
}

int helper_answer(struct spawn_request *req, struct buf *answer, int *status)
{
	struct child child = CHILD_NONE;
	struct rusage usage;
	int fds[2], r, err = pipe_cloexec(fds);

	if (err)
		return err;
	err = start(req, fds[1], &child);
	if (err) {
		close(fds[0]);
		return err;
	}
	err = read_all(fds[0], answer);
	close(fds[0]);
	r = spawn_reap(&child, true, status, &usage);
	return err ? err : r < 0 ? r : 0;
}
