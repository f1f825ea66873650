/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source lines of an address: where the code is from, and, when functions were inlined there,
 * the chain of calls that led to it.
 *
 * A unit of the file's DWARF is read when its first address is asked for, and never the rest.  What
 * is damaged, or exceeds the limits of dwarf-limits.h and dwarf-file.h, has no lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/dwarf-file.h"
#include "elf/dwarf-limits.h"
#include "elf/dwarf-units.h"
#include "elf/elf-file.h"
#include "lib/compiler.h"
#include "lib/map.h"

/* Calls inlined into each other; where there are more, the outermost ones are left out. */
#define SOURCE_LINES_MAX 128
/* Longer names and paths are treated as absent. */
#define SOURCE_NAME_MAX 16384
#define SOURCE_PATH_MAX 4096

struct source_line {
	const char *name;        /* of an inlined function, mangled where it has such a name;
				  * "" without a name; NULL: the concrete function */
	const char *file;        /* NULL: not known */
	uint32_t line;           /* 0: not known */
};

struct source_unit;

/* One file. */
struct source_lines {
	struct elf_file file;
	struct dwarf_file dwarf;
	struct dwarf_limits limits;
	struct dwarf_units units;
	struct u64_map ids;      /* of units' first entries, to index into v */
	struct source_unit *v; size_t n, cap;
	struct map paths;        /* of source files that were told relative to a folder */
	int error;               /* the first that was met: some addresses have no lines; -EREMOTE:
				  * no inlined calls, which are in a .dwo file; else 0 */
};

/*
 * Open the DWARF of f, which was found at `path` (may be NULL); s then owns f.  On failure f stays
 * the caller's.  0 or what dwarf_file_open() returns: -ENODATA there is none.
 */
int source_lines_open(struct source_lines *s, struct elf_file *f, const char *path) MUST_CHECK;
void source_lines_close(struct source_lines *s);

/*
 * The lines of an address by the file's own numbering, the innermost inlined call first, the
 * concrete function last, into v.  Returns how many: 0 when nothing is known.  Strings belong to s.
 */
size_t source_lines_find(struct source_lines *s, uint64_t vaddr,
			 struct source_line v[SOURCE_LINES_MAX]);
