/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a mapping event to the file that was mapped. */
#include "config.h"

#include "elf/mapped-file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/vec.h"

#define DELETED " (deleted)"
/* Larger than any vdso. */
#define VDSO_SIZE_MAX ((uint64_t)1 << 20)

int mapped_files_add(struct mapped_files *files, int fd)
{
	struct mapped_fd new = { .fd = fd };

	if (files->n == MAPPED_FILES_MAX)
		return -E2BIG;
	new.has_identity = !file_identity(fd, &new.identity);
	return VEC_PUSH(files->v, files->n, files->cap, new);
}

/* ---- roots ---- */

static int look_at_root(struct mapped_root *root)
{
	struct statx st;

	if (statx(root->fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.stx_mode) || !(st.stx_mask & STATX_MNT_ID))
		return -ENOTDIR;
	root->mount = st.stx_mnt_id;
	root->ino = st.stx_ino;
	return 0;
}

static bool is_same_root(const struct mapped_root *a, const struct mapped_root *b)
{
	return a->mount == b->mount && a->ino == b->ino;
}

static bool look_at_ours(struct mapped_root *ours)
{
	CLEANUP_CLOSE int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ours->fd = fd;
	return fd >= 0 && !look_at_root(ours);
}

static bool is_our_root(const struct mapped_root *root)
{
	struct mapped_root ours;

	return look_at_ours(&ours) && is_same_root(&ours, root);
}

static const struct mapped_root *find_root(const struct mapped_files *files,
					   const struct mapped_root *root)
{
	for (size_t i = 0; i < files->n_roots; i++)
		if (is_same_root(&files->roots[i], root))
			return &files->roots[i];
	return NULL;
}

int mapped_files_add_root(struct mapped_files *files, int fd)
{
	struct mapped_root new = { .fd = fd };
	int r = look_at_root(&new);

	if (r)
		return r;
	if (files->n_roots == MAPPED_ROOTS_MAX)
		return -E2BIG;
	r = VEC_PUSH(files->roots, files->n_roots, files->cap_roots, new);
	files->n_borrowed = files->n_roots;
	return r;
}

/* Which of the roots handed over is the process's: anybody may read the ids of its mounts. */
static int root_by_mount(const struct mapped_files *files, uint32_t pid)
{
	CLEANUP_FREE char *line = NULL;
	struct mapped_root ours;
	uint64_t mount = 0, id;
	size_t size = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/mountinfo", pid);
	f = fopen(path, "re");
	if (!f)
		return -ESRCH;
	while (getline(&line, &size, f) > 0) {
		int end = 0;

		/* Of several mounts on one directory the last is seen. */
		if (sscanf(line, "%" SCNu64 " %*u %*s %*s /%n", &id, &end) == 1 && end > 0 &&
		    line[end] == ' ')
			mount = id;
	}
	fclose(f);
	for (size_t i = 0; i < files->n_roots && mount; i++)
		if (files->roots[i].mount == mount)
			return files->roots[i].fd;
	return mount && look_at_ours(&ours) && ours.mount == mount ? MAPPED_ROOT_OURS : -EACCES;
}

/* Takes root->fd over. */
static int keep_root(struct mapped_files *files, struct mapped_root *root)
{
	const struct mapped_root *known = find_root(files, root);
	int fd = root->fd;

	if (!known && !is_our_root(root) && files->n_roots < MAPPED_ROOTS_MAX &&
	    !VEC_PUSH(files->roots, files->n_roots, files->cap_roots, *root))
		return fd;
	fd = known ? known->fd : is_our_root(root) ? MAPPED_ROOT_OURS : -EACCES;
	close(root->fd);
	return fd;
}

int mapped_files_root(struct mapped_files *files, uint32_t pid)
{
	struct mapped_root root;
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root", pid);
	root.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0)
		return root_by_mount(files, pid);
	r = look_at_root(&root);
	if (!r)
		return keep_root(files, &root);
	close(root.fd);
	return -EACCES;
}

void mapped_files_release(struct mapped_files *files)
{
	for (size_t i = files->n_borrowed; i < files->n_roots; i++)
		close(files->roots[i].fd);
	free(files->v);
	free(files->roots);
	*files = (struct mapped_files){ 0 };
}

/* ---- is it the file? ---- */

/* Whether an inode number now means another file than at the time of the mapping. */
static bool is_reused_inode(const struct mapped_file *m, int fd)
{
	unsigned long version = 0;

	return m->generation && !ioctl(fd, FS_IOC_GETVERSION, &version) &&
	       (uint32_t)version != (uint32_t)m->generation;
}

static struct file_identity identity_of(const struct mapped_file *m)
{
	return (struct file_identity){ makedev(m->maj, m->min), m->ino };
}

static bool is_mapped_file(const struct mapped_file *m, const struct elf_file *f)
{
	struct file_identity identity = identity_of(m);

	if (m->build_id.len)
		return elf_build_id_equal(&m->build_id, &f->layout.build_id);
	if (!m->ino)
		return true;
	return file_identity_matches(f->fd, &identity) && !is_reused_inode(m, f->fd);
}

/* Takes fd over. */
static int open_checked(const struct mapped_file *m, int fd, struct elf_file *f)
{
	struct elf_file opened;
	int r = elf_file_open(&opened, fd);

	if (r)
		return r;
	if (!is_mapped_file(m, &opened)) {
		elf_file_close(&opened);
		return -ESTALE;
	}
	*f = opened;
	return 0;
}

static bool may_be_descriptor(const struct mapped_file *m, const struct mapped_fd *d)
{
	struct file_identity identity = identity_of(m);

	if (m->build_id.len)
		return true;
	return m->ino && d->has_identity && file_identity_equal(&d->identity, &identity);
}

static int open_descriptor(const struct mapped_files *files, const struct mapped_file *m,
			   struct elf_file *f)
{
	for (size_t i = 0; i < files->n; i++) {
		int fd = may_be_descriptor(m, &files->v[i]) ? dup(files->v[i].fd) : -1;

		if (fd >= 0 && !open_checked(m, fd, f))
			return 0;
	}
	return -ENOENT;
}

static int open_in_root(int root, const struct mapped_file *m, const char *path, struct elf_file *f)
{
	struct stat st;
	int fd = elf_path_open_in(root, path, &st);

	return fd < 0 ? fd : open_checked(m, fd, f);
}

static int open_in_roots(struct mapped_files *files, const struct mapped_file *m, const char *path,
			 struct elf_file *f)
{
	size_t n_before = files->n_roots;
	int r = -ENOENT;

	/* Nothing but its identity tells which container's file it is. */
	if (!m->ino && !m->build_id.len)
		return r;
	for (size_t i = 0; i < n_before && r; i++)
		r = open_in_root(files->roots[i].fd, m, path, f);
	if (r && m->pid && mapped_files_root(files, m->pid) >= 0 && files->n_roots > n_before)
		r = open_in_root(files->roots[n_before].fd, m, path, f);
	return r;
}

int mapped_file_open(struct mapped_files *files, const struct mapped_file *m, struct elf_file *f)
{
	char path[PATH_MAX];
	size_t len = mapped_path_len(m->path);
	struct stat st;
	int fd, r;

	if (!open_descriptor(files, m, f))
		return 0;
	if (len >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, m->path, len);
	path[len] = 0;
	fd = elf_path_open(path, &st);
	r = fd < 0 ? fd : open_checked(m, fd, f);
	return r && !open_in_roots(files, m, path, f) ? 0 : r;
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
