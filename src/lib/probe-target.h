/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where probes go: what probe-list found, as lines to the front end, and what that one hands on to
 * profile in the same format.
 *
 * A line is fields with a tab between them and a newline at the end.  In a field a backslash, a
 * tab, a newline and other control characters are \xHH.  The first says what it is:
 *
 *	probe	SPEC KIND RETURN OFFSET SIZE SEMAPHORE EVENT FD FILE NAME SHOWN WHY
 *	note	SPEC TEXT
 *	error	SPEC TEXT HINT
 *	end	LINES                  the number of lines before; without it the answer is cut off
 *
 * SPEC is the number of the specification that it is about, from 0; numbers are decimal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

#define PROBE_LINE_MAX ((size_t)256 << 10)
#define PROBE_TARGETS_MAX ((size_t)1 << 20)

enum probe_kind {
	PROBE_UPROBE,            /* "uprobe": an instruction in a file */
	PROBE_USDT,              /* "usdt": the same, put there by the program's author */
	PROBE_KPROBE,            /* "kprobe": an instruction of the kernel */
	PROBE_TRACEPOINT,        /* "tracepoint" */
	PROBE_KINDS
};

struct probe_target {
	uint32_t spec;
	enum probe_kind kind;
	bool is_return;          /* when the function returns */
	uint64_t offset;         /* bytes in the file; kernel: from the function's start */
	uint64_t size;           /* of the function in bytes, 0: not known */
	uint64_t semaphore;      /* of a USDT probe: offset in the file, 0: none */
	int event;               /* descriptor of the perf event for it, -1: none is open */
	int file_fd;             /* of a file that its path does not lead to, as in a container; 0:
				  * the path does */
	const char *file;        /* user space: absolute path; kernel: "" or the module's name;
				  * tracepoint: its category, "" when that cannot be known */
	const char *name;        /* symbol; function; tracepoint; USDT: provider:name */
	const char *shown;       /* for people: "free", "std::string::clear()", "main.c:42" */
	const char *why;         /* "": it can be attached; else why it cannot */
};

enum probe_line_kind { PROBE_LINE_TARGET, PROBE_LINE_NOTE, PROBE_LINE_ERROR, PROBE_LINE_END };

/* A parsed line; the strings point into its text. */
struct probe_line {
	enum probe_line_kind kind;
	struct probe_target target;
	uint32_t spec;                   /* of all but the end */
	const char *text, *hint;         /* of notes and errors; hint may be "" */
	uint64_t lines;                  /* of the end */
};

const char *probe_kind_name(enum probe_kind kind);

/* Room for a path of a descriptor. */
#define PROBE_PATH_MAX 32

/* The path by which this process reaches the file: the target's, or that of its descriptor, which
 * is put into `path`. */
const char *probe_target_path(const struct probe_target *t, char path[PROBE_PATH_MAX]);

/* Append a line.  0 or a negative errno, kept in b->failed too. */
int probe_put_target(struct buf *b, const struct probe_target *t);
int probe_put_note(struct buf *b, uint32_t spec, const char *text);
int probe_put_error(struct buf *b, uint32_t spec, const char *text, const char *hint);
int probe_put_end(struct buf *b, uint64_t lines);

/*
 * Parse a line in place: `text` has no newline, and is changed.  0 or -EBADMSG.
 */
int probe_line_parse(struct probe_line *line, char *text) MUST_CHECK;

/*
 * What a probe is called in results, as -e takes it: KIND:NAME, "uprobe:libc.so.6:malloc",
 * "uretprobe:libc.so.6:free", "kretprobe:vfs_read", "tracepoint:sched:sched_switch",
 * "usdt:libc:setjmp"; an offset from the function's start is not shown, but `shown` has it.
 * Appends it to b without a NUL.  0 or a negative errno.
 */
int probe_put_name(struct buf *b, const struct probe_target *t);
