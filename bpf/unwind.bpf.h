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
#include "bpf/maps.bpf.h"
#include "bpf/unwind-table.h"

#define USER_SPACE_END 0x00fffffffffff000ull   /* five-level page tables */
#define USER32_CS 0x23

/* asm/unistd_64.h */
#define SYS_EXECVE 59
#define SYS_EXECVEAT 322

/* linux/sched.h */
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010
#define PF_USER_WORKER 0x00004000

const volatile uint32_t max_user_frames = 1024;
/* The outermost so many of them are kept beyond the limit: 0 or a power of two. */
const volatile uint32_t tail_frames = 64;
/* Walk by tables; otherwise by frame pointers only. */
const volatile bool use_tables = false;

/* Random, so that nobody can prepare colliding stacks. */
const volatile uint64_t hash_seed = 0;

/* A frame pointer further above the stack pointer than this leads to no frame. */
#define FRAME_BYTES_MAX (16 << 20)

/* Where enum abi_register has the register with a DWARF number. */
const uint8_t register_of[16] = {
	ABI_AX, ABI_DX, ABI_CX, ABI_BX, ABI_SI, ABI_DI, ABI_BP, ABI_SP,
	ABI_R8, ABI_R9, ABI_R10, ABI_R11, ABI_R12, ABI_R13, ABI_R14, ABI_R15
};

/* Offset of the registers in a ucontext (linux/asm-generic/ucontext.h: after flags, link, stack). */
#define UCONTEXT_REGISTERS 40

static __always_inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ (hash >> 29);
}

/* ---- user memory ---- */

/* Copy what is left of the page from addr on, at least a word. */
__noinline int refill(uint32_t index, uint64_t addr)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t rest = PAGE_BYTES - (addr & (PAGE_BYTES - 1));

	if (!s)
		return 1;
	if (rest < 8)
		rest = 8;
	s->page_start = 0;
	s->page_last = 0;
	if (bpf_probe_read_user(s->page, rest & (2 * PAGE_BYTES - 1), (void *)addr))
		return 1;
	s->page_start = addr;
	s->page_last = rest - 8;
	return 0;
}

/*
 * The word at addr goes to s->word_read and not to the BPF stack, where the verifiers of Linux 6.12
 * to 7.2 stumble over themselves ("verifier bug: stack slot", with clang 19's code).
 */
static __always_inline int read_word(struct slot *s, uint32_t index, uint64_t addr)
{
	uint64_t offset = addr - s->page_start;

	if (offset > s->page_last) {
		if (refill(index, addr))
			return 1;
		offset = 0;
	}
	if (offset > PAGE_BYTES - 8)
		return 1;
	s->word_read = *(uint64_t *)(s->page + offset);
	return 0;
}

/* ---- frames ---- */

static __always_inline int end(struct slot *s, uint32_t verdict)
{
	s->verdict = verdict;
	return 1;
}

/*
 * Note a frame.  Up to the limit they follow each other; beyond it the last ones make a ring, and
 * the hash of the first ones is kept for later.
 */
static __always_inline int push(struct slot *s, uint64_t ip)
{
	uint32_t n = s->n_user, head = max_user_frames - tail_frames, at = n;

	if (n >= max_user_frames) {
		if (!tail_frames || n >= ABI_WALK_FRAMES_MAX)
			return end(s, VERDICT_DEPTH);
		at = head + ((n - head) & (tail_frames - 1));
	}
	if (n == head)
		s->head_hash = s->event.key.user_hash;
	at += s->event.n_kernel;
	if (at >= ABI_KERNEL_FRAMES_MAX + ABI_USER_FRAMES_MAX)
		return end(s, VERDICT_DEPTH);
	s->frames[at] = ip;
	s->event.key.user_hash = hash_mix(s->event.key.user_hash, ip);
	s->n_user = n + 1;
	return 0;
}

/*
 * A uretprobe that waits for a function to return has put its trampoline in the place of the return
 * address at `at`; the kernel keeps the true one.
 */
