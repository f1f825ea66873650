/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evaluates rules of libdw and rows of a table. */
#include "config.h"

#include "tests/lib/row-rules.h"

#include <dwarf.h>
#include <stdbool.h>

#define STACK_MAX 64

static uint64_t memory(uint64_t addr)
{
	uint64_t x = addr ^ UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

struct registers random_registers(uint64_t seed, uint64_t pc)
{
	struct registers r;

	for (size_t i = 0; i < 16; i++)
		r.v[i] = memory(seed * 16 + i) & ~UINT64_C(7);
	r.v[16] = pc;
	return r;
}

/* ---- libdw's side ---- */

static bool operate(uint64_t *stack, size_t *n, const Dwarf_Op *op)
{
	uint64_t a, b;

	if (op->atom == DW_OP_deref || op->atom == DW_OP_plus_uconst || op->atom == DW_OP_neg) {
		if (!*n)
			return false;
		a = stack[*n - 1];
		stack[*n - 1] = op->atom == DW_OP_deref ? memory(a) :
			op->atom == DW_OP_neg ? -a : a + op->number;
		return true;
	}
	if (*n < 2)
		return false;
	b = stack[--*n];
	a = stack[*n - 1];
	switch (op->atom) {
	case DW_OP_plus: a += b; break;
	case DW_OP_minus: a -= b; break;
	case DW_OP_mul: a *= b; break;
	case DW_OP_and: a &= b; break;
	case DW_OP_or: a |= b; break;
	case DW_OP_shl: a = b < 64 ? a << b : 0; break;
	case DW_OP_ge: a = (int64_t)a >= (int64_t)b; break;
	default: return false;
	}
	stack[*n - 1] = a;
	return true;
}

static bool is_constant(const Dwarf_Op *op, uint64_t *value)
{
	*value = op->number;
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		*value = op->atom - DW_OP_lit0;
	return (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) ||
	       (op->atom >= DW_OP_const1u && op->atom <= DW_OP_consts) || op->atom == DW_OP_addr;
}

/* *is_value: the result is the value itself, not where it is saved. */
static bool evaluate(const Dwarf_Op *ops, size_t n_ops, const struct registers *r, uint64_t cfa,
		     uint64_t *result, bool *is_value)
{
	uint64_t stack[STACK_MAX], value;
	size_t n = 0;

	*is_value = false;
	for (size_t i = 0; i < n_ops; i++) {
		const Dwarf_Op *op = &ops[i];

		if (n == STACK_MAX)
			return false;
		if (op->atom == DW_OP_call_frame_cfa) {
			stack[n++] = cfa;
		} else if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg0 + 16) {
			stack[n++] = r->v[op->atom - DW_OP_breg0] + op->number;
		} else if (op->atom == DW_OP_bregx && op->number <= 16) {
			stack[n++] = r->v[op->number] + op->number2;
		} else if (op->atom == DW_OP_regx && op->number <= 16) {
			stack[n++] = r->v[op->number];
			*is_value = true;
		} else if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg0 + 16) {
			stack[n++] = r->v[op->atom - DW_OP_reg0];
			*is_value = true;
		} else if (op->atom == DW_OP_stack_value) {
			*is_value = true;
		} else if (is_constant(op, &value)) {
			stack[n++] = value;
		} else if (op->atom != DW_OP_nop && !operate(stack, &n, op)) {
			return false;
		}
	}
	*result = n ? stack[n - 1] : 0;
	return n;
}

static enum known libdw_register(Dwarf_Frame *frame, int regno, const struct registers *r,
				 uint64_t cfa, uint64_t *value)
{
	Dwarf_Op mem[3], *ops;
	size_t n;
	bool is_value;

	if (dwarf_frame_register(frame, regno, mem, &ops, &n))
		return UNKNOWN;
	if (!n && ops == mem)
		return END;
	if (!n) {
		*value = r->v[regno];
		return VALUE;
	}
	if (!evaluate(ops, n, r, cfa, value, &is_value))
		return UNKNOWN;
	if (!is_value)
		*value = memory(*value);
	return VALUE;
}

struct caller libdw_caller(Dwarf_Frame *frame, const struct registers *r)
{
	struct caller c = { 0 };
	Dwarf_Op *ops;
	size_t n;
	bool is_value;

	if (!dwarf_frame_cfa(frame, &ops, &n) && n &&
	    evaluate(ops, n, r, 0, &c.cfa, &is_value))
		c.cfa_known = VALUE;
	c.ra_known = libdw_register(frame, 16, r, c.cfa, &c.ra);
	c.rbp_known = libdw_register(frame, 6, r, c.cfa, &c.rbp);
	c.rbx_known = libdw_register(frame, 3, r, c.cfa, &c.rbx);
	return c;
}

