/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of a user stack.
 *
 * walk_user() is a bounded loop around one step: from the registers of a frame to those of its
 * caller.  The step, and what it calls, are global functions, so the verifier checks each once
 * instead of once per frame, and no tail calls are needed: the depth is limited by the array of
 * frames alone.  All state lives in the claimed slot.
 *
 * A step needs the rule that the frame's code goes by, and has three sources for it:
 *
 *  - the unwind table of the file that is mapped there (bpf/unwind-table.h), found by
 *    locate.bpf.h: the slot keeps the last mapping, since callers mostly are in the same file;
 *  - the frame pointer, for code that no table can be had of: generated code, files without
 *    information, files whose table is still being built.  [rbp] holds the caller's rbp, and the
 *    word above it the return address; what is found there must look like a frame, or the walk ends
 *    with the reason why there was no table;
 *  - the kernel's signal frame, which holds all registers.
 *
 * A return address is looked up one byte lower, in the call that it comes from: the instruction
 * after a call that does not return may belong to the next function.  The innermost frame's address
 * is exact, and that of a frame that a signal interrupted.
 *
 * Reading user memory costs about as much for a page as for a word, so the rest of the stack's
 * current page is copied once and the walk goes on in the copy.
 *
 * A stack deeper than the limit loses frames in its middle: its outermost frames are where a flame
 * graph begins.
 */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/locate.bpf.h"
#include "bpf/rules.bpf.h"
#include "bpf/slots.bpf.h"
#include "bpf/stack.bpf.h"
#include "bpf/unwind-table.h"

#define USER32_CS 0x23

/* asm/unistd_64.h */
#define SYS_EXECVE 59
#define SYS_EXECVEAT 322

/* linux/sched.h */
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010
#define PF_USER_WORKER 0x00004000

#define COMMON_STEPS 8

/*
 * Frames outwards as long as they are of the common kind: the rule is rsp or rbp plus a number, the
 * words are in the copied page, the caller is in the same part of the table.  Nothing is decided
 * here that walk_step() would decide otherwise: what is not common is left to it, from the frame
 * reached.  Registers stay in registers, which takes a third off the time of a frame.
 *
 * It is not for programs that another task can interrupt half-way: since Linux 6.13 functions with
 * a BPF stack of 64 bytes or more have it in memory of their CPU, and the kernel does not keep two
 * tasks' uprobes apart there.  The other functions of the walk stay below that.
 */
__noinline int walk_common(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	struct part_layout layout, *p = &layout;
	uint64_t sp, bp, at, hash;
	struct chunk *c;
	uint32_t n, i;

	if (!s || !s->here.part)
		return 0;
	c = chunk_of(s->here.part);
	if (!c || (s->rbx_known && (word(c, s->here.part + 4) & UNWIND_HAS_RBX)))
		return 0;
	layout = layout_of(c, s->here.part);
	sp = s->sp;
	bp = s->bp;
	at = s->at;
	hash = s->event.key.user_hash;
	n = s->n_user;
	for (i = 0; i < COMMON_STEPS; i++) {
		uint32_t row = word(c, p->rows + find_row(c, p, at - s->here.bias));
		uint32_t kind = UNWIND_KIND(row), rule = UNWIND_RBP_RULE(row), to;
		uint64_t cfa = kind == UNWIND_RSP ? sp : bp, offset, ra;

		if ((kind != UNWIND_RSP && kind != UNWIND_RBP) || rule > UNWIND_RBP_SLOT_MAX)
			break;
		cfa += 8 * (uint64_t)UNWIND_OFFSET(row);
		offset = cfa - 8 - s->page_start;
		if (cfa - sp < 8 || offset > s->page_last || offset > PAGE_BYTES - 8)
			break;
		ra = *(uint64_t *)(s->page + offset);
		/* The word is below the return address; below the page is a large number. */
		offset -= 8 * rule;
		if (rule && offset > PAGE_BYTES - 8)
			break;
		to = s->event.n_kernel + n;
		if (ra == 0 || ra >= USER_SPACE_END || ra == s->trampoline ||
		    n >= max_user_frames - tail_frames - 1 ||
		    to >= ABI_KERNEL_FRAMES_MAX + ABI_USER_FRAMES_MAX)
			break;
		if (rule)
			bp = *(uint64_t *)(s->page + offset);
		s->frames[to] = ra;
		hash = hash_mix(hash, ra);
		n++;
		sp = cfa;
		at = ra - 1;
		if (at - s->here.start >= s->here.len) {
			i++;
			break;
		}
	}
	if (!i)
		return 0;
	s->sp = sp;
	s->bp = bp;
	s->at = at;
	s->ip = at + 1;
	s->n_user = n;
	s->event.key.user_hash = hash;
	s->rbx_known = 0;
	return 0;
}

