/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a mapping event to the file that was mapped: by descriptors that somebody handed over, or by
 * its path, and never another file that has its name now.
 *
 * A process in a container has a root directory of its own, and paths are as it sees them.  They
 * are looked up here, and below the roots that were handed over or that the kernel lets us open
 * (those of our own user's containers): whichever has the file that was mapped.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"
#include "lib/file-identity.h"

#define MAPPED_FILES_MAX 65536   /* descriptors that may be handed over */
#define MAPPED_ROOTS_MAX 1024

/* What a mapping event tells of the file. */
struct mapped_file {
	const char *path;        /* absolute; " (deleted)" at its end is ignored */
	uint32_t pid;            /* a process that mapped it; 0: not known */
	uint32_t maj, min;       /* of the device */
	uint64_t ino;            /* 0: not told, any file will do */
	uint64_t generation;     /* of the inode; 0: not told */
	struct elf_build_id build_id;   /* when told, it alone counts */
};

struct mapped_fd {
	int fd;                  /* not owned */
	struct file_identity identity;
	bool has_identity;
};

struct mapped_root {
	int fd;
	uint64_t mount, ino;     /* of the directory; a mount's id is used once in all namespaces */
};

/* Executables and root directories, opened by a process that may see more.  Zero-initialise. */
struct mapped_files {
	struct mapped_fd *v; size_t n, cap;
	struct mapped_root *roots; size_t n_roots, cap_roots;
	size_t n_borrowed;       /* of the roots; those behind them we opened ourselves */
};

/* Hand over an executable, a root directory.  Descriptors stay the caller's; all roots come before
 * the first file is opened.  0, -ENOMEM, -E2BIG, or the negative errno of a bad descriptor. */
int mapped_files_add(struct mapped_files *files, int fd) MUST_CHECK;
int mapped_files_add_root(struct mapped_files *files, int fd) MUST_CHECK;
void mapped_files_release(struct mapped_files *files);

/*
 * Open what was mapped: a descriptor that was handed over, or else the path.  A file counts as the
 * mapped one when its build id is equal, or, without one, when inode number, inode generation and
 * device are (lib/file-identity.h).  0 or a negative errno (-ESTALE: another file is there now;
 * those of elf_path_open() and elf_file_open()); then f is untouched.
 */
int mapped_file_open(struct mapped_files *files, const struct mapped_file *m,
		     struct elf_file *f) MUST_CHECK;

/* It has the same root directory as we. */
#define MAPPED_ROOT_OURS (-1)

/*
 * The descriptor of a process's root directory, which stays the files'; MAPPED_ROOT_OURS; -ESRCH:
 * there is no such process; or -EACCES: it has another root, which we may not look at.
 */
int mapped_files_root(struct mapped_files *files, uint32_t pid);

/* The length of path without " (deleted)". */
size_t mapped_path_len(const char *path);

/* Open the vdso of this process.  0, -ENOENT where there is none, or as elf_file_open(). */
int vdso_open(struct elf_file *f) MUST_CHECK;
