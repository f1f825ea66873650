/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Large files in memory without reading them: mappings that survive when the file gets shorter.
 *
 * Files are hostile, and read rather than mapped: what is mapped changes when its owner changes it,
 * after it was checked, too.  A debug file may have a gigabyte, though, of which a few pages are
 * wanted.  So what only root or the own user can write is mapped.  Where such a file is cut
 * meanwhile, the handler of SIGBUS puts a page of zeros in the place of the missing one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/compiler.h"

/* Smaller ones are read. */
#define FILE_MAP_MIN ((size_t)8 << 20)

/* Zero-initialise; must not move while it is open. */
struct file_map {
	char *image;             /* NULL: not open */
	size_t size;
	struct file_map *next;   /* of all that are open */
};

/* Map the file; false: it is small, somebody else may write it, or it cannot be mapped. */
bool file_map_open(struct file_map *m, int fd) MUST_CHECK;
void file_map_close(struct file_map *m);
