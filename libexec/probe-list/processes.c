/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that are there already. */
#include "config.h"

#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "lib/vec.h"

struct parent { uint32_t pid, ppid; };
struct parents { struct parent *v; size_t n, cap; };

static bool read_parent(uint32_t pid, uint32_t *ppid)
{
	char path[64], text[1024], *end;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	/* The command's name may have parentheses and blanks. */
	end = strrchr(text, ')');
	return end && sscanf(end + 1, " %*c %" SCNu32, ppid) == 1;
}

static void read_parents(struct parents *p)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t pid;

	while (dir && (entry = readdir(dir))) {
		struct parent new;

		if (number_parse(entry->d_name, 1, INT32_MAX, &pid))
			continue;
		new.pid = (uint32_t)pid;
		if (read_parent(new.pid, &new.ppid) && VEC_PUSH(p->v, p->n, p->cap, new))
			break;
	}
	if (dir)
		closedir(dir);
}

void processes_add_children(struct id_list *pids)
{
	struct parents p = { 0 };
	char text[16];

	read_parents(&p);
	/* The list grows meanwhile: children of children follow. */
	for (size_t i = 0; i < pids->n; i++) {
		for (size_t k = 0; k < p.n; k++) {
			if (p.v[k].ppid != pids->ids[i])
				continue;
			snprintf(text, sizeof(text), "%" PRIu32, p.v[k].pid);
			if (id_list_add(pids, text))
				break;
		}
	}
	free(p.v);
}

/* "start-end perms offset major:minor inode   path" */
static bool parse_mapping(char *line, char **path, uint64_t *dev, uint64_t *ino)
{
	unsigned int maj, min;
	char perms[5];
	int at = 0;

	if (sscanf(line, "%*x-%*x %4s %*x %x:%x %" SCNu64 " %n", perms, &maj, &min, ino, &at) < 4 ||
	    !at || perms[2] != 'x' || line[at] != '/')
		return false;
	*dev = makedev(maj, min);
	*path = line + at;
	(*path)[strcspn(*path, "\n")] = 0;
	return true;
}

int process_mappings(uint32_t pid, int (*see)(void *opaque, const char *path, uint64_t dev,
					      uint64_t ino), void *opaque)
{
	char name[64], *line = NULL, *path;
	size_t cap = 0;
	uint64_t dev, ino;
	int r = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%" PRIu32 "/maps", pid);
	f = fopen(name, "re");
	if (!f)
		return -errno;
	errno = 0;
	while (!r && getline(&line, &cap, f) > 0)
		if (parse_mapping(line, &path, &dev, &ino))
			r = see(opaque, path, dev, ino);
	if (!r && ferror(f))
		r = errno ? -errno : -EIO;
	free(line);
	fclose(f);
	return r;
}
