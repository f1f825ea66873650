/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Root directories of containers. */
#include "config.h"

#include "roots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A mount's id is used once in all namespaces, but a process may also have its root below it. */
struct place {
	uint64_t mount, ino;
};

static int open_root(const char *path, struct place *place)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statx st;

	if (fd < 0)
		return -errno;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID)) {
		close(fd);
		return -ENOTSUP;
	}
	*place = (struct place){ st.stx_mnt_id, st.stx_ino };
	return fd;
}

/* 1 when it was not seen before, 0 when it was, or -ENOMEM. */
static int is_new(struct roots *r, const struct place *place)
{
	bool added;

	if (map_intern(&r->seen, place, sizeof(*place), &added) == MAP_NONE)
		return -ENOMEM;
	return added;
}

static int note_ours(struct roots *r)
{
	struct place place;
	int fd = open_root("/", &place);

	if (fd < 0)
		return 0;
	close(fd);
	return is_new(r, &place);
}

int roots_add_process(struct roots *r, pid_t pid)
{
	struct place place;
	char path[64];
	int fd, fresh = r->seen.n ? 0 : note_ours(r);

	if (fresh < 0)
		return fresh;
	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	fd = open_root(path, &place);
	if (fd < 0)
		return 0;
	fresh = is_new(r, &place);
	if (fresh > 0 && r->n < ROOTS_MAX)
		r->fds[r->n++] = fd;
	else
		close(fd);
	return fresh < 0 ? fresh : 0;
}

void roots_release(struct roots *r)
{
	for (size_t i = 0; i < r->n; i++)
		close(r->fds[i]);
	r->n = 0;
	map_release(&r->seen);
}
