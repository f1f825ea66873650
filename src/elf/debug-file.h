/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Separate debug files, found as gdb(1) finds them. */
#pragma once

#include "elf/elf-file.h"

/*
 * Open the debug file of f: /usr/lib/debug/.build-id/xx/yyyy.debug by f's build id, or what its
 * .gnu_debuglink names: beside path, in .debug beside it, or in /usr/lib/debug/ and path's folder.
 * The build id must be equal; without one, the link's CRC must be that of the file.  `path` may be
 * NULL.  0, -ENOENT, or another negative errno of the last try.
 */
int debug_file_open(struct elf_file *debug, const struct elf_file *f, const char *path) MUST_CHECK;
