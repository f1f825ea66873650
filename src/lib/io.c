/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole reads and writes, pipes, and status lines. */
#include "config.h"

#include "lib/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Somebody made our descriptor non-blocking (it may be shared): wait instead of failing. */
static bool would_block_now_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno != EAGAIN)
		return false;
	return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

int write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0) {
			if (errno == EINTR || would_block_now_ready(fd, POLLOUT))
				continue;
			return -errno;
		}
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static ssize_t read_some(int fd, void *bytes, size_t n)
{
	for (;;) {
		ssize_t got = read(fd, bytes, n);

		if (got >= 0)
			return got;
		if (errno != EINTR && !would_block_now_ready(fd, POLLIN))
			return -errno;
	}
}

ssize_t read_full(int fd, void *bytes, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read_some(fd, (char *)bytes + have, n - have);

		if (got < 0)
			return got;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int read_all(int fd, struct buf *b)
{
	uint8_t chunk[16 << 10];

	for (;;) {
		ssize_t got = read_some(fd, chunk, sizeof(chunk));
		int err;

		if (got <= 0)
			return (int)got;
		err = buf_put(b, chunk, (size_t)got);
		if (err)
			return err;
	}
}

int read_first_line(const char *path, char *text, size_t size)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read_full(fd, text, size - 1);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

int cut_old_contents(int fd)
{
	struct stat st;
	off_t offset;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || fcntl(fd, F_GETFL) & O_APPEND)
		return 0;
	offset = lseek(fd, 0, SEEK_CUR);
	if (offset < 0 || ftruncate(fd, offset) < 0)
		return -errno;
	return 0;
}

int pipe_cloexec(int fds[2])
{
	return pipe2(fds, O_CLOEXEC) < 0 ? -errno : 0;
}

/* One write of at most PIPE_BUF bytes: lines of several writers do not mix. */
void status_put(int fd, const char *key, const char *value)
{
	char line[PIPE_BUF];
	int n;

	if (fd < 0)
		return;
	n = snprintf(line, sizeof(line) - 1, "%s %s", key, value);
	if (n < 0)
		return;
	for (char *s = line; *s; s++)
		if (*s == '\n')
			*s = ' ';
	strcat(line, "\n");
	if (write_all(fd, line, strlen(line)) < 0) {
		/* The front end is gone; so is whoever would read it. */
	}
}

void status_put_number(int fd, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	status_put(fd, key, text);
}
