/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that are there already: their children and their executable mappings. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/number.h"

/* Add the children of the processes in the list, and theirs; as many as fit. */
void processes_add_children(struct id_list *pids);

/*
 * Call `see` for each executable mapping of a file in /proc/PID/maps.  It returns 0 to go on.  The
 * result is its, or a negative errno of reading.
 */
int process_mappings(uint32_t pid, int (*see)(void *opaque, const char *path, uint64_t dev,
					      uint64_t ino), void *opaque) MUST_CHECK;