/* One frame outwards.  Returns 1 when the walk is over; the slot's verdict says why. */
__noinline int walk_step(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint32_t number, row, kind;
	struct part_layout layout;
	struct chunk *c;

	if (!s)
		return 1;
	if (!use_tables || s->word == 4)
		return step_by_pointer(s, index);
	if (s->at - s->here.start >= s->here.len) {
		if (s->at - s->before.start < s->before.len)
			s->here = s->before;
		else
			locate(index);
	}
	if (!s->here.part)
		return follow_pointer(index, s->here.why);
	if (!s->in_task) {
		/* Without the page its first frame would not be a common one. */
		if (!s->page_start)
			refill(index, s->sp);
		walk_common(index);
		if (s->at - s->here.start >= s->here.len)
			return 0;
	}
	c = chunk_of(s->here.part);
	if (!c)
		return end(s, VERDICT_NO_INFO);
	layout = layout_of(c, s->here.part);
	number = find_row(c, &layout, s->at - s->here.bias);
	row = word(c, layout.rows + number);
	kind = UNWIND_KIND(row);
	if (kind == UNWIND_NONE)
		return follow_pointer(index, VERDICT_NO_INFO);
	if (kind == UNWIND_SIGNAL)
		return leave_signal(index, s->sp + 8 * UNWIND_OFFSET(row) - UCONTEXT_REGISTERS -
					   8 * ABI_SP);
	if (find_cfa(s, index, row))
		return 1;
	/* Frames grow; only the innermost may not have pushed anything but its return address. */
	if (s->cfa - s->sp < 8 && !(kind == UNWIND_EXOTIC && s->cfa == s->sp))
		return end(s, VERDICT_BAD_CFA);
	if (s->rbx_known)
		follow_rbx(s, index, c, number);
	if (follow_rbp(s, index, UNWIND_RBP_RULE(row)))
		return end(s, VERDICT_FAULT);
	if (kind != UNWIND_EXOTIC)
		s->ra_at = s->cfa - 8;
	if (s->ra_at) {
		if (read_word(s, index, s->ra_at))
			return end(s, VERDICT_FAULT);
		s->ra = s->word_read;
	}
	return enter_caller(s, index, s->cfa, s->bp, s->ra_at);
}

#define STEPS 64

/* A loop in a function of its own is verified once for all its callers' turns. */
__noinline int walk_steps(uint32_t index)
{
	for (int i = 0; i < STEPS; i++)
		if (walk_step(index))
			return 1;
	return 0;
}

/* The ring of the outermost frames counts as it lies, from the oldest on. */
static __always_inline void close_deep_stack(struct slot *s)
{
	uint32_t head = max_user_frames - tail_frames;
	uint32_t rotation = (s->n_user - head) & (tail_frames - 1);
	uint64_t hash = s->head_hash;

	for (uint32_t i = 0; i < 64; i++) {
		uint32_t at = s->event.n_kernel + head + ((rotation + i) & (tail_frames - 1));

		if (i >= tail_frames || at >= ABI_KERNEL_FRAMES_MAX + ABI_USER_FRAMES_MAX)
			break;
		hash = hash_mix(hash, s->frames[at]);
	}
	s->event.key.user_hash = hash;
	s->event.gap = head;
	s->event.rotation = rotation;
	s->n_user = max_user_frames;
}

/*
 * Append the user frames of the slot's registers to its event.  Without user registers (ip 0) there
 * are none.
 */
