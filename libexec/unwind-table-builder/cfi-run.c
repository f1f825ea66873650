/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information: the instructions, every one of them.
 *
 * Entries that cfi-run-usual.c cannot do come here, which are few: this is written for clarity.
 * Operands are read without a check, since CFI_SLACK bytes follow every section; that an
 * instruction went beyond the entry's end is seen after it.
 */
#include "config.h"

#include "cfi-run.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "leb128.h"
#include "lib/vec.h"

#define REMEMBERED_MAX 16

struct machine {
	struct cfi_state state;
	uint64_t loc;
	const struct cfi_cie *cie;
	const struct cfi_section *section;
	struct rules *rules;
	bool is_damaged;
	size_t n_remembered;
	struct cfi_state remembered[REMEMBERED_MAX];
};

static struct cfi_rule *rule_of(struct machine *m, uint64_t reg)
{
	switch (reg) {
	case UNWIND_REG_RBP:
		return &m->state.rbp;
	case UNWIND_REG_RBX:
		return &m->state.rbx;
	case UNWIND_REG_RA:
		return &m->state.ra;
	default:
		return NULL;
	}
}

static void set(struct machine *m, uint64_t reg, enum cfi_how how, int64_t value)
{
	struct cfi_rule *rule = rule_of(m, reg);

	if (value < -CFI_OFFSET_MAX || value > CFI_OFFSET_MAX ||
	    (how == CFI_REGISTER && value < 0))
		m->is_damaged = true;
	else if (rule)
		*rule = (struct cfi_rule){ .how = how, .value = value };
}

static void restore(struct machine *m, uint64_t reg)
{
	const struct cfi_state *initial = &m->cie->initial;
	struct cfi_rule *rule = rule_of(m, reg);

	if (rule)
		*rule = reg == UNWIND_REG_RBP ? initial->rbp :
			reg == UNWIND_REG_RBX ? initial->rbx : initial->ra;
}

static int64_t factored(struct machine *m, int64_t n)
{
	int64_t product;

	if (__builtin_mul_overflow(n, m->cie->data_align, &product)) {
		m->is_damaged = true;
		return 0;
	}
	return product;
}

static void remember(struct machine *m)
{
	if (m->n_remembered == REMEMBERED_MAX)
		m->is_damaged = true;
	else
		m->remembered[m->n_remembered++] = m->state;
}

static void recall(struct machine *m)
{
	if (m->n_remembered)
		m->state = m->remembered[--m->n_remembered];
	else
		m->is_damaged = true;
}

static void define_cfa(struct machine *m, uint64_t reg, int64_t offset)
{
	m->state.cfa = CFI_VAL_OFFSET;
	m->state.cfa_reg = reg > UINT32_MAX ? UINT32_MAX : (uint32_t)reg;
	m->state.cfa_offset = offset;
}

/*
 * Only the register, or only the offset.  After an expression that is against the standard, but
 * libgcrypt has it: as in libgcc, the register ends the expression and the offset does not.
 */
static void redefine_cfa(struct machine *m, uint8_t op, uint64_t reg, int64_t offset)
{
	if (m->state.cfa == CFI_ABSENT)
		m->is_damaged = true;
	else if (m->state.cfa == CFI_EXPRESSION && op != DW_CFA_def_cfa_register)
		m->state.cfa_offset = offset;
	else
		define_cfa(m, reg, offset);
}

/* Skips the expression at p; its place in the section is the rule's value. */
static const uint8_t *skip_expression(struct machine *m, const uint8_t *p, const uint8_t *end)
{
	uint64_t size = uleb128(&p);

	if (p > end || size > (uint64_t)(end - p)) {
		m->is_damaged = true;
		return end;
	}
	return p + size;
}

static const uint8_t *expression_rule(struct machine *m, enum cfi_how how, const uint8_t *p,
				      const uint8_t *end)
{
	uint64_t reg = uleb128(&p);

	set(m, reg, how, p - m->section->bytes);
	return skip_expression(m, p, end);
}

static const uint8_t *cfa_expression(struct machine *m, const uint8_t *p, const uint8_t *end)
{
	m->state.cfa = CFI_EXPRESSION;
	m->state.cfa_expression = (uint32_t)(p - m->section->bytes);
	return skip_expression(m, p, end);
}

