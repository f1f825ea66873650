/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information: the instructions.
 *
 * The loop in run() is what the time of a table is spent in.  Two instructions out of three are an
 * advance of the address and a new offset of the CFA, so the offset and `head` (rule_head(), the
 * rest of the rule in its final form) are variables of their own, and the other state is touched
 * only by the rarer instructions.  Operands are read without a check, since CFI_SLACK bytes follow
 * every section, and that an instruction went beyond the entry's end is seen after it.
 */
#include "config.h"

#include "cfi-run.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "leb128.h"
#include "lib/vec.h"

#define REMEMBERED_MAX 16
#define NO_RULE UINT32_MAX

#define INLINE inline __attribute__((always_inline))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)

struct machine {
	struct cfi_state state;  /* cfa_offset is current only in slow paths */
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
	if (rule)
		m->state.head = rule_head(&m->state);
}

static void restore(struct machine *m, uint64_t reg)
{
	const struct cfi_state *initial = &m->cie->initial;
	struct cfi_rule *rule = rule_of(m, reg);

	if (rule)
		*rule = reg == UNWIND_REG_RBP ? initial->rbp :
			reg == UNWIND_REG_RBX ? initial->rbx : initial->ra;
	if (rule)
		m->state.head = rule_head(&m->state);
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

static inline void define_cfa(struct machine *m, uint64_t reg, int64_t offset)
{
	struct cfi_state *s = &m->state;

	s->cfa = CFI_VAL_OFFSET;
	s->cfa_reg = reg > UINT32_MAX ? UINT32_MAX : (uint32_t)reg;
	s->cfa_offset = offset;
	if (!(s->head & RULE_NOT_PLAIN) && (reg == UNWIND_REG_RSP || reg == UNWIND_REG_RBP))
		s->head = (s->head & ~RULE_KIND) |
			  (reg == UNWIND_REG_RSP ? UNWIND_RSP : UNWIND_RBP);
	else
		s->head = rule_head(s);
}

/*
 * Only the register, or only the offset.  After an expression that is against the standard, but
 * libgcrypt has it: as in libgcc, the register ends the expression and the offset does not.
 */
static inline void redefine_cfa(struct machine *m, uint8_t op, uint64_t reg, int64_t offset)
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
	m->state.head = RULE_NOT_PLAIN;
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

static inline bool is_interesting(uint8_t reg, bool has_rbx)
{
	return reg == UNWIND_REG_RBP || reg == UNWIND_REG_RA || (has_rbx && reg == UNWIND_REG_RBX);
}

/* DW_CFA_set_loc: an absolute address.  One before the current address ends the entry. */
static uint64_t advance_to(struct machine *m, uint64_t loc, const uint8_t **p)
{
	uint64_t to;

	if (cfi_read_address(m->section, m->cie->encoding, p, &to))
		return to - loc;
	m->is_damaged = true;
	return 0;
}

static inline bool is_long_advance(uint8_t op)
{
	return op >= DW_CFA_set_loc && op <= DW_CFA_advance_loc4;
}

static INLINE uint32_t current_rule(struct machine *m, uint64_t head, uint64_t offset)
{
	if (LIKELY(!((offset & ~RULE_PLAIN) | (head & RULE_NOT_PLAIN))))
		return (uint32_t)(head | offset << 5);
	m->state.cfa_offset = (int64_t)offset;
	return rule_make(m->rules, &m->state);
}

/* Where rows go.  There is room for one for every two bytes of instructions. */
struct output {
	uint64_t *at;
	uint8_t *rbx;
	uint32_t last_rule;
	uint8_t last_rbx;
};

static INLINE void put_row(struct machine *m, struct output *o, uint64_t loc, uint32_t rule,
			   bool has_rbx)
{
	if (has_rbx) {
		uint8_t rbx = rule_rbx(&m->state);

		if (rule == o->last_rule && rbx == o->last_rbx)
			return;
		*o->rbx++ = o->last_rbx = rbx;
	} else if (rule == o->last_rule) {
		return;
	}
	o->last_rule = rule;
	*o->at++ = loc << 24 | rule;
}

/* The number at p, of which the usual one has a byte.  p stays in a register. */
#define READ_ULEB128(p) __extension__({ \
	uint64_t value_ = *(p); \
	if (LIKELY(value_ < 0x80)) { \
		(p)++; \
	} else { \
		const uint8_t *at_ = (p); \
		value_ = uleb128_long(&at_); \
		(p) = at_; \
	} \
	value_; \
})

/* Whether nothing but a few DW_CFA_nop is left, which fill an entry up. */
static INLINE bool is_padding(const uint8_t *p, const uint8_t *end)
{
	size_t left = (size_t)(end - p);

	return left < 8 && !(get_u64(p) & ((UINT64_C(1) << 8 * left) - 1));
}

