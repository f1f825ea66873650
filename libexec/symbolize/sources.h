/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source lines and inlined calls of addresses in files; what is open together is bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/source-lines.h"
#include "objects.h"

/* DWARF held in memory at a time: bytes and files. */
#define SOURCES_BYTES_MAX ((size_t)1 << 30)
#define SOURCES_OPEN_MAX ((size_t)256)
/* How often one file is opened, should there be too many at a time. */
#define SOURCES_OPENED_MAX 8

struct source {
	struct source_lines *lines;     /* owned; NULL: not open */
	unsigned int n_opened;
	bool is_useless;         /* it cannot be opened, or was too often */
	int error;               /* why lines are missing: negative errno */
};

/* Zero-initialise, then set objects, which stay the caller's. */
struct sources {
	struct objects *objects;
	struct source *v; size_t n, cap;               /* by object */
	uint32_t *open; size_t n_open, cap_open;       /* objects */
	uint32_t *failed; size_t n_failed, cap_failed; /* objects, in order of failure, each once */
	size_t n_read;           /* files whose DWARF was read */
};

/*
 * The lines of an address of an object that has been loaded, as source_lines_find() has them; they
 * are valid until the next call.
 */
size_t sources_find(struct sources *s, uint32_t object, uint64_t vaddr,
		    struct source_line v[SOURCE_LINES_MAX]);

void sources_release(struct sources *s);
