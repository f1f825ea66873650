/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What call frame information says at an address, and the row of the unwind table that says it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/unwind-table.h"
#include "lib/compiler.h"

/* Beyond that nothing is an offset of this machine. */
#define CFI_OFFSET_MAX (INT64_C(1) << 48)

enum cfi_how {
	CFI_SAME = 0,            /* same value: so are registers that nothing is said of */
	CFI_UNDEFINED,
	CFI_OFFSET,              /* saved at CFA + value */
	CFI_VAL_OFFSET,          /* is CFA + value */
	CFI_REGISTER,            /* is in register `value` */
	CFI_EXPRESSION,          /* saved at what the expression says */
	CFI_VAL_EXPRESSION,
	CFI_ABSENT               /* of the CFA: no rule yet */
};

/* An expression is at `value` in the section: its length as a ULEB128, then its operations. */
struct cfi_rule {
	int64_t value;
	enum cfi_how how;
};

struct cfi_state {
	int64_t cfa_offset;      /* bytes; kept while there is an expression */
	uint32_t cfa_reg;
	enum cfi_how cfa;        /* CFI_VAL_OFFSET (cfa_reg + cfa_offset), _EXPRESSION, _ABSENT */
	uint32_t cfa_expression; /* where it is in the section */
	struct cfi_rule rbp, rbx, ra;
};

/* Makes rows.  Zero-initialise; the caller sets what is not marked as its own. */
struct rules {
	bool has_rbx;            /* tell of rbx in each row */
	bool is_signal;          /* of the entry at hand */
	const uint8_t *section; size_t size;   /* where expressions are */
	bool needs_rbx;          /* own: a row is relative to rbx */
	struct unwind_exotic *exotic; size_t n, cap;   /* own: those that rows refer to */
};

/*
 * The rule of a row (UNWIND_RULE) for a state.  One that cannot be expressed is UNWIND_UNSUPPORTED.
 * The offset of UNWIND_EXOTIC is an index into r->exotic.
 */
uint32_t rule_make(struct rules *r, const struct cfi_state *s);

/*
 * The rule, if it is a usual one: CFA = rsp or rbp and an offset of which no bit is outside of
 * RULE_PLAIN, not 0, the return address at CFA - 8, rbp where it was or in a slot; else 0.
 */
#define RULE_PLAIN UINT64_C(0x7fff8)
uint32_t rule_usual(const struct cfi_state *s);

/* The byte that tells where rbx is. */
uint8_t rule_rbx(const struct cfi_state *s);

void rules_release(struct rules *r);
