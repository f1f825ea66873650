/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a mapping event to the file that was mapped. */
#include "config.h"

#include "elf/mapped-file.h"

#include <errno.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "lib/vec.h"

#define DELETED " (deleted)"
/* Larger than any vdso. */
#define VDSO_SIZE_MAX ((uint64_t)1 << 20)

int mapped_files_add(struct mapped_files *files, int fd)
{
	if (files->n == MAPPED_FILES_MAX)
		return -E2BIG;
	return VEC_PUSH(files->fds, files->n, files->cap, fd);
}

void mapped_files_release(struct mapped_files *files)
{
	free(files->fds);
	*files = (struct mapped_files){ 0 };
}

/* Overlayfs and btrfs show a device number of their own, not the one that mappings have. */
static bool has_own_devices(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) &&
	       (fs.f_type == OVERLAYFS_SUPER_MAGIC || fs.f_type == BTRFS_SUPER_MAGIC);
}

/* Whether an inode number now means another file than at the time of the mapping. */
static bool is_reused_inode(const struct mapped_file *m, int fd)
{
	unsigned long version = 0;

	return m->generation && !ioctl(fd, FS_IOC_GETVERSION, &version) &&
	       (uint32_t)version != (uint32_t)m->generation;
}

static bool is_mapped_file(const struct mapped_file *m, const struct elf_file *f,
			   const struct stat *st)
{
	if (m->build_id.len)
		return elf_build_id_equal(&m->build_id, &f->layout.build_id);
	if (!m->ino)
		return true;
	if (m->ino != st->st_ino || is_reused_inode(m, f->fd))
		return false;
	return (m->maj == major(st->st_dev) && m->min == minor(st->st_dev)) ||
	       has_own_devices(f->fd);
}

static int open_checked(const struct mapped_file *m, int fd, struct elf_file *f)
{
	struct elf_file opened;
	struct stat st;

	if (fstat(fd, &st) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	int r = elf_file_open(&opened, fd);
	if (r)
		return r;
	if (!is_mapped_file(m, &opened, &st)) {
		elf_file_close(&opened);
		return -ESTALE;
	}
	*f = opened;
	return 0;
}

static bool may_be_descriptor(const struct mapped_file *m, int fd)
{
	struct stat st;

	return m->build_id.len || (!fstat(fd, &st) && st.st_ino == m->ino && m->ino);
}

int mapped_file_open(const struct mapped_files *files, const struct mapped_file *m,
		     struct elf_file *f)
{
	char path[PATH_MAX];
	size_t len = mapped_path_len(m->path);
	struct stat st;

	for (size_t i = 0; i < files->n; i++) {
		int fd = may_be_descriptor(m, files->fds[i]) ? dup(files->fds[i]) : -1;

		if (fd >= 0 && !open_checked(m, fd, f))
			return 0;
	}
	if (len >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, m->path, len);
	path[len] = 0;
	int fd = elf_path_open(path, &st);
	return fd < 0 ? fd : open_checked(m, fd, f);
}

size_t mapped_path_len(const char *path)
{
	size_t len = strlen(path), suffix = strlen(DELETED);

	return len > suffix && !strcmp(path + len - suffix, DELETED) ? len - suffix : len;
}

/* The kernel maps the whole image; what is last in it are section headers or a segment. */
static uint64_t image_size(const Elf64_Ehdr *eh)
{
	const Elf64_Phdr *ph = (const Elf64_Phdr *)((const char *)eh + eh->e_phoff);
	uint64_t size = eh->e_shoff + (uint64_t)eh->e_shnum * eh->e_shentsize;

	for (size_t i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_offset + ph[i].p_filesz > size)
			size = ph[i].p_offset + ph[i].p_filesz;
	return size;
}

int vdso_open(struct elf_file *f)
{
	const void *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	uint64_t size = image ? image_size(image) : 0;

	return size && size <= VDSO_SIZE_MAX ? elf_file_open_memory(f, image, size) : -ENOENT;
}
