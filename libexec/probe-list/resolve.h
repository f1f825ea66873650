/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a specification to its targets. */
#pragma once

#include "answer.h"
#include "lib/compiler.h"
#include "search.h"
#include "spec.h"

/*
 * Find the targets of s and tell of them.  That there are none is told, too.  0, -ENOMEM or
 * -EOVERFLOW (more targets than PROBE_TARGETS_MAX), then the answer is not complete.
 */
int resolve(struct answer *a, struct search *search, const struct spec *s) MUST_CHECK;
