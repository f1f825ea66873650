/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF expressions of call frame information: a stack machine over symbolic values. */
#include "config.h"

#include "expression.h"

#include <dwarf.h>
#include <errno.h>

#include "bpf/unwind-table.h"
#include "leb128.h"

#define STACK_MAX 8
/* Operands are read before it is seen that they end. */
#define SLACK 16
/* Beyond that nothing is an address of this machine, and sums of a few do not overflow. */
#define NUMBER_MAX (INT64_C(1) << 48)

struct stack {
	struct expression v[STACK_MAX];
	size_t n;
};

static int push(struct stack *s, uint64_t base, int64_t offset)
{
	if (s->n == STACK_MAX || base > EXPRESSION_NONE || offset < -NUMBER_MAX ||
	    offset > NUMBER_MAX)
		return -EINVAL;
	s->v[s->n++] = (struct expression){
		.base = (uint8_t)base, .index = EXPRESSION_NONE, .offset = offset
	};
	return 0;
}

static bool is_number(const struct expression *e)
{
	return e->base == EXPRESSION_NONE && e->index == EXPRESSION_NONE && !e->is_deref;
}

static int check_numbers(const struct expression *e)
{
	if (e->offset < -NUMBER_MAX || e->offset > NUMBER_MAX || e->add < -NUMBER_MAX ||
	    e->add > NUMBER_MAX)
		return -EINVAL;
	return 0;
}

static int add_number(struct expression *e, int64_t n)
{
	if (n < -NUMBER_MAX || n > NUMBER_MAX)
		return -EINVAL;
	if (e->is_deref)
		e->add += n;
	else
		e->offset += n;
	return check_numbers(e);
}

/* The sum of a register and a register times 8, in either order. */
static int add_values(struct expression *a, const struct expression *b)
{
	if (is_number(b))
		return add_number(a, b->offset);
	if (is_number(a)) {
		int64_t n = a->offset;

		*a = *b;
		return add_number(a, n);
	}
	if (a->is_deref || b->is_deref)
		return -EINVAL;
	if (a->index == EXPRESSION_NONE && b->base == EXPRESSION_NONE)
		a->index = b->index;
	else if (a->base == EXPRESSION_NONE && b->index == EXPRESSION_NONE)
		a->base = b->base;
	else
		return -EINVAL;
	return add_number(a, b->offset);
}

static int times_8(struct expression *e)
{
	if (e->is_deref || e->index != EXPRESSION_NONE || e->base == EXPRESSION_CFA)
		return -EINVAL;
	e->index = e->base;
	e->base = EXPRESSION_NONE;
	e->offset *= 8;
	return check_numbers(e);
}

/* An operation on the two values on top of the stack. */
static int apply(struct stack *s, uint8_t op)
{
	struct expression *a, *b;

	if (s->n < 2)
		return -EINVAL;
	b = &s->v[--s->n];
	a = &s->v[s->n - 1];
	switch (op) {
	case DW_OP_plus:
		return add_values(a, b);
	case DW_OP_minus:
		return is_number(b) ? add_number(a, -b->offset) : -EINVAL;
	case DW_OP_mul:
		return is_number(b) && b->offset == 8 ? times_8(a) : -EINVAL;
	default:
		return is_number(b) && b->offset == 3 ? times_8(a) : -EINVAL;
	}
}

static int deref(struct stack *s)
{
	if (!s->n || s->v[s->n - 1].is_deref)
		return -EINVAL;
	s->v[s->n - 1].is_deref = true;
	return 0;
}

static int constant(struct stack *s, uint8_t op, const uint8_t **at)
{
	const uint8_t *p = *at;

	switch (op) {
	case DW_OP_const1u:
		*at += 1;
		return push(s, EXPRESSION_NONE, *p);
	case DW_OP_const1s:
		*at += 1;
		return push(s, EXPRESSION_NONE, (int8_t)*p);
	case DW_OP_const2u:
		*at += 2;
		return push(s, EXPRESSION_NONE, get_u16(p));
	case DW_OP_const2s:
		*at += 2;
		return push(s, EXPRESSION_NONE, (int16_t)get_u16(p));
	case DW_OP_const4u:
		*at += 4;
		return push(s, EXPRESSION_NONE, get_u32(p));
	case DW_OP_const4s:
		*at += 4;
		return push(s, EXPRESSION_NONE, (int32_t)get_u32(p));
	case DW_OP_constu:
		return push(s, EXPRESSION_NONE, (int64_t)uleb128(at));
	default:
		return push(s, EXPRESSION_NONE, sleb128(at));
	}
}

static int step(struct stack *s, const uint8_t **at)
{
	uint8_t op = *(*at)++;
	uint64_t reg;

	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		return push(s, op - DW_OP_breg0, sleb128(at));
	if (op >= DW_OP_lit0 && op <= DW_OP_lit31)
		return push(s, EXPRESSION_NONE, op - DW_OP_lit0);
	switch (op) {
	case DW_OP_bregx:
		reg = uleb128(at);
		return reg > UNWIND_REG_RA ? -EINVAL : push(s, reg, sleb128(at));
	case DW_OP_plus_uconst:
		return s->n ? add_number(&s->v[s->n - 1], (int64_t)uleb128(at)) : -EINVAL;
	case DW_OP_deref:
		return deref(s);
	case DW_OP_plus:
	case DW_OP_minus:
	case DW_OP_mul:
	case DW_OP_shl:
		return apply(s, op);
	case DW_OP_nop:
		return 0;
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_constu:
	case DW_OP_consts:
		return constant(s, op, at);
	default:
		return -EINVAL;
	}
}

int expression_evaluate(const uint8_t *bytes, size_t size, bool has_cfa, struct expression *value)
{
	uint8_t copy[EXPRESSION_BYTES_MAX + SLACK] = { 0 };
	struct stack s = { .n = 0 };
	const uint8_t *at = copy;
	int r = has_cfa ? push(&s, EXPRESSION_CFA, 0) : 0;

	if (size > EXPRESSION_BYTES_MAX)
		return -EINVAL;
	memcpy(copy, bytes, size);
	while (!r && at < copy + size)
		r = step(&s, &at);
	if (r || at > copy + size || !s.n)
		return -EINVAL;
	*value = s.v[s.n - 1];
	return 0;
}

bool expression_is_plt(const uint8_t *bytes, size_t size, unsigned int *threshold)
{
	static const uint8_t begin[] = {
		DW_OP_breg7, 8, DW_OP_breg16, 0, DW_OP_lit15, DW_OP_and
	};
	static const uint8_t end[] = { DW_OP_ge, DW_OP_lit3, DW_OP_shl, DW_OP_plus };
	uint8_t literal;

	if (size != sizeof(begin) + 1 + sizeof(end) || memcmp(bytes, begin, sizeof(begin)) ||
	    memcmp(bytes + sizeof(begin) + 1, end, sizeof(end)))
		return false;
	literal = bytes[sizeof(begin)];
	if (literal < DW_OP_lit0 || literal > DW_OP_lit15)
		return false;
	*threshold = literal - DW_OP_lit0;
	return true;
}
