/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the paths of a line program take once libdw has read them: it joins each file's name with
 * its folder's, so a table of a few hundred kilobytes could ask for gigabytes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "elf/dwarf-file.h"
#include "lib/compiler.h"

/*
 * The most bytes that the paths can take of the program at `offset` of the part's .debug_line,
 * whose unit was compiled in a folder with a path of `folder` bytes.  0 or -EBADMSG: damaged, or a
 * name is longer than a path can be.
 */
int dwarf_paths_measure(const struct dwarf_part *part, uint64_t offset, size_t folder,
			uint64_t *bytes) MUST_CHECK;
