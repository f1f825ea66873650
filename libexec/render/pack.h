/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of the data island as text. */
#pragma once

#include <stddef.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "writer.h"

/*
 * Write n sections, each a varint length and its bytes, deflated (RFC 1951) as one stream, in lines
 * of base64.  0 or -ENOMEM; the writer keeps its own errors.
 */
int pack_sections(struct writer *w, const struct buf *sections, size_t n) MUST_CHECK;