__noinline int repair_return(uint32_t index, uint64_t at)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t instance, found = 0;

	if (!s)
		return 1;
	instance = s->return_instance;
	for (int i = 0; i < 64 && instance; i++) {
		struct return_instance *ri = (struct return_instance *)instance;
		uint64_t stack = BPF_CORE_READ(ri, stack);

		if (stack > at)
			break;
		if (stack == at)
			found = BPF_CORE_READ(ri, orig_ret_vaddr);
		instance = (uint64_t)BPF_CORE_READ(ri, next);
	}
	s->return_instance = instance;
	s->ra = found;
	return 0;
}

/* The caller's registers are found: its address in s->ra, which was read at ra_at. */
static __always_inline int enter_caller(struct slot *s, uint32_t index, uint64_t cfa, uint64_t bp,
					uint64_t ra_at)
{
	if (s->trampoline && s->ra == s->trampoline)
		repair_return(index, ra_at);
	if (s->ra == 0)
		return end(s, VERDICT_ROOT);
	if (s->ra >= USER_SPACE_END)
		return end(s, VERDICT_BAD_CFA);
	s->ip = s->ra;
	s->sp = cfa;
	s->bp = bp;
	s->at = s->ra - 1;
	return push(s, s->ra);
}

/* ---- by frame pointer ---- */

/*
 * One frame outwards where only the frame pointer is known to lead there.  It counts only if it
 * looks like one and the return address is in known code; else the walk ends because of `why`.
 */
__noinline int follow_pointer(uint32_t index, uint32_t why)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t bp, saved;

	if (!s)
		return 1;
	bp = s->bp;
	if ((bp & 7) || bp < s->sp || bp - s->sp > FRAME_BYTES_MAX || bp >= USER_SPACE_END)
		return end(s, why);
	if (read_word(s, index, bp))
		return end(s, why);
	saved = s->word_read;
	if (read_word(s, index, bp + 8))
		return end(s, why);
	s->ra = s->word_read;
	if (s->ra == 0 && saved == 0)
		return end(s, VERDICT_ROOT);
	if (!s->trampoline || s->ra != s->trampoline) {
		s->at = s->ra - 1;
		locate(index);
		if (s->here.why == VERDICT_UNMAPPED)
			return end(s, why);
	}
	s->rbx_known = 0;
	return enter_caller(s, index, bp + 16, saved, bp + 8);
}

/* The same without any table, as for --dwarf=false: every word that may be an address counts. */
static __always_inline int step_by_pointer(struct slot *s, uint32_t index)
{
	uint64_t bp = s->bp, caller, ra;

	if (bp == 0)
		return end(s, VERDICT_ROOT);
	if ((bp & (s->word - 1)) || bp < s->sp || bp >= USER_SPACE_END)
		return end(s, VERDICT_BAD_FRAME);
	if (read_word(s, index, bp))
		return end(s, VERDICT_FAULT);
	caller = s->word_read;
	if (s->word == 4) {
		ra = caller >> 32;
		caller = (uint32_t)caller;
	} else {
		if (read_word(s, index, bp + 8))
			return end(s, VERDICT_FAULT);
		ra = s->word_read;
	}
	if (ra >= USER_SPACE_END)
		return end(s, VERDICT_BAD_FRAME);
	s->ra = ra;
	return enter_caller(s, index, bp + 2 * s->word, caller, bp + s->word);
}

/* ---- by table ---- */

/* Is the register's value in this frame known?  Then it is in s->word_read. */
static __always_inline bool read_register(struct slot *s, uint32_t number)
{
	uint32_t at;

	if (number == UNWIND_REG_RSP)
		s->word_read = s->sp;
	else if (number == UNWIND_REG_RBP)
		s->word_read = s->bp;
	else if (number == UNWIND_REG_RBX && s->rbx_known)
		s->word_read = s->rbx;
	else if (s->regs_of != s->n_user)
		return false;
	else {
		at = register_of[number & 15];
		if (at >= ABI_REGISTERS)
			return false;
		s->word_read = s->regs[at];
	}
	return true;
}

