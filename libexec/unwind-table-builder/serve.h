/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers requests of lib/unwind-pipe.h. */
#pragma once

#include "build.h"
#include "elf/mapped-file.h"
#include "lib/compiler.h"

struct server {
	struct mapped_files files;   /* handed over */
	struct builder builder;
	uint64_t n_tables, n_failed;
};

/* Answer requests until the end of file.  0 or a negative errno (-EBADMSG: not a request). */
int serve(struct server *s, int in, int out) MUST_CHECK;

void server_release(struct server *s);
