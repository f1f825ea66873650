/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done with a model once all input is in it, before it is written. */
#pragma once

#include "lib/compiler.h"
#include "diff.h"
#include "model.h"
#include "options-filter.h"

/*
 * All that was read until now is the profile before: its samples and its facts go to d, and the
 * model is ready for the profile after.  m->samples is not looked at: it has the latter only.
 * 0 or -ENOMEM.
 */
int finish_before(struct model *m, struct diff *d, struct filter_options *o) MUST_CHECK;

/*
 * Note in the facts what the filter did ("filter", its options; "left_out", samples), compute
 * totals and order, and put together what is too small to be shown alone.  Adds to what the input
 * says of earlier filters.  d is the difference from an earlier profile, or NULL.
 * *modules is as of model_modules(): the caller frees it.  0 or -ENOMEM, then *modules is NULL.
 */
int finish_model(struct model *m, struct diff *d, const struct filter_options *o,
		 const char ***modules) MUST_CHECK;