/* All registers of the frame that a signal interrupted; frame: the rt_sigframe's ucontext. */
__noinline int leave_signal(uint32_t index, uint64_t ucontext)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);

	if (!s)
		return 1;
	if (bpf_probe_read_user(s->regs, sizeof(s->regs), (void *)(ucontext + UCONTEXT_REGISTERS)))
		return end(s, VERDICT_FAULT);
	s->ip = s->regs[ABI_IP];
	s->sp = s->regs[ABI_SP];
	s->bp = s->regs[ABI_BP];
	s->rbx = s->regs[ABI_BX];
	s->rbx_known = 1;
	if (s->ip == 0 || s->ip >= USER_SPACE_END)
		return end(s, VERDICT_BAD_CFA);
	s->at = s->ip;
	if (push(s, s->ip))
		return 1;
	s->regs_of = s->n_user;
	return 0;
}

/* A rule that fits no row.  Leaves the CFA in s->cfa and the return address in s->ra. */
__noinline int follow_exotic(uint32_t index, uint32_t number)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	struct chunk *c;
	uint32_t at, head, rule;
	uint64_t cfa;

	if (!s)
		return 1;
	c = chunk_of(s->here.part);
	if (!c)
		return end(s, VERDICT_UNSUPPORTED);
	at = s->here.part + word(c, s->here.part + 7) + number * 4;
	head = word(c, at);
	rule = head & 0xff;
	if (!read_register(s, head >> 8 & 0xff))
		return end(s, VERDICT_UNSUPPORTED);
	cfa = s->word_read + (int32_t)word(c, at + 1);
	if (rule & 1) {
		if (!read_register(s, head >> 16 & 0xff))
			return end(s, VERDICT_UNSUPPORTED);
		cfa += 8 * s->word_read;
	}
	if (rule & 2) {
		if (read_word(s, index, cfa))
			return end(s, VERDICT_FAULT);
		cfa = s->word_read + (int16_t)word(c, at + 3);
	}
	s->cfa = cfa;
	s->exotic_bp = cfa + ((int32_t)word(c, at + 3) >> 16);
	if (head >> 24 == UNWIND_RA_IN_REG) {
		if (!read_register(s, word(c, at + 2)))
			return end(s, VERDICT_UNSUPPORTED);
		s->ra_at = 0;
		s->ra = s->word_read;
	} else {
		s->ra_at = cfa + (int32_t)word(c, at + 2);
	}
	return 0;
}

/* The row for the address in the part, as bpf/unwind-table.h lays them out; its number. */
static __always_inline uint32_t find_row(const struct chunk *c, uint32_t part, uint64_t at)
{
	uint32_t block = (uint32_t)(at >> 8) - word(c, part);
	uint32_t page = part + sizeof(struct unwind_part) / 4 + block / 256;
	uint32_t pair = part + word(c, part + 5) + block / 2;
	uint32_t rows = part + word(c, part + 6);
	uint32_t first = word(c, page), low = word(c, pair), base, n, key = UNWIND_KEY(at);

	/* The next bucket's first row is in the same word, in the next, or begins a page. */
	if (!(block & 1)) {
		n = (low >> 16) - (low & 0xffff);
		base = first + (low & 0xffff);
	} else if ((block & 255) == 255) {
		base = first + (low >> 16);
		n = word(c, page + 1) - base;
	} else {
		base = first + (low >> 16);
		n = first + (word(c, pair + 1) & 0xffff) - base;
	}
	/*
	 * The row before the bucket is the answer when no key is low enough.  Without branches in
	 * the loop: whether a key is above is as good as random.
	 */
	base--;
	n++;
	for (int i = 0; i < 9; i++) {
		uint32_t half = n / 2;
		uint32_t above;

		if (n <= 1)
			break;
		above = (key - UNWIND_KEY(word(c, rows + base + half))) >> 31;
		base += half & (above - 1);
		n -= half;
	}
	return base;
}

