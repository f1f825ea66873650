/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message translation. */
#pragma once

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

/*
 * Set LC_CTYPE and LC_MESSAGES (never LC_NUMERIC: written numbers ignore the locale) and the
 * domain.
 */
void i18n_init(void);

/* Open what messages come from, before no file can be opened any more. */
void i18n_load(void);
