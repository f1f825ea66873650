/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the profile in our own SVG and HTML. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "model.h"
#include "source.h"

/* Bytes of all sections of an island; what a packed file may become is limited by unpack.h, too. */
#define ISLAND_MAX ((size_t)1 << 30)

/*
 * Read s up to the end of its data island (island.h) and add that to the model: stacks with the
 * kinds and modules of their frames, and facts, the title among them.  0, or an error of
 * unpack_island(); -EBADMSG, too, for sections that contradict themselves; -ENOTSUP: it is the
 * difference of two profiles, and m->diff is NULL; -EOVERFLOW: more samples than 64 bits count.
 * What was added before an error stays.
 */
int island_read(struct source *s, struct model *m) MUST_CHECK;

/* The same from the sections' n bytes. */
int island_read_sections(const uint8_t *bytes, size_t n, struct model *m) MUST_CHECK;
