/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information: the entries of .eh_frame and .debug_frame, and what their instructions
 * say, for x86-64.
 *
 * A common information entry (CIE) holds what many frame description entries (FDE) share; an FDE
 * describes one range of addresses.  Sources: DWARF 5, section 6.4; Linux Standard Base 5.0, Core,
 * chapters 10.5 and 10.6 (.eh_frame, its augmentations and pointer encodings).
 *
 * An own interpreter, since libdw runs an FDE from its start and allocates for every row.  Usual
 * entries are decoded by cfi-run-usual.c, whose only state is the row at hand; the others go
 * through cfi-run.c and rule.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "rule.h"
#include "table.h"

/* More than that is not read. */
#define CFI_BYTES_MAX ((size_t)256 << 20)
/* Zero bytes that must follow a section's: operands are read before it is seen that they end. */
#define CFI_SLACK 32

struct cfi_section {
	const uint8_t *bytes;    /* with CFI_SLACK zeros after them; not owned */
	size_t size;             /* at most CFI_BYTES_MAX */
	uint64_t addr;           /* of the bytes, in the file's numbering */
	bool is_debug_frame;
};

struct cfi_cie {
	struct cfi_state initial;
	uint64_t code_align;
	int64_t data_align;
	uint32_t offset;         /* in the section */
	uint32_t usual_rule;     /* the initial rule, when entries may be usual ones, else 0 */
	uint8_t encoding;        /* of an FDE's addresses, DW_EH_PE_* */
	bool has_size;           /* augmentation 'z' */
	bool is_signal;          /* augmentation 'S' */
	bool is_damaged;         /* its instructions cannot be decoded */
	bool is_valid;
};

struct cfi_fde {
	uint64_t start, end;     /* it describes nothing when end <= start */
	uint32_t cie;            /* its offset in the section */
	uint32_t usual_rule;     /* the CIE's */
	bool is_signal;
	const uint8_t *code, *code_end;
};

#define CFI_CIES 64          /* a power of two */

/* Reads a section.  Zero-initialise, and set section and rules. */
struct cfi_reader {
	const struct cfi_section *section;
	struct rules *rules;
	size_t work;             /* bytes of instructions decoded, see cfi_run() */
	struct cfi_cie cies[CFI_CIES];   /* read last, by offset */
};

/*
 * The entry at *offset: 1 an FDE (*fde is filled), 0 a CIE or a terminator, or a negative errno:
 * -EBADMSG damaged, -ENODATA damaged so that what follows it cannot be found.  Except with
 * -ENODATA, *offset is then the next entry's.
 */
int cfi_next(struct cfi_reader *r, uint32_t *offset, struct cfi_fde *fde) MUST_CHECK;

/* Rows of one FDE: address << 24 | rule, in ascending order. */
struct cfi_rows {
	uint64_t *v; size_t n, cap;
	uint8_t *rbx; size_t rbx_cap;   /* for each row, with rules.has_rbx */
};

#define CFI_ROW_RULE(row) ((uint32_t)(row) & 0xffffff)
#define CFI_ROW_ADDRESS(row) ((row) >> 24)

/*
 * Decode fde, whose addresses are below UNWIND_ADDRESS_MAX, into rows; what was in there is gone.
 * 0 or a negative errno: -EBADMSG damaged, -ENOMEM, -E2BIG more instructions in all than a section
 * of this size can have (entries that overlap others).
 */
int cfi_run(struct cfi_reader *r, const struct cfi_fde *fde, struct cfi_rows *rows) MUST_CHECK;

/*
 * The same for a usual entry, with its rows put into the table at once.  False, and the table is as
 * it was: it is not a usual one, is damaged, or the table's part has no room for it.
 */
bool cfi_put_usual(struct cfi_reader *r, const struct cfi_fde *fde, struct table *t) MUST_CHECK;

void cfi_rows_release(struct cfi_rows *rows);
