/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening outputs. */
#include "config.h"

#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output-format.h"
#include "pipes.h"

static int keep_fd(int fd)
{
	return fd < 0 ? -errno : fd;
}

/* Creates the file if it is not there; *created tells which. */
static int open_file(const char *path, bool *created)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_CLOEXEC, 0666);

	*created = fd >= 0;
	if (fd >= 0 || errno != EEXIST)
		return keep_fd(fd);
	/* O_CREAT again: it may be a dangling symbolic link, which O_EXCL does not follow. */
	return keep_fd(open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666));
}

static int open_pipe(struct output *out)
{
	int ends[2];
	int err = pipe_open_wide(ends);

	if (err)
		return err;
	out->reader_fd = ends[0];
	out->fd = ends[1];
	return 0;
}

static int open_output(struct output *out)
{
	struct stat st;

	if (out->request->format == FORMAT_MESSAGES)
		return open_pipe(out);
	if (!strcmp(out->request->path, "-"))
		out->fd = keep_fd(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
	else
		out->fd = open_file(out->request->path, &out->created);
	if (out->fd < 0)
		return out->fd;
	if (fstat(out->fd, &st) < 0)
		return -errno;
	out->regular = S_ISREG(st.st_mode);
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	out->changed = st.st_mtim;
	return 0;
}

static bool is_same(const struct output *a, const struct output *b)
{
	return a->regular && b->regular && a->dev == b->dev && a->ino == b->ino;
}

static bool is_input(const struct output *out, int fd)
{
	struct stat st;

	return fd >= 0 && out->regular && !fstat(fd, &st) && st.st_dev == out->dev &&
	       st.st_ino == out->ino;
}

static bool is_taken(const struct outputs *out, const struct output *last, const int *inputs,
		     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_input(last, inputs[i]))
			return true;
	for (const struct output *other = out->list; other < last; other++)
		if (is_same(other, last))
			return true;
	return false;
}

int outputs_open(struct outputs *out, const struct options *o, const int *inputs, size_t n,
		 size_t *failed)
{
	out->n = 0;
	for (size_t i = 0; i < o->n_outputs; i++) {
		struct output *last = &out->list[out->n];
		int err;

		*failed = i;
		*last = (struct output){ .request = &o->outputs[i], .fd = -1, .reader_fd = -1 };
		err = open_output(last);
		if (last->fd >= 0)
			out->n++;
		if (err)
			return err;
		if (is_taken(out, last, inputs, n))
			return -EEXIST;
	}
	return 0;
}

static bool has_begun(const struct output *out)
{
	struct stat st;

	return out->regular && strcmp(out->request->path, "-") && !fstat(out->fd, &st) &&
	       (out->created || st.st_mtim.tv_sec != out->changed.tv_sec ||
		st.st_mtim.tv_nsec != out->changed.tv_nsec);
}

void outputs_empty_begun(const struct outputs *out)
{
	for (const struct output *o = out->list; o < out->list + out->n; o++)
		if (output_format_name(o->request->format) && has_begun(o) &&
		    ftruncate(o->fd, 0) < 0) {
			/* The run has failed already, and says so. */
		}
}

int outputs_take_reader(struct outputs *out)
{
	for (struct output *o = out->list; o < out->list + out->n; o++) {
		int fd = o->reader_fd;

		o->reader_fd = -1;
		if (fd >= 0)
			return fd;
	}
	return -1;
}

void outputs_close_pipes(struct outputs *out)
{
	for (struct output *o = out->list; o < out->list + out->n; o++)
		if (o->request->format == FORMAT_MESSAGES)
			pipe_close_end(&o->fd);
}

/* Still the file that was created, and nothing written to it? */
static bool may_remove(const struct output *out)
{
	struct stat st;

	return out->created && !lstat(out->request->path, &st) && S_ISREG(st.st_mode) &&
	       st.st_dev == out->dev && st.st_ino == out->ino && st.st_size == 0;
}

void outputs_close(struct outputs *out, bool remove)
{
	for (size_t i = 0; i < out->n; i++) {
		if (remove && may_remove(&out->list[i]))
			unlink(out->list[i].request->path);
		pipe_close_end(&out->list[i].fd);
		pipe_close_end(&out->list[i].reader_fd);
	}
	out->n = 0;
}
