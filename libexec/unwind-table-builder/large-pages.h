/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fewer page faults for memory that is about to be filled. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/*
 * Ask for large pages.  A new process spends a third of a large table's time in faults of 4 KiB
 * each; when the kernel says no, nothing is lost.
 */
static inline void prefer_large_pages(void *p, size_t size)
{
	const uintptr_t page = 4096;
	uintptr_t start = ((uintptr_t)p + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)p + size) & ~(page - 1);

	if (size >= (size_t)1 << 20 && end > start)
		madvise((void *)start, end - start, MADV_HUGEPAGE);
}
