/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The build id of the kernel that runs. */
#pragma once

#include <stddef.h>

#include "elf/elf-file.h"
#include "lib/compiler.h"

/*
 * The build id among the n bytes of ELF notes (elf(5), Nhdr and what follows; the layout of
 * /sys/kernel/notes).  0, or -ENOENT when there is none, or they are damaged before it.
 */
int kernel_build_id_find(const void *notes, size_t n, struct elf_build_id *id) MUST_CHECK;

/* That of the kernel that runs, from /sys/kernel/notes; of length 0 where it cannot be read. */
void kernel_build_id_read(struct elf_build_id *id);
