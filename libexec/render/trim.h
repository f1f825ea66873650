/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --min-percent: what is small under its caller becomes one frame "[less than N%]", so that
 * outputs are short and their totals stay what they were.
 */
#pragma once

#include <stdint.h>

#include "lib/compiler.h"
#include "lib/trie.h"
#include "diff.h"

/* The frame for what has less than `percent` of all samples, interned.  TRIE_NONE: no memory. */
uint32_t trim_frame(struct trie *t, double percent);

/*
 * Under each node of t the children that have less than `percent` of all samples, and what they
 * called, become one child: `small`, of trim_frame().  trie_finish() has been called, and need not
 * be again.  With a difference d (NULL: none; diff_sum() has been called, and need not be again) it
 * has to be less before and after.  Frames keep their numbers, nodes do not.  0, or -ENOMEM and
 * nothing has changed.
 */
int trim(struct trie *t, struct diff *d, double percent, uint32_t small) MUST_CHECK;
