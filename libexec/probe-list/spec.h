/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of probe specifications: KIND:TEXT.
 *
 * TEXT of uprobe and uretprobe, where FILE is a path, or a library's or a program's name without
 * "lib" and ".so":
 *
 *	[ret:][FILE:]NAME[+OFFSET]            a symbol, with @VERSION where it has several
 *	[ret:][FILE:]GLOB[+OFFSET]            * ? [...]
 *	[ret:][FILE:]/REGEX/[+OFFSET]
 *	[ret:][FILE:]A::B[+OFFSET]            a demangled name
 *	[FILE:]SOURCE:LINE[:COLUMN]
 *
 * kprobe and kretprobe: [MODULE:]NAME, GLOB or /REGEX/, with +OFFSET; tracepoint: [CATEGORY:]NAME,
 * globs in both; usdt: [FILE:][PROVIDER:]NAME, globs in the last two.
 *
 * A colon that belongs to "::", to "[abi:...]" or to "[:class:]" separates nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaint.h"
#include "lib/compiler.h"
#include "lib/probe-target.h"

#define SPEC_TEXT_MAX 16384
#define SPEC_LINE_MAX INT32_MAX

enum spec_class {
	SPEC_EXACT,              /* a symbol's name */
	SPEC_GLOB,
	SPEC_REGEX,
	SPEC_DEMANGLED,          /* a C++ or Rust name */
	SPEC_LINE                /* of a source file */
};

/* Strings are owned; NULL where the text has no such part. */
struct spec {
	uint32_t number;         /* its place on the command line */
	enum probe_kind kind;
	bool is_return;
	enum spec_class class;
	char *text;              /* all of it, without KIND: and blanks */
	char *file;              /* or the module */
	char *pattern;           /* name, glob, regex without slashes, source file, event */
	char *version;           /* of a symbol */
	char *group;             /* provider or category */
	bool has_offset;
	uint64_t offset;
	uint32_t line, column;   /* column 0: any */
};

/*
 * Parse a specification.  0, -EINVAL (*c says what is wrong with it) or -ENOMEM; on failure there
 * is nothing to release.
 */
int spec_parse(struct spec *s, uint32_t number, const char *text, struct complaint *c) MUST_CHECK;

void spec_release(struct spec *s);
