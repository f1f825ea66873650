/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message translation: the two locale categories that may change what people read. */
#include "config.h"

#include "lib/i18n.h"

#include <locale.h>

void i18n_init(void)
{
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
#ifdef ENABLE_NLS
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);
#endif
}
