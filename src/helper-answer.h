/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers that are asked once, before a run or instead of one. */
#pragma once

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/spawn.h"

/*
 * Start the helper that req tells, with nothing as its input; append what it writes to standard
 * output to `answer`, whose max bounds it, and reap it.  *status is as of waitpid(2).  Returns 0,
 * or a negative errno when it could not be started or read.
 */
int helper_answer(struct spawn_request *req, struct buf *answer, int *status) MUST_CHECK;
