/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an ELF file tells the dynamic linker: interpreter, libraries it needs, where they are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"

#define DYNAMIC_NEEDED_MAX 512
#define DYNAMIC_STRING_MAX 4096

/* All strings are owned; NULL where the file has none. */
struct elf_dynamic {
	char *interpreter;
	char **needed; size_t n_needed, cap_needed;
	char *rpath, *runpath;   /* DT_RPATH is NULL where there is DT_RUNPATH: that alone counts */
	char *soname;
	bool has_no_default;     /* DF_1_NODEFLIB: neither the cache nor the default folders */
};

/*
 * Read the dynamic section through the program headers.  A static file has an empty one.  0,
 * -ENOEXEC damaged, -ENOMEM or what reading gave; then d is empty.
 */
int elf_dynamic_read(struct elf_dynamic *d, const struct elf_file *f) MUST_CHECK;

void elf_dynamic_release(struct elf_dynamic *d);
