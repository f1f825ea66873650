// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers of the system calls.  The table is made of <sys/syscall.h> when this is built; a
 * tracepoint is named after the kernel's function, which in a few cases is called differently.
 */
#include "config.h"

#include "syscall-numbers.h"

#include <stddef.h>
#include <string.h>

#include "lib/compiler.h"

struct call {
	const char *name;
	int number;
};

static const struct call calls[] = {
#include "libexec/profile/syscall-table.h"
};

static const struct { const char *function, *call; } others[] = {
	{ "newstat", "stat" }, { "newfstat", "fstat" }, { "newlstat", "lstat" },
	{ "newuname", "uname" }, { "sendfile64", "sendfile" }, { "umount", "umount2" },
};

int syscall_number(const char *call)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(others[i].function, call))
			call = others[i].call;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (!strcmp(calls[i].name, call))
			return calls[i].number;
	return -1;
}
