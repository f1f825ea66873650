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

/*
 * Open the alternate file of a debug file f, to which its .gnu_debugaltlink leads: by the build id
 * in /usr/lib/debug/.build-id, or by `name`, a path that may be relative to the folder of f.  The
 * build id must be equal.  0 or a negative errno.
 */
int debug_file_open_alt(struct elf_file *alt, const struct elf_file *f, const char *name,
			const struct elf_build_id *id) MUST_CHECK;
