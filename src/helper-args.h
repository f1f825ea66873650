/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Argument vectors and environments for helpers. */
#pragma once

#include <stddef.h>

#include "acquire.h"
#include "lib/compiler.h"
#include "options.h"

/* Strings and the vector of them; failed is -ENOMEM once something could not be added. */
struct args {
	char **list;             /* NULL-terminated, owned like the strings */
	size_t n;
	size_t cap;
	int failed;
};

void args_add(struct args *a, const char *fmt, ...) PRINTF(2, 3);
void args_release(struct args *a);

/* own: ids of profile-bee's processes, 0 for none. */
void args_for_profile(struct args *a, const struct options *o, const struct acquired *acquired,
		      pid_t command_pid, const pid_t *own, size_t n_own);
void args_for_render(struct args *a, const struct options *o, const struct acquired *acquired);

/* The options about what is shown, for render. */
void args_add_shown(struct args *a, const struct options *o);

/* list: also what cannot be attached. */
void args_for_probe_list(struct args *a, const struct options *o, const struct command *command,
			 const struct executables *files, bool list);

/* The executables that were kept open, and the roots of containers, for symbolize and
 * unwind-table-builder. */
void args_add_files(struct args *a, const struct executables *files);
void args_add_roots(struct args *a, const struct roots *roots);

/* The environment that a helper gets: the names of an allow-list, with the caller's values. */
void args_environment(struct args *a, bool debuginfod);
