/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the code of a source line begins, by the line tables of a file or of its debug file.
 *
 * A place is a run of rows of the line in one copy of it: a function, or one inlining of a
 * function.  Of the places of a copy those count whose first column is the least: where the line
 * begins, and not what is executed of it again, such as the condition of a "for"; a compiler that
 * unrolls a loop makes several of them.  Rows without is_stmt begin nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"

#define LINES_PLACES_MAX ((size_t)1 << 16)
#define LINES_PATH_MAX 4096

struct line_place {
	uint64_t vaddr, offset;
	char *function;          /* linkage name of the function that has the code; owned, "" */
};

/* Zero-initialise. */
struct lines {
	struct line_place *v; size_t n, cap;     /* by address */
	bool has_source;         /* some file that was read knows the source file */
	char source[LINES_PATH_MAX];             /* its path */
	uint32_t before, after;  /* the nearest lines of it with code; 0: none */
};

/*
 * Find a line in f, which was found at `path`.  `source` is a path or its end: main.c, dir/main.c;
 * column 0: any.  Adds to what is there.  0, -ENODATA (no line tables), -ENOMEM or -EOVERFLOW.
 */
int lines_find(struct lines *out, const struct elf_file *f, const char *path, const char *source,
	       uint32_t line, uint32_t column) MUST_CHECK;

/* Forget the places, and keep what is known of the source. */
void lines_clear(struct lines *out);
void lines_release(struct lines *out);

/* Whether the path of a source file ends with `source`, at a slash. */
bool lines_is_source(const char *path, const char *source);
