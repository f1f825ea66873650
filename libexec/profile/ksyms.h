/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel symbols: code of the kernel, its modules and BPF programs, from the ksym iterator. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

struct ksym {
	uint64_t start;
	uint32_t name;           /* offset into text, NUL-terminated */
	uint32_t module;         /* likewise; "" for the kernel itself */
	char type;               /* as nm(1): t local, T global, w and W weak */
	bool sent;               /* the reader of our stream has it */
};

/* Zero-initialise before the first use. */
struct ksyms {
	struct ksym *syms;       /* by ascending start */
	size_t n, cap;
	char *text;              /* owned: the records, with the names */
	size_t text_len;
	uint64_t text_start, text_end;   /* the kernel's own, _text to _etext; 0: not known */
};

/* Bytes of symbol text that are accepted from the iterator. */
#define KSYMS_TEXT_MAX ((size_t)64 << 20)

/*
 * Take the records (struct abi_symbol and names) that the iterator writes; the bytes of `records`
 * move to the table.  The previous contents are replaced; marks of sent symbols are kept by start
 * and name.  0, -EBADMSG or -ENOMEM.
 */
int ksyms_take(struct ksyms *k, struct buf *records) MUST_CHECK;

/* The symbol that covers addr, or NULL. */
struct ksym *ksyms_find(const struct ksyms *k, uint64_t addr);

/* Where the kernel's own code of that name starts, or 0. */
uint64_t ksyms_address(const struct ksyms *k, const char *name);

/* One byte past the symbol: where the next one starts. */
uint64_t ksyms_end(const struct ksyms *k, const struct ksym *sym);

/*
 * Append the table as /proc/kallsyms has it: "ADDRESS TYPE NAME\t[MODULE]".  0 or a negative
 * errno.
 */
int ksyms_print(const struct ksyms *k, struct buf *out) MUST_CHECK;

void ksyms_release(struct ksyms *k);
