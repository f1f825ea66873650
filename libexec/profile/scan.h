/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What exists when sampling begins, read through BPF iterators. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/buf.h"
#include "lib/compiler.h"

struct iterators_bpf;

struct scan {
	struct iterators_bpf *bpf;
	uint32_t ns_level;       /* depth of our pid namespace, 0: the initial one */
	uint32_t ns_inum;        /* its inode number */
};

/*
 * Load the iterators and find our pid namespace.  With only_targets, scan_mappings() is limited to
 * the processes given to scan_target().  Returns 0 or a negative errno (-EPERM: no CAP_BPF).
 */
int scan_open(struct scan *scan, bool only_targets) MUST_CHECK;

/* All tasks (threads) that our pid namespace sees. *tasks is the caller's to free. */
int scan_tasks(struct scan *scan, struct abi_task **tasks, size_t *n) MUST_CHECK;

/* Make scan_mappings() list this process. */
int scan_target(struct scan *scan, uint32_t tgid) MUST_CHECK;

/*
 * Append, for each executable mapping, a struct abi_mapping with its path, padded to 8 bytes;
 * scan_next_mapping() walks them.
 */
int scan_mappings(struct scan *scan, struct buf *out) MUST_CHECK;

/* The same of one process only, a target or not.  -ENOTSUP: the kernel is older than 6.1. */
int scan_process_mappings(struct scan *scan, uint32_t tgid, struct buf *out) MUST_CHECK;

/* The mapping at *at, which moves on; *path is NUL-terminated.  NULL at the end. */
const struct abi_mapping *scan_next_mapping(const struct buf *b, size_t *at, const char **path);

struct perf_data_mmap;

/* The mapping as a record has it; it borrows the path. */
void scan_describe(const struct abi_mapping *m, const char *path, struct perf_data_mmap *mmap);

/*
 * Append the kernel's symbols in the form that ksyms_take() wants.  It takes some 50 ms; `between`,
 * unless it is NULL, is called every now and then, and its failure ends it.  -ENOTSUP: the kernel
 * is older than 6.0.
 */
int scan_symbols(struct scan *scan, struct buf *records, int (*between)(void *ctx),
		 void *ctx) MUST_CHECK;

void scan_close(struct scan *scan);
