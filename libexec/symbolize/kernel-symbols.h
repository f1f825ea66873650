/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel addresses: from the recording itself, or from a text in the format of
 * /proc/kallsyms. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "elf/symbol-set.h"
#include "lib/map.h"

#define KALLSYMS_MAX ((size_t)256 << 20)

/* Zero-initialise, then kernel_symbols_init(). */
struct kernel_symbols {
	struct symbol_set own;   /* of the recording; names are "name\0module" */
	struct u64_map seen;     /* starts in own */
	struct symbol_draft *added; size_t n_added, cap_added;
	bool changed;            /* own is to be built again from added */
	struct symbol_set text;  /* of kallsyms */
	bool hidden;             /* kallsyms shows no addresses to this user */
};

void kernel_symbols_init(struct kernel_symbols *k);

/* A symbol that the recording tells.  0, -ENOMEM or -EOVERFLOW. */
int kernel_symbols_add(struct kernel_symbols *k, uint64_t start, uint64_t end, const char *name,
		       const char *module) MUST_CHECK;

/*
 * Read kallsyms from fd.  Functions only; each ends where the next begins.  0, -ENODATA (no
 * addresses: hidden is set when they were zeros), or another negative errno.
 */
int kernel_symbols_read(struct kernel_symbols *k, int fd) MUST_CHECK;

/* The address of a symbol of kallsyms, or 0. */
uint64_t kernel_symbols_address(const struct kernel_symbols *k, const char *name);
/* Forget kallsyms: it is another boot's. */
void kernel_symbols_drop_text(struct kernel_symbols *k);

/* Name and module ("" for the kernel proper) of addr, valid until the next change; or NULL. */
const char *kernel_symbols_find(struct kernel_symbols *k, uint64_t addr, const char **module);

void kernel_symbols_release(struct kernel_symbols *k);
