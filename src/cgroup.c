/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control groups by path and by unit. */
#include "config.h"

#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int cgroup_mount_point(const char *mounts, char path[CGROUP_PATH_MAX])
{
	FILE *f = setmntent(mounts, "re");
	struct mntent *m;
	int err = -ENOENT;

	if (!f)
		return -errno;
	while ((m = getmntent(f))) {
		if (strcmp(m->mnt_type, "cgroup2") || strlen(m->mnt_dir) >= CGROUP_PATH_MAX)
			continue;
		strcpy(path, m->mnt_dir);
		err = 0;
		break;
	}
	endmntent(f);
	return err;
}

/* Is path the mount point or something below it? */
static bool is_below(const char *mount, const char *path)
{
	size_t n = strlen(mount);

	return !strncmp(path, mount, n) && (path[n] == '/' || path[n] == '\0');
}

int cgroup_open(const char *mount, const char *path)
{
	CLEANUP_FREE char *full = NULL;
	int fd;

	if (is_below(mount, path))
		full = strdup(path);
	else if (asprintf(&full, "%s/%s", mount, path + strspn(path, "/")) < 0)
		full = NULL;
	if (!full)
		return -ENOMEM;
	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_named(const char *name, const char *unit)
{
	size_t n = strlen(unit);

	return !strncmp(name, unit, n) && (name[n] == '\0' || !strcmp(name + n, ".service"));
}

static int add_match(struct cgroup_matches *m, const char *path)
{
	if (m->n < CGROUP_MATCHES_MAX) {
		m->paths[m->n] = strdup(path);
		if (!m->paths[m->n])
			return -ENOMEM;
	}
	m->n++;
	return 0;
}

int cgroup_find_unit(const char *mount, const char *unit, struct cgroup_matches *m)
{
	char *roots[] = { (char *)mount, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *entry;
	int err = 0;

	m->n = 0;
	if (!fts)
		return -errno;
	while (!err && (entry = fts_read(fts)))
		if (entry->fts_info == FTS_D && entry->fts_level > 0 &&
		    is_named(entry->fts_name, unit))
			err = add_match(m, entry->fts_path + strlen(mount));
	fts_close(fts);
	if (err)
		cgroup_matches_release(m);
	return err;
}

void cgroup_matches_release(struct cgroup_matches *m)
{
	for (size_t i = 0; i < m->n && i < CGROUP_MATCHES_MAX; i++)
		free(m->paths[i]);
	m->n = 0;
}