/* ---- the table's side ---- */

static uint64_t exotic_cfa(const struct unwind_exotic *e, const struct registers *r)
{
	uint64_t at = r->v[e->reg] + (uint64_t)(int64_t)e->offset;

	if (e->cfa & UNWIND_CFA_INDEX)
		at += 8 * r->v[e->index];
	return e->cfa & UNWIND_CFA_DEREF ? memory(at) + (uint64_t)(int64_t)e->add : at;
}

static uint64_t deref(uint64_t base, uint32_t offset)
{
	return memory(base + (uint64_t)(8 * (int64_t)(int8_t)offset)) +
	       (uint64_t)(8 * (int64_t)(int8_t)(offset >> 8));
}

static enum known table_cfa(const struct lookup_row *row, const struct registers *r, uint64_t *cfa)
{
	uint32_t offset = UNWIND_OFFSET(row->row);

	switch (UNWIND_KIND(row->row)) {
	case UNWIND_RSP:
		*cfa = r->v[UNWIND_REG_RSP] + 8 * offset;
		return VALUE;
	case UNWIND_RBP:
		*cfa = r->v[UNWIND_REG_RBP] + 8 * offset;
		return VALUE;
	case UNWIND_PLT:
		*cfa = r->v[UNWIND_REG_RSP] + ((r->v[16] & 15) >= offset ? 16 : 8);
		return VALUE;
	case UNWIND_SIGNAL:
		*cfa = memory(r->v[UNWIND_REG_RSP] + 8 * offset);
		return VALUE;
	case UNWIND_DEREF_RSP:
		*cfa = deref(r->v[UNWIND_REG_RSP], offset);
		return VALUE;
	case UNWIND_DEREF_RBP:
		*cfa = deref(r->v[UNWIND_REG_RBP], offset);
		return VALUE;
	case UNWIND_REG:
		*cfa = r->v[offset & 15] + 8 * (offset >> 4);
		return VALUE;
	case UNWIND_EXOTIC:
		*cfa = exotic_cfa(&row->exotic, r);
		return VALUE;
	default:
		return UNKNOWN;
	}
}

static enum known table_rbp(const struct lookup_row *row, const struct registers *r, uint64_t cfa,
			    uint64_t *rbp)
{
	uint32_t rule = UNWIND_RBP_RULE(row->row);

	if (rule == UNWIND_RBP_LOST)
		return UNKNOWN;
	if (rule == UNWIND_RBP_SAME)
		*rbp = r->v[UNWIND_REG_RBP];
	else if (rule == UNWIND_RBP_AT_RBP)
		*rbp = memory(r->v[UNWIND_REG_RBP]);
	else if (rule == UNWIND_RBP_EXOTIC)
		*rbp = memory(cfa + (uint64_t)(int64_t)row->exotic.rbp_offset);
	else
		*rbp = memory(cfa - 8 * (rule + 1));
	return VALUE;
}

static enum known table_rbx(const struct lookup_row *row, const struct registers *r, uint64_t cfa,
			    uint64_t *rbx)
{
	if (!row->has_rbx || row->rbx == UNWIND_RBX_LOST)
		return UNKNOWN;
	*rbx = row->rbx ? memory(cfa - 8 * ((uint64_t)row->rbx + 1)) : r->v[UNWIND_REG_RBX];
	return VALUE;
}

struct caller table_caller(const struct lookup_row *row, const struct registers *r)
{
	struct caller c = { 0 };
	uint64_t ucontext = r->v[UNWIND_REG_RSP] + 8 * UNWIND_OFFSET(row->row);

	if (UNWIND_KIND(row->row) == UNWIND_STOP) {
		c.ra_known = END;
		return c;
	}
	c.cfa_known = table_cfa(row, r, &c.cfa);
	if (!c.cfa_known)
		return c;
	c.ra_known = VALUE;
	if (UNWIND_KIND(row->row) == UNWIND_SIGNAL) {
		c.ra = memory(ucontext + 8);
		c.rbp = memory(ucontext - 40);
		c.rbp_known = VALUE;
		return c;
	}
	if (UNWIND_KIND(row->row) != UNWIND_EXOTIC)
		c.ra = memory(c.cfa - 8);
	else if (row->exotic.ra_rule == UNWIND_RA_IN_REG)
		c.ra = r->v[row->exotic.ra];
	else
		c.ra = memory(c.cfa + (uint64_t)(int64_t)row->exotic.ra);
	c.rbp_known = table_rbp(row, r, c.cfa, &c.rbp);
	c.rbx_known = table_rbx(row, r, c.cfa, &c.rbx);
	return c;
}
