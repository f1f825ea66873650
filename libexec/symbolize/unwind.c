/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unwinds a copied user stack. */
#include "config.h"

#include "unwind.h"

#include <errno.h>
#include <linux/perf_event.h>

#include "bpf/unwind-table.h"

#define BIT(reg) ((uint32_t)1 << (reg))
#define NEEDED (BIT(MACHINE_SP) | BIT(MACHINE_IP))

/* DWARF numbers of the registers in the order of enum perf_event_x86_regs (asm/perf_regs.h). */
static const int8_t dwarf_numbers[24] = {
	UNWIND_REG_RAX, UNWIND_REG_RBX, UNWIND_REG_RCX, UNWIND_REG_RDX, UNWIND_REG_RSI,
	UNWIND_REG_RDI, MACHINE_BP, MACHINE_SP, MACHINE_IP,
	-1, -1, -1, -1, -1, -1, -1,      /* flags and segments */
	UNWIND_REG_R8, UNWIND_REG_R9, UNWIND_REG_R10, UNWIND_REG_R11,
	UNWIND_REG_R12, UNWIND_REG_R13, UNWIND_REG_R14, UNWIND_REG_R15,
};

bool unwind_copy_of(const struct perf_data_sample *s, struct unwind_copy *copy)
{
	size_t at = 0;

	if (s->regs_abi != PERF_SAMPLE_REGS_ABI_64 || !s->stack)
		return false;
	*copy = (struct unwind_copy){ .full = s->stack_full, .stack_len = s->stack_len };
	for (size_t bit = 0; bit < 64; bit++) {
		if (!(s->regs_mask >> bit & 1))
			continue;
		if (bit < ARRAY_SIZE(dwarf_numbers) && dwarf_numbers[bit] >= 0) {
			copy->regs[dwarf_numbers[bit]] = s->regs[at];
			copy->known |= BIT(dwarf_numbers[bit]);
		}
		at++;
	}
	return (copy->known & NEEDED) == NEEDED;
}

struct unwinding {
	const struct unwind_space *where;
	const struct unwind_copy *copy;
	struct machine m;
	bool exact;              /* the instruction pointer is one, not a return address */
	uint32_t verdict;
};

static const struct space_mapping *mapping_at(const struct unwinding *u, uint64_t addr)
{
	if (u->where->generation == SPACE_NONE)
		return NULL;
	return space_find(u->where->spaces, u->where->generation, u->where->time, addr);
}

/* Steps return 0, or 1 when there is none and the verdict says why. */

static int stop(struct unwinding *u, uint32_t verdict)
{
	u->verdict = verdict;
	return 1;
}

/* What a failure of machine_step() means. */
static uint32_t verdict_of(const struct unwinding *u, int error)
{
	switch (error) {
	case -ENOENT:
		return VERDICT_ROOT;
	case -ERANGE:
	case -EINVAL:
		return VERDICT_BAD_CFA;
	case -ENODATA:
		if (!u->m.has_gaps)
			return VERDICT_UNSUPPORTED;
		break;
	case -ENOTSUP:
		return VERDICT_UNSUPPORTED;
	}
	return u->copy->full ? VERDICT_COPY_ENDS : VERDICT_FAULT;
}

/*
 * Follow the frame pointer; where it leads nowhere, the verdict is the given one.  Not to a return
 * address of 0 either: in code that keeps something else in rbp that is no sign of the root.
 */
static int step_by_pointer(struct unwinding *u, uint32_t verdict)
{
	struct machine *m = &u->m;
	uint64_t frame = m->regs[MACHINE_BP], outer, address;

	if (!(m->known & BIT(MACHINE_BP)) || frame % 8 || frame < m->regs[MACHINE_SP] ||
	    machine_read(m, frame, &outer) || machine_read(m, frame + 8, &address))
		return stop(u, verdict);
	if (!address || !mapping_at(u, address - 1))
		return stop(u, verdict);
	m->regs[MACHINE_BP] = outer;
	m->regs[MACHINE_SP] = frame + 16;
	m->regs[MACHINE_IP] = address;
	m->known = NEEDED | BIT(MACHINE_BP);
	u->exact = false;
	return 0;
}

static int step_in_file(struct unwinding *u, uint32_t object_id, uint64_t offset)
{
	const struct object *object = objects_load(u->where->objects, object_id);
	struct frame_rules *file = objects_rules(u->where->objects, object_id);
	Dwarf_Frame *rules = NULL;
	uint64_t vaddr;
	uint32_t verdict;
	int r;

	if (file && object->layout && elf_layout_vaddr(object->layout, offset, &vaddr))
		rules = frame_rules_find(file, vaddr);
	if (!rules)
		return step_by_pointer(u, VERDICT_NO_INFO);
	r = machine_step(&u->m, rules);
	u->exact = !r && frame_rules_are_of_signal(rules);
	if (!r)
		return 0;
	verdict = verdict_of(u, r);
	return verdict == VERDICT_UNSUPPORTED ? step_by_pointer(u, verdict) : stop(u, verdict);
}

static int step(struct unwinding *u)
{
	uint64_t addr = u->m.regs[MACHINE_IP] - !u->exact;
	const struct space_mapping *m = mapping_at(u, addr);

	if (!m)
		return stop(u, VERDICT_UNMAPPED);
	if (u->where->objects->v[m->object].kind == OBJECT_ANONYMOUS)
		return step_by_pointer(u, VERDICT_GENERATED);
	return step_in_file(u, m->object, addr - m->start + m->pgoff);
}

void unwind_stack(const struct unwind_space *where, const struct unwind_copy *copy,
		  const uint8_t *stack, struct unwind_result *result)
{
	struct unwinding u = {
		.where = where, .copy = copy, .exact = true, .verdict = VERDICT_DEPTH,
		.m = { .known = copy->known, .stack_start = copy->regs[MACHINE_SP],
		       .stack = stack, .stack_len = copy->stack_len },
	};

	for (int reg = 0; reg < MACHINE_REGS; reg++)
		u.m.regs[reg] = copy->regs[reg];
	result->n = 0;
	do {
		if (result->n && !u.m.regs[MACHINE_IP]) {
			u.verdict = VERDICT_ROOT;
			break;
		}
		if (result->n == UNWIND_FRAMES_MAX)
			break;
		result->frames[result->n++] = u.m.regs[MACHINE_IP];
	} while (!step(&u));
	result->verdict = u.verdict;
}
