/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame of x86-64 code: its registers and a copied piece of the stack, the DWARF expressions
 * that are evaluated on them, and the step to its caller.
 */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* By DWARF number (System V ABI, AMD64 supplement, figure 3.36); the last is the return address. */
#define MACHINE_REGS 17
enum { MACHINE_BP = 6, MACHINE_SP = 7, MACHINE_IP = 16 };

struct machine {
	uint64_t regs[MACHINE_REGS];
	uint32_t known;          /* bits of registers */
	bool has_gaps;           /* a register was saved where the copy has nothing */
	uint64_t cfa;
	uint64_t stack_start;    /* address of the first copied byte */
	const uint8_t *stack;
	size_t stack_len;
};

/* Read a word of the copied stack.  0 or -EFAULT. */
int machine_read(const struct machine *m, uint64_t addr, uint64_t *value) MUST_CHECK;

/*
 * Evaluate what dwarf_frame_cfa() or dwarf_frame_register() returned; a location is read, and
 * *place is its address (else 0; may be NULL).  0 or -EFAULT (beyond the copied stack), -ENODATA (a
 * register that is not known), -ENOTSUP (an unknown operation), -EINVAL (damaged).
 */
int machine_evaluate(const struct machine *m, const Dwarf_Op *ops, size_t n, uint64_t *value,
		     uint64_t *place) MUST_CHECK;

/*
 * Go to the caller by the rules of frame_rules_find(); registers that cannot be told become
 * unknown.  0, -ENOENT (the outermost frame: there is no caller), -ERANGE (the rules lead to no
 * frame further out), or as machine_evaluate(); on failure the registers are as they were.
 */
int machine_step(struct machine *m, Dwarf_Frame *rules) MUST_CHECK;
