/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The step from a frame to its caller. */
#include "config.h"

#include "elf/machine.h"

#include <errno.h>

#include "elf/frame-rules.h"

/*
 * At the end of a function registers have been popped, but their rules still say where they were
 * saved: below the stack pointer now.  That is not in the copy, and need not be.
 */
static bool is_restored(const struct machine *m, int reg, uint64_t place)
{
	return reg != MACHINE_IP && place && place < m->regs[MACHINE_SP] && m->known >> reg & 1;
}

/* The caller's value of a register.  0, -ENOENT it is undefined, or as machine_evaluate(). */
static int find_register(const struct machine *m, Dwarf_Frame *rules, int reg, uint64_t *value)
{
	Dwarf_Op simple[3], *ops;
	uint64_t place;
	size_t n;
	int r;

	*value = m->regs[reg];
	if (dwarf_frame_register(rules, reg, simple, &ops, &n))
		return -EINVAL;
	if (n) {
		r = machine_evaluate(m, ops, n, value, &place);
		return r == -EFAULT && is_restored(m, reg, place) ? 0 : r;
	}
	if (ops)
		return -ENOENT;
	return m->known >> reg & 1 ? 0 : -ENODATA;
}

static int find_cfa(struct machine *m, Dwarf_Frame *rules)
{
	Dwarf_Op *ops;
	size_t n;
	int r;

	if (dwarf_frame_cfa(rules, &ops, &n) || !n)
		return -EINVAL;
	r = machine_evaluate(m, ops, n, &m->cfa, NULL);
	if (r)
		return r;
	/*
	 * Only a signal handler may have had another stack.  vfork keeps its return address in a
	 * register and has nothing on the stack.
	 */
	if (!frame_rules_are_of_signal(rules) &&
	    (m->cfa < m->regs[MACHINE_SP] || m->cfa % sizeof(uint64_t)))
		return -ERANGE;
	return 0;
}

int machine_step(struct machine *m, Dwarf_Frame *rules)
{
	struct machine next;
	int r = find_cfa(m, rules);

	if (r)
		return r;
	next = *m;
	next.known = 0;
	for (int reg = 0; reg < MACHINE_REGS; reg++) {
		r = find_register(m, rules, reg, &next.regs[reg]);
		if (!r)
			next.known |= (uint32_t)1 << reg;
		next.has_gaps |= r == -EFAULT;
	}
	/* The last one was the return address. */
	if (r)
		return r;
	if (!(next.known >> MACHINE_SP & 1))
		return -ENOTSUP;
	*m = next;
	return 0;
}
