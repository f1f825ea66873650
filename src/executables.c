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
#include "lib/file-identity.h"
#include "lib/number.h"

/* Descriptors left for everything else. */
#define OTHER_DESCRIPTORS 256
/* Children of children are followed so far. */
#define GENERATIONS_MAX 64

struct mapping {
	uint64_t start, end;
	struct file_identity file;
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
static int is_new(struct executables *e, const struct file_identity *file)
{
	bool added;

	if (map_intern(&e->seen, file, sizeof(*file), &added) == MAP_NONE)
		return -ENOMEM;
	return added;
}

static bool is_readable_later(const struct mapping *m)
{
	CLEANUP_CLOSE int fd = caps_open_unprivileged(m->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	return fd >= 0 && !file_is_on_overlay(fd) && file_identity_matches(fd, &m->file);
}

/* Takes fd over. */
static void keep(struct executables *e, int fd)
{
	if (e->n < e->max)
		e->fds[e->n++] = fd;
	else
		close(fd);
}

int executables_add_file(struct executables *e, const char *path)
{
	struct file_identity file;
	struct stat st;
	int fd, fresh;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	fresh = file_identity(fd, &file) ? 0 : is_new(e, &file);
	if (fresh > 0)
		keep(e, fd);
	else
		close(fd);
	return fresh < 0 ? fresh : 0;
}

/* One line of /proc/PID/maps; false unless it is an executable mapping of a file. */
static bool parse_mapping(const char *line, struct mapping *m)
{
	unsigned int major, minor;
	char perms[5];
	int path_at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %x:%x %" SCNu64 " %n", &m->start, &m->end,
		   perms, &major, &minor, &m->file.ino, &path_at) < 6)
		return false;
	if (perms[2] != 'x' || m->file.ino == 0 || line[path_at] != '/')
		return false;
	m->file.dev = makedev(major, minor);
	snprintf(m->path, sizeof(m->path), "%s", line + path_at);
	m->path[strcspn(m->path, "\n")] = '\0';
	return true;
}

static int open_if_mapped(const char *path, const struct mapping *m)
{
	struct stat st;
	int fd;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || file_identity_matches(fd, &m->file))
		return fd;
	close(fd);
	return -ESTALE;
}

/* The mapped file itself, also when its name is gone or belongs to another mount namespace. */
static int open_mapped(pid_t pid, const struct mapping *m)
{
	char path[PATH_MAX + 64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, m->start,
		 m->end);
	fd = open_if_mapped(path, m);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, m->path);
	return open_if_mapped(path, m);
}

static int add_mapping(struct executables *e, pid_t pid, const struct mapping *m)
{
	int fd, fresh = is_new(e, &m->file);

	if (fresh <= 0 || (!e->keep_all && is_readable_later(m)))
		return fresh < 0 ? fresh : 0;
	fd = open_mapped(pid, m);
	if (fd >= 0)
		keep(e, fd);
	return 0;
}

int executables_add_process(struct executables *e, pid_t pid)
{
	CLEANUP_FREE char *line = NULL;
	struct mapping m;
	size_t size = 0;
	char path[64];
	int err = roots_add_process(&e->roots, pid);
	FILE *maps;

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

static int add_root(struct executables *e, pid_t pid)
{
	return roots_add_process(&e->roots, pid);
}

static int for_each_process(struct executables *e, int (*add)(struct executables *, pid_t))
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc))) {
		uint64_t pid;

		if (!number_parse(entry->d_name, 1, INT_MAX, &pid))
			err = add(e, (pid_t)pid);
	}
	closedir(proc);
	return err;
}

int executables_add_all(struct executables *e)
{
	return for_each_process(e, executables_add_process);
}

int executables_add_roots(struct executables *e)
{
	return for_each_process(e, add_root);
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

void executables_keep_only(struct executables *e, bool (*is_wanted)(const void *ctx, int fd),
			   const void *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		if (is_wanted(ctx, e->fds[i]))
			e->fds[n++] = e->fds[i];
		else
			close(e->fds[i]);
	}
	e->n = n;
}

void executables_release(struct executables *e)
{
	for (size_t i = 0; i < e->n; i++)
		close(e->fds[i]);
	e->n = 0;
	roots_release(&e->roots);
	map_release(&e->seen);
}
