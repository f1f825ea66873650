/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules of libdw's and rows of a table make of registers and memory: numbers to compare. */
#pragma once

#include <elfutils/libdw.h>
#include <stdint.h>

#include "libexec/unwind-table-builder/lookup.h"

struct registers {
	uint64_t v[17];          /* by DWARF number; 16 is the address */
};

/* What a rule gives.  Each is unknown, the value it has, or (ra) the end of the stack. */
enum known { UNKNOWN, VALUE, END };
struct caller {
	enum known cfa_known, ra_known, rbp_known, rbx_known;
	uint64_t cfa, ra, rbp, rbx;
};

/* Registers of a round, and a memory, whose contents are a hash of the address. */
struct registers random_registers(uint64_t round, uint64_t pc);

struct caller libdw_caller(Dwarf_Frame *frame, const struct registers *r);
struct caller table_caller(const struct lookup_row *row, const struct registers *r);
