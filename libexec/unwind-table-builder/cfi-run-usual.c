/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information: the instructions of usual entries, which is what the time of a table is
 * spent in.
 *
 * The CFA is rsp or rbp and a multiple of 8, rbp is where it was or in a slot below, the return
 * address is at CFA - 8: then all there is to know at an address is in the row that is made of it,
 * so the row's rule is the only state, instructions change it in place, and remembering it means to
 * keep a word.  Whatever does not fit makes the whole entry one for cfi-run.c.
 *
 * Operands are read without a check, since CFI_SLACK bytes follow every section; that an
 * instruction went beyond the entry's end is seen after it.
 */
#include "config.h"

#include <dwarf.h>

#include "cfi.h"
#include "leb128.h"

#define REMEMBERED_MAX 16

#define LIKELY(condition) __builtin_expect(!!(condition), 1)

/*
 * DW_CFA_advance_loc and DW_CFA_def_cfa_offset with a multiple of 8 in one byte: half of all
 * instructions are such pairs, and every branch less that has to be predicted counts.
 */
#define PAIR (DW_CFA_advance_loc | DW_CFA_def_cfa_offset << 8)
#define PAIR_MASK 0x87ffc0u

#define KIND 0xfu
#define RBP 0xf0u
#define OFFSET 0xffff00u

/* The offset of a rule, 0 where it does not fit. */
static inline uint32_t offset_bits(uint64_t bytes)
{
	return bytes & ~RULE_PLAIN ? 0 : (uint32_t)(bytes << 5);
}

/* The kind for a register, 0 for another than rsp and rbp. */
static inline uint32_t kind_bits(uint64_t reg)
{
	return reg == UNWIND_REG_RSP ? UNWIND_RSP : reg == UNWIND_REG_RBP ? UNWIND_RBP : 0;
}

/* How far an instruction advances; its operand is at *p.  0: not at all. */
static inline uint64_t advance_of(uint8_t op, const uint8_t **p)
{
	uint64_t advance = op & 0x3f;

	if ((op & 0xc0) == DW_CFA_advance_loc)
		return advance;
	switch (op) {
	case DW_CFA_advance_loc1:
		advance = *(*p)++;
		return advance;
	case DW_CFA_advance_loc2:
		advance = get_u16(*p);
		*p += 2;
		return advance;
	case DW_CFA_advance_loc4:
		advance = get_u32(*p);
		*p += 4;
		return advance;
	default:
		return 0;
	}
}

/* Whether nothing but a few DW_CFA_nop is left, which fill an entry up. */
static inline bool is_padding(const uint8_t *p, const uint8_t *end)
{
	size_t left = (size_t)(end - p);

	return left < 8 && !(get_u64(p) & ((UINT64_C(1) << 8 * left) - 1));
}

/* What of the table's tail changes with each row, apart from it to stay in registers. */
struct writer {
	uint32_t *at;
	uint64_t bucket_end;
	uint32_t rule;
};

static inline void put_row(struct table *t, struct table_tail *tail, struct writer *w, uint64_t loc,
			   uint32_t rule)
{
	if (!LIKELY(loc < w->bucket_end)) {
		tail->n_rows = (uint32_t)(w->at - t->rows);
		table_extend(t, tail, loc);
		w->bucket_end = tail->bucket_end;
	}
	/* Written anyway, and counts if the rule is another one. */
	*w->at = rule << 8 | (loc & 0xff);
	w->at += rule != w->rule;
	w->rule = rule;
}

struct memory {
	uint32_t rules[REMEMBERED_MAX];
	size_t n;
};

