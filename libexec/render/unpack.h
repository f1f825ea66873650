/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Out of our SVG and HTML: the data island's sections as bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "source.h"

/* What the island is in: an element with these attributes and nothing else in it. */
#define ISLAND_ATTRIBUTES "id=\"profile\" data-encoding=\"deflate-raw, base64\">"

/*
 * A packed file may become as large as this and UNPACK_RATIO times its own size.  Profiles shrink
 * to a fifth; those of deep recursion to a thousandth, but then they are small.
 */
#define UNPACK_FREE ((size_t)64 << 20)
#define UNPACK_RATIO 32

/* Whether `packed` bytes may give `bytes`. */
static inline bool unpack_may_give(size_t packed, size_t bytes)
{
	return bytes <= UNPACK_FREE || (bytes - UNPACK_FREE) / UNPACK_RATIO <= packed;
}

/*
 * Read s to the island's end and append its sections, inflated, to out.  0; -ENOENT, there is none
 * to the end of the file; -ENODATA, it is cut short; -EBADMSG, it is damaged; -EFBIG, it grows
 * beyond what unpack_may_give() or out's maximum allows; -ENOMEM; an error of source_read().
 */
int unpack_island(struct source *s, struct buf *out) MUST_CHECK;
