/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a specification has no probe, in words for people. */
#pragma once

#include "lib/compiler.h"

#define COMPLAINT_MAX 1536
#define COMPLAINT_NAME_MAX 200   /* bytes of a foreign name that are shown */

/* Zero-initialise; an empty text means that there is no complaint. */
struct complaint {
	char text[COMPLAINT_MAX];
	char hint[COMPLAINT_MAX];        /* the remedy, or "" */
};

/* Set the text and empty the hint; set the hint.  What does not fit is cut off. */
void complain(struct complaint *c, const char *fmt, ...) PRINTF(2, 3);
void complain_hint(struct complaint *c, const char *fmt, ...) PRINTF(2, 3);

/* A foreign name as messages show it: whole, or its beginning and "...". */
struct shown_name { char text[COMPLAINT_NAME_MAX + 4]; };
struct shown_name shown_name(const char *name);