static __always_inline void walk_user(struct slot *s, uint32_t index)
{
	s->n_user = 0;
	s->page_start = 0;
	s->page_last = 0;
	s->event.gap = 0;
	s->event.rotation = 0;
	s->event.key.user_hash = hash_seed;
	s->verdict = VERDICT_NO_USER;
	if (s->ip && !push(s, s->ip)) {
		s->regs_of = 1;
		s->verdict = VERDICT_DEPTH;
		for (int i = 0; i < ABI_WALK_FRAMES_MAX / STEPS + 1; i++)
			if (walk_steps(index))
				break;
	}
	/* Half-way through an exec the stack is gone, and the registers are of the old program. */
	if (s->in_exec && s->verdict != VERDICT_ROOT) {
		s->verdict = VERDICT_NO_USER;
		s->n_user = 0;
		s->event.key.user_hash = hash_seed;
	}
	if (s->n_user > max_user_frames)
		close_deep_stack(s);
	s->event.n_user = s->n_user;
	s->event.key.verdict = s->verdict;
	s->event.key.user_hash = hash_mix(s->event.key.user_hash, s->verdict);
}

/* ---- registers ---- */

/* A macro, because the verifier wants the context's fields loaded one by one from its pointer. */
#define SET_REGISTERS(s, r)                                                                        \
	do {                                                                                       \
		(s)->regs[ABI_R8] = (r)->r8;                                                       \
		(s)->regs[ABI_R9] = (r)->r9;                                                       \
		(s)->regs[ABI_R10] = (r)->r10;                                                     \
		(s)->regs[ABI_R11] = (r)->r11;                                                     \
		(s)->regs[ABI_R12] = (r)->r12;                                                     \
		(s)->regs[ABI_R13] = (r)->r13;                                                     \
		(s)->regs[ABI_R14] = (r)->r14;                                                     \
		(s)->regs[ABI_R15] = (r)->r15;                                                     \
		(s)->regs[ABI_DI] = (r)->di;                                                       \
		(s)->regs[ABI_SI] = (r)->si;                                                       \
		(s)->regs[ABI_BP] = (r)->bp;                                                       \
		(s)->regs[ABI_BX] = (r)->bx;                                                       \
		(s)->regs[ABI_DX] = (r)->dx;                                                       \
		(s)->regs[ABI_AX] = (r)->ax;                                                       \
		(s)->regs[ABI_CX] = (r)->cx;                                                       \
		(s)->regs[ABI_SP] = (r)->sp;                                                       \
		(s)->regs[ABI_IP] = (r)->ip;                                                       \
		(s)->word = ((r)->cs & 0xffff) == USER32_CS ? 4 : 8;                               \
	} while (0)

/*
 * Start from s->regs; s->in_exec and s->in_task are the caller's to set.  in_call: their ip is
 * behind a system call instruction.
 */
static __always_inline void begin_walk(struct slot *s, struct task_struct *task, uint32_t tgid,
				       bool in_call)
{
	struct uprobe_task *utask;

	s->ip = s->regs[ABI_IP];
	s->sp = s->regs[ABI_SP];
	s->bp = s->regs[ABI_BP];
	s->rbx = s->regs[ABI_BX];
	s->rbx_known = 1;
	s->at = in_call ? s->ip - 1 : s->ip;
	s->here.len = 0;
	s->here.start = 0;
	s->here.part = 0;
	s->before.len = 0;
	s->before.start = 0;
	s->wants_table = 0;
	s->trampoline = 0;
	utask = task->utask;
	if (utask) {
		s->return_instance = (uint64_t)utask->return_instances;
		if (s->return_instance)
			s->trampoline = BPF_CORE_READ(task, mm, uprobes_state.xol_area, vaddr);
	}
	s->slice = use_tables ? current_slice(task, tgid) : 0;
}

/*
 * The user registers under the system call, fault or interrupt that the task is in; ip 0 if none.
 */
static __always_inline void begin_walk_below_kernel(struct slot *s, struct task_struct *task,
						    uint32_t tgid)
{
	struct pt_regs *regs = &s->pt_regs;

	s->ip = 0;
	s->in_exec = 0;
	if (!task->mm || (task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)))
		return;
	if (bpf_probe_read_kernel(regs, sizeof(*regs), (void *)bpf_task_pt_regs(task)))
		return;
	SET_REGISTERS(s, regs);
	if (s->regs[ABI_IP] >= USER_SPACE_END)
		return;
	s->in_exec = regs->orig_ax == SYS_EXECVE || regs->orig_ax == SYS_EXECVEAT;
	begin_walk(s, task, tgid, (int64_t)regs->orig_ax >= 0);
}
