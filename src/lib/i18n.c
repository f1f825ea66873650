/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message translation: the two locale categories that may change what people read. */
#include "config.h"

#include "lib/i18n.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

void i18n_init(void)
{
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
#ifdef ENABLE_NLS
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);
#endif
}

void i18n_load(void)
{
	/* The first message of each catalogue opens it, and the conversion to the locale's set. */
	(void)gettext("");
	(void)strerror(ENOENT);
}
