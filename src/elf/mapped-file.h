/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a mapping event to the file that was mapped: by descriptors that somebody handed over, or by
 * its path, and never another file that has its name now.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"

#define MAPPED_FILES_MAX 65536   /* descriptors that may be handed over */

/* What a mapping event tells of the file. */
struct mapped_file {
	const char *path;        /* absolute; " (deleted)" at its end is ignored */
	uint32_t maj, min;       /* of the device */
	uint64_t ino;            /* 0: not told, any file will do */
	uint64_t generation;     /* of the inode; 0: not told */
	struct elf_build_id build_id;   /* when told, it alone counts */
};

/* Descriptors of executables, opened by a process that may read more.  Zero-initialise. */
struct mapped_files {
	int *fds;                /* not owned */
	size_t n, cap;
};

/* Hand over an executable.  The descriptor stays the caller's.  0, -ENOMEM or -E2BIG. */
int mapped_files_add(struct mapped_files *files, int fd) MUST_CHECK;
void mapped_files_release(struct mapped_files *files);

/*
 * Open what was mapped: a descriptor that was handed over, or else the path.  A file counts as the
 * mapped one when its build id is equal, or, without one, when inode number, inode generation and
 * device are.  Overlayfs and btrfs show a device of their own, which is not compared.  0 or a
 * negative errno (-ESTALE: another file is there now; those of elf_path_open() and
 * elf_file_open()); then f is untouched.
 */
int mapped_file_open(const struct mapped_files *files, const struct mapped_file *m,
		     struct elf_file *f) MUST_CHECK;

/* The length of path without " (deleted)". */
size_t mapped_path_len(const char *path);

/* Open the vdso of this process.  0, -ENOENT where there is none, or as elf_file_open(). */
int vdso_open(struct elf_file *f) MUST_CHECK;
