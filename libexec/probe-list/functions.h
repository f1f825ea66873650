/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of an ELF file by their names: of .symtab, of .dynsym, and of the .symtab of a separate
 * debug file.  Tables are read as they are, name by name: nothing is sorted but what matches.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"
#include "match.h"

#define FUNCTIONS_MAX ((size_t)1 << 20)  /* of one file that match */
#define FUNCTION_NAME_MAX 16384          /* longer names are no names */

enum function_obstacle {
	FUNCTION_OK,
	FUNCTION_INDIRECT,       /* an IFUNC: at its address is the resolver */
	FUNCTION_COLD,           /* jumped to, never called */
	FUNCTION_PART            /* called by a function that matches, too */
};

struct function {
	uint64_t vaddr;
	uint64_t offset;         /* in the file */
	uint64_t size;           /* 0: not known */
	char *name;              /* raw, without version; owned */
	char *version;           /* "GLIBC_2.2.5"; NULL: none, or the usual one; owned */
	bool is_default;         /* the version is what programs that are linked now get */
	enum function_obstacle obstacle;
	enum clone clone;
	uint32_t rank;           /* of several names of one address the greatest is taken */
};

/* Zero-initialise. */
struct functions { struct function *v; size_t n, cap; };

/*
 * Find what matches in f, which was found at `path` (may be NULL).  Sorted by address, one for each
 * address.  `version` (may be NULL) is that of the symbols.  0, -ENOMEM or -EOVERFLOW; on failure
 * what was found so far is in `out`.
 */
int functions_find(struct functions *out, const struct elf_file *f, const char *path,
		   struct matcher *m, const char *version) MUST_CHECK;
void functions_release(struct functions *out);

/* Call `see` with the name of each function, some of them twice. */
void functions_names(const struct elf_file *f, const char *path,
		     void (*see)(void *opaque, const char *name), void *opaque);

/*
 * The file offset of an address in an executable segment.  False: it is in none, or not in the
 * file's bytes.
 */
bool function_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset);
