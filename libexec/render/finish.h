/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done with a model once all input is in it, before it is written. */
#pragma once

#include "lib/compiler.h"
#include "model.h"
#include "options-filter.h"

/*
 * Note in the facts what the filter did ("filter", its options; "left_out", samples), compute
 * totals and order, and put together what is too small to be shown alone.  Adds to what the input
 * says of earlier filters.  *modules is as of model_modules(): the caller frees it.  0 or -ENOMEM, then
 * *modules is NULL.
 */
int finish_model(struct model *m, const struct filter_options *o,
		 const char ***modules) MUST_CHECK;