/* Another instruction than the most frequent.  The rule after it, 0: not a usual one. */
static uint32_t execute(uint8_t op, uint32_t rule, struct memory *memory, const uint8_t **p)
{
	uint32_t kind, offset;

	switch (op) {
	case DW_CFA_def_cfa:
		kind = kind_bits(uleb128(p));
		offset = offset_bits(uleb128(p));
		return kind && offset ? kind | (rule & RBP) | offset : 0;
	case DW_CFA_def_cfa_register:
		kind = kind_bits(uleb128(p));
		return kind ? kind | (rule & ~KIND) : 0;
	case DW_CFA_remember_state:
		if (memory->n == REMEMBERED_MAX)
			return 0;
		memory->rules[memory->n++] = rule;
		return rule;
	case DW_CFA_restore_state:
		return memory->n ? memory->rules[--memory->n] : 0;
	case DW_CFA_GNU_args_size:
		uleb128(p);
		return rule;
	default:
		return 0;
	}
}

/* DW_CFA_offset: the rule after it, 0: not a usual one. */
static inline uint32_t save(uint8_t reg, uint64_t n, uint32_t rule)
{
	if (reg == UNWIND_REG_RBP)
		return n - 2 < UNWIND_RBP_SLOT_MAX ?
			(rule & ~RBP) | (uint32_t)(n - 1) << 4 : 0;
	return reg == UNWIND_REG_RA ? 0 : rule;
}

/* DW_CFA_restore, likewise. */
static inline uint32_t restore(uint8_t reg, uint32_t rule, uint32_t initial)
{
	if (reg == UNWIND_REG_RBP)
		return (rule & ~RBP) | (initial & RBP);
	return reg == UNWIND_REG_RA ? 0 : rule;
}

static bool run(const struct cfi_fde *fde, struct table *t)
{
	const uint8_t *p = fde->code, *const end = fde->code_end;
	const uint32_t initial = fde->usual_rule;
	struct table_tail tail = t->tail;
	struct writer w = { t->rows + tail.n_rows, tail.bucket_end, tail.rule };
	uint64_t loc = fde->start;
	uint32_t rule = initial;
	struct memory memory;

	memory.n = 0;
	while (p < end) {
		uint32_t next = get_u32(p);
		uint8_t op = (uint8_t)next;
		uint64_t advance;

		if ((next & PAIR_MASK) == PAIR && LIKELY(end - p >= 3 && next & 0x3f)) {
			put_row(t, &tail, &w, loc, rule);
			loc += op & 0x3f;
			if (loc >= fde->end)
				goto done;
			rule = (rule & ~OFFSET) | (next >> 16 & 0x78) << 5;
			if (!(rule & OFFSET))
				return false;
			p += 3;
			continue;
		}
		p++;
		if ((op & 0xc0) == DW_CFA_offset) {
			rule = save(op & 0x3f, uleb128(&p), rule);
		} else if ((op & 0xc0) == DW_CFA_restore) {
			rule = restore(op & 0x3f, rule, initial);
		} else if (op == DW_CFA_nop) {
			if (is_padding(p, end))
				p = end;
		} else if (op == DW_CFA_def_cfa_offset) {
			uint32_t bits = offset_bits(uleb128(&p));

			rule = bits ? (rule & ~OFFSET) | bits : 0;
		} else if ((advance = advance_of(op, &p))) {
			put_row(t, &tail, &w, loc, rule);
			loc += advance;
			if (loc >= fde->end)
				goto done;
		} else {
			rule = execute(op, rule, &memory, &p);
		}
		if (!rule)
			return false;
	}
	put_row(t, &tail, &w, loc, rule);
done:
	if (p > end)
		return false;
	tail.n_rows = (uint32_t)(w.at - t->rows);
	tail.rule = w.rule;
	t->tail = tail;
	return true;
}

bool cfi_put_usual(struct cfi_reader *r, const struct cfi_fde *fde, struct table *t)
{
	size_t size = (size_t)(fde->code_end - fde->code);

	/* Two bytes of instructions make a row at most. */
	if (!fde->usual_rule || t->has_rbx || r->work + size > r->section->size ||
	    !table_has_room(t, fde->end, size / 2 + 2) || !run(fde, t))
		return false;
	r->work += size;
	return true;
}
