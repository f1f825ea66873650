/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that helpers could not open themselves. */
#include "config.h"

#include "executables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/caps.h"
#include "lib/number.h"

/* Descriptors left for everything else. */
#define OTHER_DESCRIPTORS 256
/* Children of children are followed so far. */
#define GENERATIONS_MAX 64

/* Device and inode, as /proc/PID/maps has them: not always those of stat(2) (btrfs, overlayfs). */
struct file_key {
	uint64_t dev, ino;
};

struct mapping {
	uint64_t start, end;
	struct file_key key;
	char path[PATH_MAX];
};

static size_t room_within(const struct rlimit *limit)
{
	if (limit->rlim_cur <= OTHER_DESCRIPTORS)
		return 0;
	if (limit->rlim_cur - OTHER_DESCRIPTORS > EXECUTABLES_MAX)
		return EXECUTABLES_MAX;
	return limit->rlim_cur - OTHER_DESCRIPTORS;
}

void executables_init(struct executables *e)
{
	struct rlimit limit;

	memset(e, 0, sizeof(*e));
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		e->max = room_within(&limit);
}

void executables_raise_limit(struct executables *e)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		e->max = room_within(&limit);
}

/* 1 when the file was not seen before, 0 when it was, or -ENOMEM. */
static int is_new(struct executables *e, const struct file_key *key)
{
	bool added;

	if (map_intern(&e->seen, key, sizeof(*key), &added) == MAP_NONE)
		return -ENOMEM;
	return added;
}

static bool has_inode(int fd, uint64_t ino)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_ino == ino;
}

static bool is_readable_later(const char *path, uint64_t ino)
{
	CLEANUP_CLOSE int fd = caps_open_unprivileged(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	return fd >= 0 && has_inode(fd, ino);
}

/* Takes fd over. */
static void keep(struct executables *e, int fd, uint64_t ino)
{
	if (e->n < e->max && has_inode(fd, ino))
		e->fds[e->n++] = fd;
	else
		close(fd);
}

int executables_add_file(struct executables *e, const char *path)
{
	struct stat st;
	int fd, fresh;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	fresh = is_new(e, &(struct file_key){ st.st_dev, st.st_ino });
	if (fresh <= 0)
		return fresh;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		keep(e, fd, st.st_ino);
	return 0;
}

/* One line of /proc/PID/maps; false unless it is an executable mapping of a file. */
static bool parse_mapping(const char *line, struct mapping *m)
{
	unsigned int major, minor;
	char perms[5];
	int path_at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %x:%x %" SCNu64 " %n", &m->start, &m->end,
		   perms, &major, &minor, &m->key.ino, &path_at) < 6)
		return false;
	if (perms[2] != 'x' || m->key.ino == 0 || line[path_at] != '/')
		return false;
	m->key.dev = makedev(major, minor);
	snprintf(m->path, sizeof(m->path), "%s", line + path_at);
	m->path[strcspn(m->path, "\n")] = '\0';
	return true;
}

/* The mapped file itself, also when its name is gone or belongs to another mount namespace. */
static int open_mapped(pid_t pid, const struct mapping *m)
{
	char path[PATH_MAX + 64];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, m->start,
		 m->end);
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return -EINVAL;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, m->path);
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return -ENOENT;
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int add_mapping(struct executables *e, pid_t pid, const struct mapping *m)
{
	int fd, fresh = is_new(e, &m->key);

	if (fresh <= 0 || (!e->keep_all && is_readable_later(m->path, m->key.ino)))
		return fresh < 0 ? fresh : 0;
	fd = open_mapped(pid, m);
	if (fd >= 0)
		keep(e, fd, m->key.ino);
	return 0;
}

int executables_add_process(struct executables *e, pid_t pid)
{
	CLEANUP_FREE char *line = NULL;
	struct mapping m;
	size_t size = 0;
	char path[64];
	FILE *maps;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	if (!maps)
		return 0;
	while (!err && getline(&line, &size, maps) > 0)
		if (parse_mapping(line, &m))
			err = add_mapping(e, pid, &m);
	fclose(maps);
	return err;
}

int executables_add_all(struct executables *e)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && e->n < e->max && (entry = readdir(proc))) {
		uint64_t pid;

		if (!number_parse(entry->d_name, 1, INT_MAX, &pid))
			err = executables_add_process(e, (pid_t)pid);
	}
	closedir(proc);
	return err;
}

/* The children that a thread has started, from its list in /proc; generation limits the depth. */
static int add_children(struct executables *e, const char *list, unsigned int generation);

static int add_generation(struct executables *e, pid_t pid, unsigned int generation)
{
	char path[64], list[PATH_MAX];
	struct dirent *entry;
	int err = executables_add_process(e, pid);
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = err || generation == GENERATIONS_MAX ? NULL : opendir(path);
	if (!tasks)
		return err;
	while (!err && (entry = readdir(tasks))) {
		snprintf(list, sizeof(list), "%s/%s/children", path, entry->d_name);
		if (entry->d_name[0] != '.')
			err = add_children(e, list, generation + 1);
	}
	closedir(tasks);
	return err;
}

static int add_children(struct executables *e, const char *list, unsigned int generation)
{
	FILE *children = fopen(list, "re");
	int err = 0, pid;

	if (!children)
		return 0;
	while (!err && fscanf(children, "%d", &pid) == 1)
		err = add_generation(e, pid, generation);
	fclose(children);
	return err;
}

int executables_add_family(struct executables *e, pid_t pid)
{
	return add_generation(e, pid, 0);
}

void executables_release(struct executables *e)
{
	for (size_t i = 0; i < e->n; i++)
		close(e->fds[i]);
	e->n = 0;
	map_release(&e->seen);
}
