/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs probe-list, which has no capabilities, and reads what it finds. */
#pragma once

#include "command.h"
#include "executables.h"
#include "lib/compiler.h"
#include "options.h"
#include "probes.h"

/*
 * Find what o->probes name, in the files that are searched for this run.  list: also what cannot be
 * attached.  `files` are those that the processes of --pid have mapped.  Returns an exit status,
 * after a message when the helper failed; not finding something is in the probes' messages, and
 * EXIT_FAILED without another word.
 */
int probe_finder_run(struct probes *p, const struct options *o, const struct command *command,
		     const struct executables *files, bool list) MUST_CHECK;
