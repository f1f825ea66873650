/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unwind table: what unwind-table-builder makes of an executable's call frame information, and
 * what the walk reads.
 *
 * A row says, for the addresses from its own to the next row's, where the caller's registers are:
 * the CFA (the stack pointer in the caller, after the call), the return address and the frame
 * pointer.  99.9 % of the rows of a distribution are "CFA = rsp or rbp plus a multiple of 8, return
 * address below the CFA", so a row takes 4 bytes with its rule inline.  The rest is spelled out in
 * a list of 16-byte entries.  Addresses without information are rows, too: the rule of the function
 * before never applies silently, but in the less than 16 bytes before an aligned function, which
 * are never executed.
 *
 * Rows are found by address in two loads and a search of a few steps: `page` has the first row of
 * each 64 KiB of text, `bucket` that of each 256 bytes, relative to its page's.
 *
 * A table is cut into parts of at most UNWIND_PART_BYTES_MAX bytes, each usable by itself.  A part:
 *
 *	struct unwind_part
 *	uint32_t page[n_pages + 1]         n_pages = (n_buckets + 255) / 256; the last is n_rows
 *	uint16_t bucket[n_buckets + 1]     then zeros up to a multiple of 4 bytes
 *	uint32_t row[n_rows]
 *	struct unwind_exotic exotic[n_exotic]   at the next multiple of 8 bytes
 *	uint8_t rbx[n_rows]                with UNWIND_HAS_RBX, then zeros up to a multiple of 8
 *
 * The rows of bucket b are those from page[b / 256] + bucket[b] up to the first row of b + 1;
 * bucket[b] is 0 where b is a multiple of 256.  The row for an address is the last one of its
 * bucket whose key is not above the address's low 8 bits, or else the row before the bucket.  The
 * first row of a part has key 0 and is in bucket 0.  Everything is little-endian.
 */
#pragma once

#ifdef __bpf__
#include "bpf/vmlinux.h"
#else
#include <stdint.h>       /* user space only */
#endif

#define UNWIND_PART_BYTES_MAX ((uint32_t)1 << 20)
/* Addresses in a file above this cannot be in a table: bucket numbers have 32 bits. */
#define UNWIND_ADDRESS_MAX ((uint64_t)1 << 40)

struct unwind_part {
	uint32_t first_bucket;   /* address in the file >> 8 */
	uint32_t n_buckets;
	uint32_t n_rows;
	uint32_t n_exotic;
	uint32_t flags;          /* UNWIND_HAS_RBX */
	/* Offsets from the part's start, in 32-bit words: */
	uint32_t buckets, rows, exotics, rbxs;
	uint32_t words;          /* of the whole part, an even number */
};

#define UNWIND_HAS_RBX 1

/* ---- rows: key 8 | kind 4 | rbp 4 | offset 16, from the lowest bit ---- */

enum unwind_kind {
	UNWIND_NONE = 0,         /* no information here: between functions, or none in the file */
	UNWIND_RSP = 1,          /* CFA = rsp + 8 * offset */
	UNWIND_RBP = 2,          /* CFA = rbp + 8 * offset */
	/* A procedure linkage table: CFA = rsp + 8, or 16 where (address & 15) >= offset. */
	UNWIND_PLT = 3,
	/* rsp is at a ucontext: all registers are in it.  offset: 8 * offset is where rsp is. */
	UNWIND_SIGNAL = 4,
	UNWIND_DEREF_RSP = 5,    /* CFA = *(rsp + 8 * low) + 8 * high; low and high are int8_t */
	UNWIND_DEREF_RBP = 6,    /* the same with rbp */
	/* CFA = register + 8 * (offset >> 4); its DWARF number is offset & 15. */
	UNWIND_REG = 7,
	UNWIND_EXOTIC = 8,       /* as exotic[offset] says */
	UNWIND_STOP = 9,         /* the outermost frame: its return address is undefined */
	UNWIND_UNSUPPORTED = 10, /* there is a rule, and it is none of these */
	UNWIND_KINDS
};

