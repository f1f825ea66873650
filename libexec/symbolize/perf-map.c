/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that run-time compilers write to /tmp/perf-PID.map. */
#include "config.h"

#include "perf-map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/io.h"
#include "lib/vec.h"

static bool is_trusted_owner(uid_t owner, uint32_t pid)
{
	char path[32];
	struct stat st;

	if (owner == 0 || owner == geteuid())
		return true;
	snprintf(path, sizeof(path), "/proc/%u", pid);
	return !stat(path, &st) && st.st_uid == owner;
}

/* The process's id as it knows it itself: the last one of "NSpid:	1234	7". */
static uint32_t inner_pid(uint32_t pid)
{
	CLEANUP_FREE char *line = NULL;
	uint32_t inner = pid;
	size_t size = 0;
	char path[32];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	f = fopen(path, "re");
	while (f && getline(&line, &size, f) > 0) {
		const char *last = strrchr(line, '\t');

		if (!strncmp(line, "NSpid:", 6) && last)
			inner = (uint32_t)strtoul(last, NULL, 10);
	}
	if (f)
		fclose(f);
	return inner;
}

/* The process's /tmp. */
static int open_folder(const struct perf_maps *m, uint32_t pid)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	int fd, root = m->files ? mapped_files_root(m->files, pid) : MAPPED_ROOT_OURS;

	if (root == -EACCES)
		return -ENOENT;
	if (root >= 0)
		fd = openat(root, "tmp", flags | O_NOFOLLOW);
	else
		fd = open(m->folder ? m->folder : "/tmp", flags);
	return fd < 0 ? -errno : fd;
}

static int open_map(const struct perf_maps *m, uint32_t pid, struct stat *st)
{
	CLEANUP_CLOSE int folder = open_folder(m, pid);
	char name[32];

	if (folder < 0)
		return folder;
	snprintf(name, sizeof(name), "perf-%u.map", inner_pid(pid));
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	int r = fstat(fd, st) < 0 ? -errno : 0;
	if (!r && !S_ISREG(st->st_mode))
		r = -ENOTSUP;
	if (!r && !is_trusted_owner(st->st_uid, pid))
		r = -EPERM;
	if (!r)
		return fd;
	close(fd);
	return r;
}

static int read_line(struct symbol_set *s, const char *line, const char *end, uint32_t rank)
{
	struct symbol_draft d = { .rank = rank };
	char *rest;
	uint64_t size;

	d.start = strtoull(line, &rest, 16);
	if (rest == line || *rest != ' ')
		return 0;
	line = rest + 1;
	size = strtoull(line, &rest, 16);
	if (rest == line || *rest != ' ' || !size || rest + 1 >= end)
		return 0;
	if (__builtin_add_overflow(d.start, size, &d.end))
		return 0;
	d.limit = d.end;
	return symbol_set_add_named(s, d, rest + 1, (size_t)(end - rest - 1));
}

/* At most PERF_MAP_MAX bytes, ending in a NUL. */
static int read_text(int fd, struct buf *text, off_t size)
{
	size_t most = size < (off_t)PERF_MAP_MAX ? (size_t)size : PERF_MAP_MAX;
	char *to = buf_extend(text, most + 1);
	ssize_t n = to ? read_full(fd, to, most) : -ENOMEM;

	if (n < 0)
		return (int)n;
	to[n] = 0;
	return 0;
}

static int read_map(struct perf_map *map, int fd)
{
	struct buf text = BUF_INIT(PERF_MAP_MAX + 1);
	uint32_t rank = 0;
	int r = read_text(fd, &text, map->size);

	symbol_set_release(&map->symbols);
	for (const char *s = (char *)text.data, *end; !r && (end = strchr(s, '\n')); s = end + 1)
		r = read_line(&map->symbols, s, end, rank++);
	buf_release(&text);
	return r ? r : symbol_set_finish(&map->symbols, SYMBOL_SET_LAST_WINS);
}

/* Read the map again if it is another size than last time.  Whether it was read. */
static bool refresh(struct perf_maps *m, struct perf_map *map)
{
	struct stat st;

	if (map->error && map->error != -ENOENT)
		return false;
	int fd = open_map(m, map->pid, &st);
	if (fd < 0) {
		if (!map->symbols.n)
			map->error = fd;
		return false;
	}
	bool changed = st.st_size != map->size;
	if (changed) {
		map->size = st.st_size;
		map->error = read_map(map, fd);
	}
	close(fd);
	return changed && !map->error;
}

static struct perf_map *map_of(struct perf_maps *m, uint32_t pid)
{
	uint32_t *id = u64_map_put(&m->pids, pid);
	struct perf_map new = { .pid = pid, .symbols = SYMBOL_SET_INIT };

	if (!id)
		return NULL;
	if (*id == MAP_NONE) {
		uint32_t next = (uint32_t)m->n;

		if (VEC_PUSH(m->v, m->n, m->cap, new))
			return NULL;
		*id = next;
	}
	return &m->v[*id];
}

const char *perf_maps_find(struct perf_maps *m, uint32_t pid, uint64_t addr, uint64_t *start)
{
	struct perf_map *map = map_of(m, pid);
	const struct symbol *symbol = map ? symbol_set_find(&map->symbols, addr) : NULL;

	if (map && !symbol && refresh(m, map))
		symbol = symbol_set_find(&map->symbols, addr);
	if (!symbol)
		return NULL;
	*start = symbol->start;
	return symbol_set_name(&map->symbols, symbol);
}

void perf_maps_release(struct perf_maps *m)
{
	for (size_t i = 0; i < m->n; i++)
		symbol_set_release(&m->v[i].symbols);
	free(m->v);
	u64_map_release(&m->pids);
}
