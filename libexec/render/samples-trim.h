/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store of samples made to follow trim.h. */
#pragma once

#include <stdint.h>

#include "lib/compiler.h"
#include "lib/trie.h"
#include "samples.h"

/*
 * After trim() of the trie that the samples are of: what is not in it any more becomes `small`, as
 * there, and samples that become equal are added up.  0, -ENOMEM or -EOVERFLOW; then samples are
 * missing.
 */
int samples_trim(struct samples *s, const struct trie *trimmed, uint32_t small) MUST_CHECK;
