/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why this process lacks the capabilities that sampling needs, and what gives them. */
#pragma once

#include <stddef.h>

#include "lib/compiler.h"

enum permission {
	PERMISSION_GIVEN,
	PERMISSION_NO_FILE_CAPABILITIES,     /* an ordinary user's plain program */
	PERMISSION_NOSUID,                   /* the file has them, its mount hides them */
	PERMISSION_NO_NEW_PRIVILEGES,        /* the file has them, the caller gave up on such */
	PERMISSION_BOUNDED,                  /* they are outside the bounding set */
	PERMISSION_NAMESPACE,                /* in a user namespace, where they do not count */
	PERMISSION_GROUP                     /* the helper that uses them is for a group */
};

/* Found by looking at this process, its program's file and its mount, and the helper's file. */
enum permission permission_of_this_process(void);

/* One clause that follows "not permitted: "; "" when it is given.  Translated. */
const char *permission_reason(enum permission p);

/* What to do: a line in `text`, "" when it is given.  Translated; names this program's path. */
void permission_remedy(enum permission p, char *text, size_t size);