static void define_rule(struct machine *m, uint8_t op, const uint8_t **p)
{
	uint64_t reg = uleb128(p);

	switch (op) {
	case DW_CFA_offset_extended:
		set(m, reg, CFI_OFFSET, factored(m, (int64_t)uleb128(p)));
		break;
	case DW_CFA_offset_extended_sf:
		set(m, reg, CFI_OFFSET, factored(m, sleb128(p)));
		break;
	case DW_CFA_GNU_negative_offset_extended:
		set(m, reg, CFI_OFFSET, factored(m, -(int64_t)(uleb128(p) & INT64_MAX)));
		break;
	case DW_CFA_val_offset:
		set(m, reg, CFI_VAL_OFFSET, factored(m, (int64_t)uleb128(p)));
		break;
	case DW_CFA_val_offset_sf:
		set(m, reg, CFI_VAL_OFFSET, factored(m, sleb128(p)));
		break;
	case DW_CFA_register:
		set(m, reg, CFI_REGISTER, (int64_t)uleb128(p));
		break;
	case DW_CFA_undefined:
		set(m, reg, CFI_UNDEFINED, 0);
		break;
	case DW_CFA_same_value:
		set(m, reg, CFI_SAME, 0);
		break;
	default:
		restore(m, reg);
		break;
	}
}

/* Any instruction but those that advance.  Returns where the next one is. */
static const uint8_t *execute(struct machine *m, uint8_t op, const uint8_t *p, const uint8_t *end)
{
	uint64_t reg;

	switch (op) {
	case DW_CFA_nop:
	case DW_CFA_GNU_window_save:
		return p;
	case DW_CFA_GNU_args_size:
		uleb128(&p);
		return p;
	case DW_CFA_remember_state:
		remember(m);
		return p;
	case DW_CFA_restore_state:
		recall(m);
		return p;
	case DW_CFA_def_cfa:
		reg = uleb128(&p);
		define_cfa(m, reg, (int64_t)uleb128(&p));
		return p;
	case DW_CFA_def_cfa_sf:
		reg = uleb128(&p);
		define_cfa(m, reg, factored(m, sleb128(&p)));
		return p;
	case DW_CFA_def_cfa_register:
		redefine_cfa(m, op, uleb128(&p), m->state.cfa_offset);
		return p;
	case DW_CFA_def_cfa_offset:
		redefine_cfa(m, op, m->state.cfa_reg, (int64_t)uleb128(&p));
		return p;
	case DW_CFA_def_cfa_offset_sf:
		redefine_cfa(m, op, m->state.cfa_reg, factored(m, sleb128(&p)));
		return p;
	case DW_CFA_def_cfa_expression:
		return cfa_expression(m, p, end);
	case DW_CFA_expression:
		return expression_rule(m, CFI_EXPRESSION, p, end);
	case DW_CFA_val_expression:
		return expression_rule(m, CFI_VAL_EXPRESSION, p, end);
	case DW_CFA_offset_extended:
	case DW_CFA_offset_extended_sf:
	case DW_CFA_GNU_negative_offset_extended:
	case DW_CFA_val_offset:
	case DW_CFA_val_offset_sf:
	case DW_CFA_register:
	case DW_CFA_undefined:
	case DW_CFA_same_value:
	case DW_CFA_restore_extended:
		define_rule(m, op, &p);
		return p;
	default:
		m->is_damaged = true;
		return p;
	}
}

/*
 * How far an instruction advances the address; 0: it is another instruction.  DW_CFA_set_loc is an
 * absolute address, and one before the current wraps around, which ends the entry.
 */
static uint64_t advance_of(struct machine *m, uint8_t op, const uint8_t **p)
{
	const uint8_t *at = *p;
	uint64_t to;

	if ((op & 0xc0) == DW_CFA_advance_loc)
		return (op & 0x3f) * m->cie->code_align;
	switch (op) {
	case DW_CFA_advance_loc1:
		*p += 1;
		return *at * m->cie->code_align;
	case DW_CFA_advance_loc2:
		*p += 2;
		return get_u16(at) * m->cie->code_align;
	case DW_CFA_advance_loc4:
		*p += 4;
		return get_u32(at) * m->cie->code_align;
	case DW_CFA_set_loc:
		if (cfi_read_address(m->section, m->cie->encoding, p, &to))
			return to - m->loc;
		m->is_damaged = true;
		return 0;
	default:
		return 0;
	}
}

static bool is_advance(uint8_t op)
{
	return (op & 0xc0) == DW_CFA_advance_loc ||
	       (op >= DW_CFA_set_loc && op <= DW_CFA_advance_loc4);
}

