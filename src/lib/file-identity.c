/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device and inode of a file as its mappings show them. */
#include "config.h"

#include "lib/file-identity.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool has_own_numbers(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) &&
	       (fs.f_type == OVERLAYFS_SUPER_MAGIC || fs.f_type == BTRFS_SUPER_MAGIC);
}

bool file_is_on_overlay(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == OVERLAYFS_SUPER_MAGIC;
}

/* The line of /proc/self/maps that begins at `start`. */
static int find_mapping(uintptr_t start, struct file_identity *id)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	CLEANUP_FREE char *line = NULL;
	unsigned int major, minor;
	size_t size = 0;
	int r = -ENOENT;

	if (!maps)
		return -errno;
	while (r && getline(&line, &size, maps) > 0) {
		uintptr_t at;
		uint64_t ino;

		if (sscanf(line, "%" SCNxPTR "-%*x %*s %*x %x:%x %" SCNu64, &at, &major, &minor,
			   &ino) == 4 && at == start) {
			*id = (struct file_identity){ makedev(major, minor), ino };
			r = 0;
		}
	}
	fclose(maps);
	return r;
}

static int identity_by_mapping(int fd, struct file_identity *id)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	int r;

	if (page == MAP_FAILED)
		return -errno;
	r = find_mapping((uintptr_t)page, id);
	munmap(page, size);
	return r;
}

int file_identity(int fd, struct file_identity *id)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOTSUP;
	if (has_own_numbers(fd))
		return identity_by_mapping(fd, id);
	*id = (struct file_identity){ st.st_dev, st.st_ino };
	return 0;
}

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

bool file_identity_matches(int fd, const struct file_identity *mapped)
{
	struct file_identity id;
	struct stat st;
	int r = file_identity(fd, &id);

	if (!r)
		return file_identity_equal(&id, mapped);
	return r != -ENOTSUP && !fstat(fd, &st) && st.st_ino == mapped->ino;
}
