/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a specification has no probe, in words for people. */
#include "config.h"

#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(struct complaint *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, args);
	va_end(args);
	c->hint[0] = 0;
}

void complain_hint(struct complaint *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->hint, sizeof(c->hint), fmt, args);
	va_end(args);
}

struct shown_name shown_name(const char *name)
{
	struct shown_name shown;
	size_t len = strnlen(name, COMPLAINT_NAME_MAX + 1);

	if (len <= COMPLAINT_NAME_MAX) {
		memcpy(shown.text, name, len + 1);
		return shown;
	}
	memcpy(shown.text, name, COMPLAINT_NAME_MAX);
	strcpy(shown.text + COMPLAINT_NAME_MAX, "...");
	return shown;
}