/* Any instruction but those that advance.  Returns where the next one is. */
static const uint8_t *step(struct machine *m, uint8_t op, const uint8_t *p, const uint8_t *end)
{
	if ((op & 0xc0) == DW_CFA_offset)
		set(m, op & 0x3f, CFI_OFFSET, factored(m, (int64_t)uleb128(&p)));
	else if ((op & 0xc0) == DW_CFA_restore)
		restore(m, op & 0x3f);
	else
		p = execute(m, op, p, end);
	return p;
}

/* A row for the current address, unless it would repeat the one before. */
static void put_row(const struct machine *m, struct cfi_rows *rows)
{
	uint32_t rule = rule_make(m->rules, &m->state);
	uint8_t rbx = m->rules->has_rbx ? rule_rbx(&m->state) : 0;

	if (rows->n && CFI_ROW_RULE(rows->v[rows->n - 1]) == rule &&
	    (!m->rules->has_rbx || rows->rbx[rows->n - 1] == rbx))
		return;
	if (m->rules->has_rbx)
		rows->rbx[rows->n] = rbx;
	rows->v[rows->n++] = m->loc << 24 | rule;
}

static int run(struct machine *m, const struct cfi_fde *fde, struct cfi_rows *rows)
{
	const uint8_t *p = fde->code, *end = fde->code_end;

	while (p < end && !m->is_damaged) {
		uint8_t op = *p++;
		uint64_t advance;

		if (!is_advance(op)) {
			p = step(m, op, p, end);
			continue;
		}
		advance = advance_of(m, op, &p);
		if (!advance)
			continue;
		put_row(m, rows);
		if (advance >= fde->end - m->loc)
			return p > end || m->is_damaged ? -EBADMSG : 0;
		m->loc += advance;
	}
	if (p > end || m->is_damaged)
		return -EBADMSG;
	put_row(m, rows);
	return 0;
}

int cfi_run_cie(struct cfi_reader *r, struct cfi_cie *cie, const uint8_t *code, const uint8_t *end)
{
	struct machine m = { .cie = cie, .section = r->section, .rules = r->rules };

	/* The ABI's rule for the return address, which compilers spell out. */
	cie->initial = (struct cfi_state){ .cfa = CFI_ABSENT, .ra = { -8, CFI_OFFSET } };
	m.state = cie->initial;
	while (code < end && !m.is_damaged) {
		uint8_t op = *code++;

		if (is_advance(op))
			m.is_damaged = true;
		else
			code = step(&m, op, code, end);
	}
	if (code > end || m.is_damaged)
		return -EBADMSG;
	cie->initial = m.state;
	if (cie->code_align == 1 && cie->data_align == -8)
		cie->usual_rule = rule_usual(&cie->initial);
	return 0;
}

static int reserve(struct cfi_rows *rows, size_t code_size, bool has_rbx)
{
	size_t need = code_size / 2 + 2;
	uint8_t *rbx;

	if (need > rows->cap && VEC_RESERVE(rows->v, rows->cap, need))
		return -ENOMEM;
	if (!has_rbx || rows->rbx_cap >= rows->cap)
		return 0;
	rbx = realloc(rows->rbx, rows->cap);
	if (!rbx)
		return -ENOMEM;
	rows->rbx = rbx;
	rows->rbx_cap = rows->cap;
	return 0;
}

int cfi_run(struct cfi_reader *r, const struct cfi_fde *fde, struct cfi_rows *rows)
{
	size_t size = (size_t)(fde->code_end - fde->code);
	const struct cfi_cie *cie = cfi_cie_at(r, fde->cie);
	struct machine m;

	rows->n = 0;
	if (reserve(rows, size, r->rules->has_rbx))
		return -ENOMEM;
	r->work += size;
	if (r->work > r->section->size)
		return -E2BIG;
	if (!cie || cie->is_damaged)
		return -EBADMSG;
	m.cie = cie;
	m.state = cie->initial;
	m.section = r->section;
	m.rules = r->rules;
	m.loc = fde->start;
	m.is_damaged = false;
	m.n_remembered = 0;
	r->rules->is_signal = fde->is_signal;
	return run(&m, fde, rows);
}

void cfi_rows_release(struct cfi_rows *rows)
{
	free(rows->v);
	free(rows->rbx);
	*rows = (struct cfi_rows){ 0 };
}
