/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pipes between profile and unwind-table-builder.
 *
 * profile writes requests, a builder answers each in turn.  Integers are little-endian and of this
 * machine's alignment.  What a builder says comes from hostile files: profile checks every size.
 */
#pragma once

#include <stdint.h>

#define UNWIND_PIPE_MAGIC 0x31776275u   /* "ubw1" */
#define UNWIND_PATH_MAX 4096
#define UNWIND_SEGMENTS_MAX 64
#define UNWIND_PARTS_MAX 4096

enum unwind_request_kind {
	UNWIND_REQUEST_TABLE = 1,        /* the table of a mapped file */
	/* The files that the dynamic linker maps for a program, itself and the program first. */
	UNWIND_REQUEST_DEPENDENCIES = 2
};

/*
 * Followed by path_len bytes of path (no NUL): absolute, as a mapping event has it, " (deleted)"
 * included; or "[vdso]", the vdso of this machine.  With an ino of 0 any file will do.
 */
struct unwind_request {
	uint32_t magic, kind;
	uint32_t id;             /* comes back in the reply */
	uint32_t path_len;       /* at most UNWIND_PATH_MAX */
	uint32_t maj, min;       /* of the mapping event */
	uint32_t pid, pad;       /* a process that mapped it; 0: not told */
	uint64_t ino, generation;
	uint64_t stamp;          /* of the table that profile has already, 0: none */
};

enum unwind_status {
	UNWIND_OK = 0,
	UNWIND_NO_INFO = 1,      /* the file has no call frame information */
	UNWIND_UNREADABLE = 2,   /* cannot be opened; `error` is a positive errno */
	UNWIND_STALE = 3,        /* it is not the file that was mapped */
	UNWIND_NOT_ELF = 4,      /* no ELF file, or its headers are damaged */
	UNWIND_MACHINE = 5,      /* of another kind of CPU (32-bit x86 too) */
	UNWIND_DAMAGED = 6,      /* its call frame information cannot be decoded at all */
	UNWIND_TOO_LARGE = 7,    /* beyond the limits of the format */
	UNWIND_UNCHANGED = 8,    /* the file is as it was when the stamp was given */
	UNWIND_STATUSES
};

/*
 * Followed by n_segments struct unwind_segment, then n_parts times a struct unwind_part (as in
 * bpf/unwind-table.h) with the rest of its words, in ascending order of addresses, not overlapping.
 * Between parts there is no information.
 * For UNWIND_REQUEST_DEPENDENCIES: followed by `bytes` bytes: n_parts times a struct
 * unwind_dependency with its path; no segments.
 */
struct unwind_reply {
	uint32_t magic, kind;
	uint32_t id;
	uint32_t status;         /* enum unwind_status; without UNWIND_OK nothing follows */
	uint32_t error;
	uint32_t n_segments;     /* at most UNWIND_SEGMENTS_MAX */
	uint32_t n_parts;        /* at most UNWIND_PARTS_MAX */
	/* Functions whose information could not be decoded: they are UNWIND_UNSUPPORTED. */
	uint32_t n_damaged;
	uint64_t bytes;          /* of everything that follows the segments */
	uint64_t n_rows;
	uint64_t build_ns;       /* CPU time that the table took */
	/* Of the file's size and times: another one when it has been written to.  Never 0. */
	uint64_t stamp;
};

/* An executable PT_LOAD. */
struct unwind_segment {
	uint64_t offset, vaddr, filesz, memsz;
};

/* Followed by path_len bytes of path (no symbolic links, no NUL), then zeros to a multiple of 8. */
struct unwind_dependency {
	uint64_t ino;            /* as mapping events will show them */
	uint32_t maj, min;
	uint32_t path_len;
	uint32_t pad;
};
