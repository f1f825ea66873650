/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files the dynamic linker maps when a program starts, found as ld.so(8) does but without
 * running anything: DT_RPATH and DT_RUNPATH with $ORIGIN, $LIB and $PLATFORM, the cache, the
 * default folders.  LD_LIBRARY_PATH and LD_PRELOAD of the program's environment are not known here,
 * and what it opens later by dlopen(3) is not either: the list is a forecast, not a fact.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/file-identity.h"

#define DEPENDENCIES_MAX 512     /* files; those beyond are left out */

struct dependency {
	char *path;              /* absolute, owned; may have symbolic links */
	struct file_identity id; /* what its mappings will show */
};

/* Zero-initialise. */
struct dependencies {
	struct dependency *v; size_t n, cap;   /* the dynamic linker if any, the program, others */
};

/*
 * Find the files of the program at an absolute path.  Of a script its interpreter's ("#!"), through
 * /usr/bin/env too.  Libraries that cannot be found are left out.  0 or a negative errno for the
 * program itself: those of elf_path_open() and elf_file_open(), -ELOOP too many interpreters; then
 * d is empty.
 */
int dependencies_find(struct dependencies *d, const char *path) MUST_CHECK;

void dependencies_release(struct dependencies *d);
