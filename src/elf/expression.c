/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evaluates DWARF expressions of call frame information. */
#include "config.h"

#include "elf/machine.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#define STACK_MAX 64

struct evaluation {
	const struct machine *m;
	uint64_t stack[STACK_MAX];
	size_t n;
	bool is_location;        /* the result is an address where the value is */
	int error;
};

int machine_read(const struct machine *m, uint64_t addr, uint64_t *value)
{
	uint64_t at = addr - m->stack_start;

	if (m->stack_len < sizeof(*value) || at > m->stack_len - sizeof(*value))
		return -EFAULT;
	memcpy(value, m->stack + at, sizeof(*value));
	return 0;
}

static void fail(struct evaluation *e, int error)
{
	if (!e->error)
		e->error = error;
}

static void push(struct evaluation *e, uint64_t value)
{
	if (e->n < STACK_MAX)
		e->stack[e->n++] = value;
	else
		fail(e, -EINVAL);
}

static uint64_t pop(struct evaluation *e)
{
	if (e->n)
		return e->stack[--e->n];
	fail(e, -EINVAL);
	return 0;
}

static void push_register(struct evaluation *e, uint64_t reg, uint64_t offset)
{
	if (reg >= MACHINE_REGS || !(e->m->known >> reg & 1))
		fail(e, -ENODATA);
	else
		push(e, e->m->regs[reg] + offset);
}

static void push_memory(struct evaluation *e, uint64_t addr, uint64_t size)
{
	uint64_t value = 0;
	int r = size && size <= sizeof(value) ? machine_read(e->m, addr, &value) : -EINVAL;

	if (r)
		fail(e, r);
	push(e, size < sizeof(value) ? value & ((UINT64_C(1) << size * 8) - 1) : value);
}

static uint64_t shift(uint64_t v, uint64_t by, bool left)
{
	if (by >= 64)
		return 0;
	return left ? v << by : v >> by;
}

/* Operations on the two topmost values: b is the top.  False: it is none of them. */
static bool binary(uint8_t atom, uint64_t a, uint64_t b, uint64_t *result)
{
	int64_t sa = (int64_t)a, sb = (int64_t)b;

	switch (atom) {
	case DW_OP_plus:  *result = a + b; return true;
	case DW_OP_minus: *result = a - b; return true;
	case DW_OP_mul:   *result = a * b; return true;
	case DW_OP_and:   *result = a & b; return true;
	case DW_OP_or:    *result = a | b; return true;
	case DW_OP_xor:   *result = a ^ b; return true;
	case DW_OP_shl:   *result = shift(a, b, true); return true;
	case DW_OP_shr:   *result = shift(a, b, false); return true;
	case DW_OP_eq:    *result = sa == sb; return true;
	case DW_OP_ne:    *result = sa != sb; return true;
	case DW_OP_lt:    *result = sa < sb; return true;
	case DW_OP_le:    *result = sa <= sb; return true;
	case DW_OP_gt:    *result = sa > sb; return true;
	case DW_OP_ge:    *result = sa >= sb; return true;
	}
	return false;
}

static void execute_binary(struct evaluation *e, uint8_t atom)
{
	uint64_t result;

	if (e->n < 2)
		fail(e, binary(atom, 0, 0, &result) ? -EINVAL : -ENOTSUP);
	else if (binary(atom, e->stack[e->n - 2], e->stack[e->n - 1], &result))
		e->stack[--e->n - 1] = result;
	else
		fail(e, -ENOTSUP);
}

static void execute_on_stack(struct evaluation *e, const Dwarf_Op *op)
{
	uint64_t top;

	switch (op->atom) {
	case DW_OP_dup:
		top = pop(e);
		push(e, top);
		push(e, top);
		return;
	case DW_OP_drop:
		pop(e);
		return;
	case DW_OP_deref:
		push_memory(e, pop(e), sizeof(uint64_t));
		return;
	case DW_OP_deref_size:
		push_memory(e, pop(e), op->number);
		return;
	case DW_OP_plus_uconst:
		push(e, pop(e) + op->number);
		return;
	case DW_OP_call_frame_cfa:
		push(e, e->m->cfa);
		e->is_location = true;
		return;
	case DW_OP_stack_value:
		e->is_location = false;
		return;
	case DW_OP_nop:
		return;
	}
	execute_binary(e, op->atom);
}

static void execute(struct evaluation *e, const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		push(e, op->atom - DW_OP_lit0);
	else if (op->atom >= DW_OP_const1u && op->atom <= DW_OP_consts)
		push(e, op->number);
	else if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
		push_register(e, op->atom - DW_OP_reg0, 0);
	else if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		push_register(e, op->atom - DW_OP_breg0, op->number);
	else if (op->atom == DW_OP_regx)
		push_register(e, op->number, 0);
	else if (op->atom == DW_OP_bregx)
		push_register(e, op->number, op->number2);
	else
		execute_on_stack(e, op);
}

int machine_evaluate(const struct machine *m, const Dwarf_Op *ops, size_t n, uint64_t *value,
		     uint64_t *place)
{
	struct evaluation e = { .m = m };

	for (size_t i = 0; i < n && !e.error; i++)
		execute(&e, &ops[i]);
	uint64_t result = pop(&e);
	if (place)
		*place = !e.error && e.is_location ? result : 0;
	if (e.error)
		return e.error;
	if (e.is_location)
		return machine_read(m, result, value);
	*value = result;
	return 0;
}
