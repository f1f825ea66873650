/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for the entries of x86-64 procedure linkage tables. */
#pragma once

#include <stdint.h>

#include "elf/elf-file.h"
#include "elf/symbol-set.h"

/*
 * Add a symbol "function@plt" for each entry of .plt, .plt.sec, .plt.got and .iplt.  Which function
 * an entry calls is read from its code (the GOT slot it jumps through, or the relocation index it
 * pushes), so it does not depend on the order a linker chose.  dynsym_names is where the strings of
 * .dynsym begin in s->names, negative when there are none.  Symbols that s has already name the
 * entries of indirect functions.  Does nothing for other machines.  0, -ENOMEM or -EOVERFLOW.
 */
int plt_add_symbols(struct symbol_set *s, const struct elf_file *f,
		    int64_t dynsym_names) MUST_CHECK;
