/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of dynamic symbols.  Source: Linux Standard Base Core 5.0, chapter 10.7. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elf-file.h"

/* Zero-initialise.  Belongs to an open file. */
struct versions {
	const uint8_t *symbols; size_t n_symbols;        /* .gnu.version */
	const uint8_t *defined; size_t defined_size;     /* .gnu.version_d */
	const char *strings; size_t strings_size;
};

/* Find the tables of f; a file without versions has none. */
void versions_read(struct versions *v, const struct elf_file *f);

/* The version of symbol i of .dynsym, NULL: none.  *is_default: what a linker takes now. */
const char *version_of(const struct versions *v, size_t i, bool *is_default);
