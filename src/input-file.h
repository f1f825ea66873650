/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is read instead of sampling: opened, and known for a recording or not. */
#pragma once

#include "lib/compiler.h"

enum input_kind {
	INPUT_RECORDING, /* perf.data: symbolize reads it */
	INPUT_PROFILE    /* anything else: render reads it, or says what is wrong with it */
};

/*
 * Open path for reading, "-" being standard input, and look at its first bytes without taking them:
 * of a pipe too, for which it waits until there are some.  Returns a descriptor above 2 that is
 * close-on-exec, or a negative errno (-EISDIR for a directory).
 */
int input_open(const char *path, enum input_kind *kind) MUST_CHECK;
