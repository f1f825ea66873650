/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of an ELF file: .symtab (the file's own or that of its separate debug file), .dynsym
 * and the procedure linkage table.
 */
#pragma once

#include "elf/elf-file.h"
#include "elf/symbol-set.h"

/*
 * Load all function symbols of f into s, which must be initialised and empty, by the file's own
 * virtual addresses, and finish it.  `path` (may be NULL) is where f was found: separate debug
 * files are looked for beside it and under /usr/lib/debug.  Symbol versions are cut off; a PLT
 * entry is called "function@plt".  Damaged tables are left out.  0 (s may be empty) or -ENOMEM,
 * -EOVERFLOW.
 */
int elf_symbols_load(struct symbol_set *s, const struct elf_file *f, const char *path) MUST_CHECK;
