/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unwinds a copied user stack: what the kernel could not walk when the sample was taken, and what
 * `perf record --call-graph dwarf` leaves to its readers.
 *
 * The rules come from the call frame information of the files that were mapped in the process at
 * the time (libdw decodes it), registers and memory from the sample.  libdw's own unwinder,
 * libdwfl, is not used: it wants all modules of each process reported to it, and where information
 * is missing it follows rbp unchecked and does not tell.
 *
 * Where a file has no information for an address, the frame pointer is followed if it leads to a
 * frame: aligned, further out, with a return address where code is mapped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "elf/address-space.h"
#include "elf/machine.h"
#include "lib/compiler.h"
#include "lib/perf-data.h"
#include "objects.h"

/* Frames of one stack; what is further out is cut. */
#define UNWIND_FRAMES_MAX 1024

/* A verdict beside those of bpf/abi.h: the copy ends before the stack does. */
#define VERDICT_COPY_ENDS ABI_VERDICTS_MAX

/* A sample's copy, without the bytes of the stack.  No padding. */
struct unwind_copy {
	uint64_t regs[MACHINE_REGS];   /* by DWARF number; 16 is the instruction pointer */
	uint32_t known;          /* bits of registers */
	uint32_t full;           /* the stack may go on where the copy ends */
	uint64_t stack_len;
};

struct unwind_result {
	uint64_t frames[UNWIND_FRAMES_MAX];   /* as in a callchain: the first one exact */
	size_t n;
	uint32_t verdict;        /* enum verdict, or VERDICT_COPY_ENDS */
};

/* Where the code of the process is found. */
struct unwind_space {
	struct address_spaces *spaces;
	struct objects *objects;
	uint32_t generation;
	uint64_t time;
};

/*
 * The copy that a sample carries.  False: it has none, or of a 32-bit program, or without stack
 * pointer and instruction pointer.
 */
bool unwind_copy_of(const struct perf_data_sample *s, struct unwind_copy *copy);

/* Unwind a copy, whose bytes are at `stack`. */
void unwind_stack(const struct unwind_space *where, const struct unwind_copy *copy,
		  const uint8_t *stack, struct unwind_result *result);
