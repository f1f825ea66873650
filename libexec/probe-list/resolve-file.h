/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets of a specification in one file, and in the kernel. */
#pragma once

#include "answer.h"
#include "functions.h"
#include "lib/compiler.h"
#include "lines.h"
#include "match.h"
#include "search.h"
#include "spec.h"
#include "usdt.h"

/* What is known while the files of a search are gone through. */
struct file_resolver {
	struct answer *answer;
	struct search *search;
	const struct spec *spec;
	struct matcher matcher;
	struct lines lines;
	struct complaint complaint;      /* why nothing can be attached, or "" */
	int file_fd;                     /* of the file that is gone through; 0: by its path */
	size_t n_files, n_unreadable;
	size_t n_clones;                 /* targets that are clones of what was asked for */
	size_t n_misplaced;              /* whose offset is no instruction's start */
	size_t n_indirect;               /* functions that cannot be attached since they are that */
	const char *reason;              /* why the last unreadable file is */
};

/*
 * Add the targets that the file has.  A file that cannot be read has none, and is counted.  0,
 * -ENOMEM or -EOVERFLOW.
 */
int resolve_file(struct file_resolver *r, const struct search_file *file) MUST_CHECK;

/* Find functions, tracepoints of the kernel and tell of them.  0, -ENOMEM or -EOVERFLOW. */
int resolve_kernel_functions(struct answer *a, const struct spec *s) MUST_CHECK;
int resolve_kernel_events(struct answer *a, const struct spec *s) MUST_CHECK;
