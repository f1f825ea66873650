/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control groups (version 2) by path and by systemd unit. */
#pragma once

#include <stddef.h>

#include "lib/compiler.h"

#define CGROUP_PATH_MAX 4096

/*
 * Where the cgroup2 hierarchy is mounted, from a file in the format of /proc/self/mounts.
 * Returns 0, -ENOENT when it is not mounted, or another negative errno.
 */
int cgroup_mount_point(const char *mounts, char path[CGROUP_PATH_MAX]) MUST_CHECK;

/*
 * Open the directory of the group `path`: absolute under the mount point, or relative to it (with
 * or without a slash at the start, as /proc/PID/cgroup writes it).  A descriptor or a negative
 * errno.
 */
int cgroup_open(const char *mount, const char *path) MUST_CHECK;

/* Directories found for a unit; more than the limit are counted, not kept. */
#define CGROUP_MATCHES_MAX 8
struct cgroup_matches {
	char *paths[CGROUP_MATCHES_MAX];  /* owned, relative to the mount point */
	size_t n;
};

/*
 * Find the directories that are called unit, or unit.service, at any depth.  0 or a negative
 * errno.
 */
int cgroup_find_unit(const char *mount, const char *unit, struct cgroup_matches *m) MUST_CHECK;
void cgroup_matches_release(struct cgroup_matches *m);