/* Where the caller's rbx is, in a file that says so. */
static __always_inline void follow_rbx(struct slot *s, uint32_t index, const struct chunk *c,
				       uint32_t row)
{
	uint32_t part = s->here.part, at, rule;

	if (!(word(c, part + 4) & UNWIND_HAS_RBX)) {
		s->rbx_known = 0;
		return;
	}
	at = part + word(c, part + 8) + row / 4;
	rule = word(c, at) >> (row % 4 * 8) & 0xff;
	if (rule == UNWIND_RBX_SAME)
		return;
	if (rule == UNWIND_RBX_LOST || read_word(s, index, s->cfa - 8 * (rule + 1)))
		s->rbx_known = 0;
	else
		s->rbx = s->word_read;
}

/* The caller's rbp, once s->cfa is known; returns 1 when it cannot be read. */
static __always_inline int follow_rbp(struct slot *s, uint32_t index, uint32_t rule)
{
	uint64_t at;

	if (rule == UNWIND_RBP_SAME)
		return 0;
	if (rule <= UNWIND_RBP_SLOT_MAX)
		at = s->cfa - 8 * (rule + 1);
	else if (rule == UNWIND_RBP_AT_RBP)
		at = s->bp;
	else if (rule == UNWIND_RBP_EXOTIC)
		at = s->exotic_bp;
	else {
		s->bp = 0;
		return 0;
	}
	if (read_word(s, index, at))
		return 1;
	s->bp = s->word_read;
	return 0;
}

/* The CFA by the row's rule, into s->cfa; 1 when the walk ends here. */
static __always_inline int find_cfa(struct slot *s, uint32_t index, uint32_t row)
{
	uint32_t kind = UNWIND_KIND(row), offset = UNWIND_OFFSET(row);

	s->ra_at = 0;
	if (kind == UNWIND_RSP) {
		s->cfa = s->sp + 8 * (uint64_t)offset;
	} else if (kind == UNWIND_RBP) {
		s->cfa = s->bp + 8 * (uint64_t)offset;
	} else if (kind == UNWIND_PLT) {
		s->cfa = s->sp + ((s->at & 15) >= offset ? 16 : 8);
	} else if (kind == UNWIND_DEREF_RSP || kind == UNWIND_DEREF_RBP) {
		uint64_t from = kind == UNWIND_DEREF_RSP ? s->sp : s->bp;

		if (read_word(s, index, from + 8 * (int64_t)(int8_t)offset))
			return end(s, VERDICT_FAULT);
		s->cfa = s->word_read + 8 * (int64_t)(int8_t)(offset >> 8);
	} else if (kind == UNWIND_REG) {
		if (!read_register(s, offset & 15))
			return end(s, VERDICT_UNSUPPORTED);
		s->cfa = s->word_read + 8 * (uint64_t)(offset >> 4);
	} else if (kind == UNWIND_EXOTIC) {
		return follow_exotic(index, offset);
	} else {
		return end(s, kind == UNWIND_STOP ? VERDICT_ROOT : VERDICT_UNSUPPORTED);
	}
	return 0;
}

/* One frame outwards.  Returns 1 when the walk is over; the slot's verdict says why. */
__noinline int walk_step(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint32_t number, row, kind;
	struct chunk *c;

	if (!s)
		return 1;
	if (!use_tables || s->word == 4)
		return step_by_pointer(s, index);
	if (s->at - s->here.start >= s->here.len)
		locate(index);
	if (!s->here.part)
		return follow_pointer(index, s->here.why);
	c = chunk_of(s->here.part);
	if (!c)
		return end(s, VERDICT_NO_INFO);
	number = find_row(c, s->here.part, s->at - s->here.bias);
	row = word(c, s->here.part + word(c, s->here.part + 6) + number);
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
	uint32_t head = max_user_frames - tail_frames, rotation = (s->n_user - head) & (tail_frames - 1);
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

/* Start from s->regs.  in_call: their ip is behind a system call instruction. */
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
	s->trampoline = 0;
	utask = task->utask;
	if (utask) {
		s->return_instance = (uint64_t)BPF_CORE_READ(utask, return_instances);
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
