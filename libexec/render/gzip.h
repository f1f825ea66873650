/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compression of an output on its way to a descriptor (gzip, RFC 1952). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/compiler.h"

struct gzip;

/* NULL: memory is out. */
struct gzip *gzip_new(void) MUST_CHECK;
void gzip_free(struct gzip *g);

/* Compress n bytes and write what is ready; `last`: everything, and the end.  0 or a negative
 * errno. */
int gzip_write(struct gzip *g, int fd, const void *bytes, size_t n, bool last) MUST_CHECK;
