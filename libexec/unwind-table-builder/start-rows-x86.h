/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for the code that programs and libraries start with, which is written in assembler. */
#pragma once

#include "code-ranges.h"

/*
 * The entry point and what follows it without call frame information is outermost: the kernel calls
 * it, and nothing else does (in glibc's dynamic linker it is _start and _dl_start_user).  _init and
 * _fini, in sections of their own, are put together from crti.o and crtn.o: their frame is known by
 * the code of those.
 */
void start_rows_find(struct code_ranges *ranges, const struct elf_file *f);
