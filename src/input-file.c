/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening an input and looking at its beginning. */
#include "config.h"

#include "input-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/io.h"

/* perf.data begins with this in file mode and in pipe mode. */
#define PERF_MAGIC "PERFILE2"
#define PERF_MAGIC_SIZE (sizeof(PERF_MAGIC) - 1)

/* What is in a pipe can be read only by taking it, or by doubling it into another pipe. */
static ssize_t peek_pipe(int fd, char *bytes, size_t n)
{
	int ends[2];
	ssize_t got = pipe_cloexec(ends);

	if (got)
		return got;
	do
		got = tee(fd, ends[1], n, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		got = read_full(ends[0], bytes, (size_t)got);
	close(ends[0]);
	close(ends[1]);
	return got;
}

/* Of other files than these nothing can be looked at: they are taken for a recording. */
static enum input_kind kind_of(int fd, mode_t mode)
{
	char bytes[PERF_MAGIC_SIZE];
	ssize_t got;

	if (S_ISREG(mode))
		got = pread(fd, bytes, sizeof(bytes), lseek(fd, 0, SEEK_CUR));
	else if (S_ISFIFO(mode))
		got = peek_pipe(fd, bytes, sizeof(bytes));
	else if (S_ISSOCK(mode))
		got = recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_WAITALL);
	else
		return INPUT_RECORDING;
	/* A pipe may have only some of them yet. */
	return got <= 0 || memcmp(bytes, PERF_MAGIC, (size_t)got) != 0 ? INPUT_PROFILE
								       : INPUT_RECORDING;
}

int input_open(const char *path, enum input_kind *kind)
{
	int fd, err = 0;
	struct stat st;

	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	else
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	if (err) {
		close(fd);
		return err;
	}
	*kind = kind_of(fd, st.st_mode);
	return fd;
}