static INLINE int run(struct machine *m, const uint8_t *p, const uint8_t *end, uint64_t loc,
		      uint64_t limit, struct output *o, bool has_rbx)
{
	uint64_t head = m->state.head, offset = (uint64_t)m->state.cfa_offset;
	const uint64_t code_align = m->cie->code_align;

	while (p < end) {
		uint8_t op = *p++, low = op & 0x3f;
		uint64_t advance, value;

		switch (op) {
		case DW_CFA_nop:
			if (is_padding(p, end))
				p = end;
			continue;
		case DW_CFA_advance_loc ... DW_CFA_offset - 1:
			advance = low;
			break;
		case DW_CFA_advance_loc1:
			advance = *p++;
			break;
		case DW_CFA_advance_loc2:
			advance = get_u16(p);
			p += 2;
			break;
		case DW_CFA_advance_loc4:
			advance = get_u32(p);
			p += 4;
			break;
		case DW_CFA_def_cfa_offset:
			value = READ_ULEB128(p);
			if (head & RULE_NOT_PLAIN) {
				m->state.cfa_offset = (int64_t)offset;
				redefine_cfa(m, op, m->state.cfa_reg, (int64_t)value);
				head = m->state.head;
				if (m->is_damaged)
					return -EBADMSG;
				value = (uint64_t)m->state.cfa_offset;
			}
			offset = value;
			continue;
		case DW_CFA_def_cfa:
			value = READ_ULEB128(p);
			offset = READ_ULEB128(p);
			define_cfa(m, value, (int64_t)offset);
			head = m->state.head;
			continue;
		case DW_CFA_def_cfa_register:
			value = READ_ULEB128(p);
			m->state.cfa_offset = (int64_t)offset;
			redefine_cfa(m, op, value, (int64_t)offset);
			head = m->state.head;
			if (m->is_damaged)
				return -EBADMSG;
			continue;
		case DW_CFA_offset ... DW_CFA_restore - 1:
			value = READ_ULEB128(p);
			if (!is_interesting(low, has_rbx))
				continue;
			set(m, low, CFI_OFFSET, factored(m, (int64_t)value));
			head = m->state.head;
			continue;
		case DW_CFA_restore ... 0xff:
			if (!is_interesting(low, has_rbx))
				continue;
			restore(m, low);
			head = m->state.head;
			continue;
		default:
			m->state.cfa_offset = (int64_t)offset;
			p = execute(m, op, p, end);
			offset = (uint64_t)m->state.cfa_offset;
			head = m->state.head;
			if (m->is_damaged)
				return -EBADMSG;
			continue;
		case DW_CFA_set_loc: {
			const uint8_t *at = p;

			advance = advance_to(m, loc, &at);
			p = at;
			break;
		}
		}
		if (op != DW_CFA_set_loc)
			advance *= code_align;
		if (!advance)
			continue;
		put_row(m, o, loc, current_rule(m, head, offset), has_rbx);
		if (advance >= limit - loc)
			return p > end || m->is_damaged ? -EBADMSG : 0;
		loc += advance;
	}
	if (p > end || m->is_damaged)
		return -EBADMSG;
	put_row(m, o, loc, current_rule(m, head, offset), has_rbx);
	return 0;
}

int cfi_run_cie(struct cfi_reader *r, struct cfi_cie *cie, const uint8_t *code, const uint8_t *end)
{
	struct machine m = { .cie = cie, .section = r->section, .rules = r->rules };

	/* The ABI's rule, which compilers spell out. */
	cie->initial = (struct cfi_state){
		.cfa = CFI_ABSENT, .ra = { -8, CFI_OFFSET }, .head = RULE_NOT_PLAIN
	};
	m.state = cie->initial;
	while (code < end && !m.is_damaged) {
		uint8_t op = *code++, low = op & 0x3f;

		if ((op & 0xc0) == DW_CFA_offset)
			set(&m, low, CFI_OFFSET, factored(&m, (int64_t)uleb128(&code)));
		else if ((op & 0xc0) == DW_CFA_restore)
			restore(&m, low);
		else if ((op & 0xc0) == DW_CFA_advance_loc || is_long_advance(op))
			m.is_damaged = true;
		else
			code = execute(&m, op, code, end);
	}
	cie->initial = m.state;
	return code > end || m.is_damaged ? -EBADMSG : 0;
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
	int err;

	rows->n = 0;
	if (!cie || cie->is_damaged)
		return -EBADMSG;
	if (reserve(rows, size, r->rules->has_rbx))
		return -ENOMEM;
	r->work += size;
	if (r->work > r->section->size)
		return -E2BIG;
	m.cie = cie;
	m.state = cie->initial;
	m.section = r->section;
	m.rules = r->rules;
	m.is_damaged = false;
	m.n_remembered = 0;
	r->rules->is_signal = fde->is_signal;

	struct output o = { .at = rows->v, .rbx = rows->rbx, .last_rule = NO_RULE };
	err = r->rules->has_rbx ?
		run(&m, fde->code, fde->code_end, fde->start, fde->end, &o, true) :
		run(&m, fde->code, fde->code_end, fde->start, fde->end, &o, false);
	rows->n = (size_t)(o.at - rows->v);
	return err;
}

void cfi_rows_release(struct cfi_rows *rows)
{
	free(rows->v);
	free(rows->rbx);
	*rows = (struct cfi_rows){ 0 };
}