/* The return address is at CFA - 8, except as UNWIND_SIGNAL and UNWIND_EXOTIC have it. */

enum unwind_rbp {
	UNWIND_RBP_SAME = 0,
	/* 1 to 12: saved at CFA - 8 * (n + 1) */
	UNWIND_RBP_SLOT_MAX = 12,
	UNWIND_RBP_EXOTIC = 13,  /* saved at CFA + exotic.rbp_offset; with UNWIND_EXOTIC only */
	UNWIND_RBP_AT_RBP = 14,  /* saved where rbp points */
	UNWIND_RBP_LOST = 15     /* undefined, or by a rule that is none of these */
};

static inline uint32_t unwind_row(uint32_t key, uint32_t kind, uint32_t rbp, uint32_t offset)
{
	return (key & 0xff) | (kind & 0xf) << 8 | (rbp & 0xf) << 12 | offset << 16;
}

#define UNWIND_KEY(row) ((row) & 0xff)
#define UNWIND_KIND(row) ((row) >> 8 & 0xf)
#define UNWIND_RBP_RULE(row) ((row) >> 12 & 0xf)
#define UNWIND_OFFSET(row) ((row) >> 16)
/* All but the key: rows with the same rule are one row. */
#define UNWIND_RULE(row) ((row) >> 8)

/* ---- exotic rules ---- */

enum unwind_exotic_cfa {
	UNWIND_CFA_REG = 0,      /* reg + offset */
	UNWIND_CFA_INDEX = 1,    /* reg + 8 * index + offset */
	UNWIND_CFA_DEREF = 2,    /* *(reg + offset) + add */
	UNWIND_CFA_DEREF_INDEX = 3   /* *(reg + 8 * index + offset) + add */
};

enum unwind_exotic_ra {
	UNWIND_RA_AT_CFA = 0,    /* at CFA + ra */
	UNWIND_RA_IN_REG = 1     /* in the register with DWARF number ra */
};

/*
 * Registers other than rsp and rbp (and rbx, see below) are those of the innermost frame; the walk
 * takes them further out only where a call may change them (CALL_CLOBBERED in bpf/rules.bpf.h).
 */
struct unwind_exotic {
	uint8_t cfa;             /* enum unwind_exotic_cfa */
	uint8_t reg, index;      /* DWARF numbers, 0 to 15 */
	uint8_t ra_rule;         /* enum unwind_exotic_ra */
	int32_t offset;          /* bytes */
	int32_t ra;              /* bytes, or a DWARF number */
	int16_t add;             /* bytes */
	int16_t rbp_offset;      /* bytes; with UNWIND_RBP_EXOTIC */
};

/*
 * ---- rbx ----
 *
 * The dynamic linker's lazy binding addresses its frame by rbx, not in the innermost frame only.
 * In files with such rows (UNWIND_REG or UNWIND_EXOTIC with register 3) each row tells in a byte
 * where the caller's rbx is.
 */
#define UNWIND_RBX_SAME 0
/* 1 to 254: saved at CFA - 8 * (n + 1) */
#define UNWIND_RBX_LOST 255

/* DWARF numbers of registers (System V ABI, AMD64 supplement, figure 3.36). */
enum unwind_register {
	UNWIND_REG_RAX = 0, UNWIND_REG_RDX = 1, UNWIND_REG_RCX = 2, UNWIND_REG_RBX = 3,
	UNWIND_REG_RSI = 4, UNWIND_REG_RDI = 5, UNWIND_REG_RBP = 6, UNWIND_REG_RSP = 7,
	UNWIND_REG_R8 = 8, UNWIND_REG_R9 = 9, UNWIND_REG_R10 = 10, UNWIND_REG_R11 = 11,
	UNWIND_REG_R12 = 12, UNWIND_REG_R13 = 13, UNWIND_REG_R14 = 14, UNWIND_REG_R15 = 15,
	UNWIND_REG_RA = 16
};
