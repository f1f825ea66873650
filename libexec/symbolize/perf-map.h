/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that run-time compilers write to /tmp/perf-PID.map: lines "START SIZE NAME", numbers in
 * hex.
 *
 * A process in a container has its own /tmp, and writes the id that it has there.
 *
 * Anybody can create such a file.  It is taken only when it is a regular file (no symbolic link)
 * of root, of this process's user, or of the user of the living process PID; and only its first
 * PERF_MAP_MAX bytes.  Lines that cannot be read are skipped; of overlapping ranges the later
 * counts.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "elf/mapped-file.h"
#include "elf/symbol-set.h"
#include "lib/map.h"

#define PERF_MAP_MAX ((size_t)256 << 20)

struct perf_map {
	uint32_t pid;
	int error;               /* of the last reading; -ENOENT: there is none, -EPERM: foreign */
	off_t size;              /* of the file when it was read */
	struct symbol_set symbols;
};

/* Zero-initialise before the first use. */
struct perf_maps {
	struct u64_map pids;
	struct perf_map *v; size_t n, cap;
	const char *folder;      /* NULL: /tmp */
	struct mapped_files *files;      /* knows the roots of containers; NULL: there are none */
};

/* The name at addr in process pid, valid until the next call, or NULL.  The file is read at the
 * first question and again when a name is missing and it has grown. */
const char *perf_maps_find(struct perf_maps *m, uint32_t pid, uint64_t addr, uint64_t *start);

void perf_maps_release(struct perf_maps *m);
