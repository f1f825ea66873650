/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which files a specification is looked for, and in which order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaint.h"
#include "elf/elf-file.h"
#include "lib/compiler.h"
#include "lib/number.h"
#include "spec.h"

#define SEARCH_FILES_MAX 65536
#define SEARCH_FDS_MAX 65536

struct search_file {
	char *path;              /* absolute, owned; may have symbolic links */
	char *alias;             /* another name for it, such as its soname; owned, may be NULL */
	uint64_t dev, ino;
	int fd;                  /* somebody opened it for us, not owned; -1: open the path */
};

/* Zero-initialise.  A file that has several names is there once. */
struct search_files { struct search_file *v; size_t n, cap; };

/* What the command line says about where to look. */
struct search_where {
	struct id_list pids;
	const char *command;     /* absolute path of the program that will be started, or NULL */
	int *fds; size_t n_fds, cap_fds;         /* not owned descriptors */
};

enum search_list { LIST_TARGETS, LIST_LIBRARIES, LIST_FOLDERS, LIST_PROGRAMS, LIST_PATHS, LISTS };

/* Zero-initialise but for `where`. */
struct search {
	struct search_where where;
	struct search_files lists[LISTS];
	bool has_list[LISTS];
	struct complaint complaint;      /* why the targets' files cannot be told, or "" */
};

/*
 * The files for a specification, step by step: those of step 0 come first, those of a later one
 * count only when nothing was found before.  With processes or a command there are their files
 * and nothing else (a library that a command does not link may be opened later: it is looked for as
 * without a command); else the libraries of the linker's cache, the standard folders for a library
 * that is named, programs in PATH for something that is in no library.
 *
 * Fills *files, whose strings belong to s; the array is the caller's (free()).  *note (may be
 * changed) tells of a path that is not there and what was taken instead.  0, -ENOENT (no such
 * step), -EINVAL (*c says what is missing) or -ENOMEM.
 */
int search_step(struct search *s, const struct spec *spec, unsigned int step,
		struct search_files *files, char **note, struct complaint *c) MUST_CHECK;

/* Whether the file's path leads to it: that of a file of a container, which was opened for us, does
 * not. */
bool search_path_leads(const struct search_file *file);

/*
 * Open a file of the search.  0, or a negative errno and *reason for people: it cannot be read, it
 * is not an ELF file, it is one for other machines.
 */
int search_open(const struct search_file *file, struct elf_file *f, const char **reason) MUST_CHECK;

/* Whether a file of that name is meant by a library's or a program's name: libc.so.6 by libc, c,
 * libc.so and libc.so.6, and never by lib. */
bool search_name_matches(const char *path, const char *name);

void search_release(struct search *s);
