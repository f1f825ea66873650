/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading collapsed stacks. */
#pragma once

#include <stdint.h>

#include "lib/compiler.h"
#include "model.h"
#include "source.h"

/* Bytes of one line. */
#define COLLAPSED_LINE_MAX ((size_t)64 << 20)

/*
 * Read lines "root;…;leaf COUNT" to the end and add them to the model: the opposite of collapsed.c,
 * which tells the marks of kinds.  As in the format's other readers blank lines and those that
 * begin with "# " are no stacks; blanks may be several, a line may end in CR and LF.  The count is
 * a whole number; stacks with 0 are left out.
 *
 * 0, or with *line the line at fault (from 1 on):
 *   -EBADMSG     it does not end in a blank and a whole number
 *   -EOVERFLOW   its count, its frames or its bytes are too many
 *   -ENOTSUP     every line has two counts: a difference of two profiles, not one (line is 0)
 *   -ENOMEM, or an error of source_read()
 * What was added before an error stays.
 */
int collapsed_read(struct source *s, struct model *m, uint64_t *line) MUST_CHECK;
