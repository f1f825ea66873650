/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dynamic linker's cache of shared libraries, /etc/ld.so.cache: which file a name such as
 * "libc.so.6" means.  Source of the format: glibc's sysdeps/generic/dl-cache.h, "glibc-ld.so.cache"
 * version 1.1, alone or after the older format.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

#define LD_CACHE_PATH "/etc/ld.so.cache"
#define LD_CACHE_BYTES_MAX ((size_t)64 << 20)

/* Zero-initialise. */
struct ld_cache {
	struct buf bytes;
	size_t start;            /* of the new format in the bytes */
	uint32_t n;              /* entries, of all machines */
};

/* Read a cache.  0 or a negative errno (-EBADMSG: not of this format), then c is empty. */
int ld_cache_read(struct ld_cache *c, const char *path) MUST_CHECK;

/*
 * The file that x86-64 programs get for a name, or NULL.  Of several the one for the best CPU that
 * this one is (glibc-hwcaps), else the first.  The string belongs to c.
 */
const char *ld_cache_find(const struct ld_cache *c, const char *name);

/*
 * Entry i of c->n: sets *name and returns its path, or NULL when it is of another machine, or
 * damaged.  The strings belong to c.
 */
const char *ld_cache_entry(const struct ld_cache *c, uint32_t i, const char **name);

void ld_cache_release(struct ld_cache *c);
