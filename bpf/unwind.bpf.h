/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of a user stack.
 *
 * walk_user() is a bounded loop around one step.  The step is a global function, so the verifier
 * checks it once instead of once per iteration, and no tail calls are needed: the depth is
 * limited by the array of frames alone.  All state lives in the claimed slot.
 *
 * A step has to know, for the frame that was reached, where its caller's registers are: the rule.
 * There is one kind of rule so far, the frame pointer's: [bp] holds the caller's bp, and the word
 * above it the return address.  Rules from unwind tables will be chosen in walk_step(), by the ip
 * of the frame; the rest of the walk does not depend on where a rule came from.
 *
 * Reading user memory costs the same for 8 bytes as for 64, and little more for a page, so the rest
 * of the stack page is copied once and the walk runs inside the copy.  Reading only up to the end
 * of the page never faults where the single word would not.
 *
 * Why a frame pointer chain is believed: it is aligned to the word, it strictly grows, and the
 * return address is in the user half of the address space.
 */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/maps.bpf.h"

#define USER_SPACE_END 0x7ffffffff000ull
#define PF_IO_WORKER 0x10
#define PF_USER_WORKER 0x4000
#define PF_KTHREAD 0x200000
#define USER32_CS 0x23

/* User frames to collect at most. */
const volatile uint32_t max_user_frames = ABI_USER_FRAMES_MAX;
/* Sets the hashes apart from run to run, so that nobody can prepare colliding stacks. */
const volatile uint64_t hash_seed = 0;

static __always_inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ (hash >> 29);
}

/*
 * Copy the two words at addr.  They go to the slot and not to the stack, where the verifiers of
 * Linux 6.12 to 7.2 stumble over themselves ("verifier bug: stack slot", with clang 19's code).
 */
static __always_inline int read_frame(struct slot *s, uint64_t addr)
{
	uint64_t offset = addr - s->page_start;
	uint64_t rest = PAGE_BYTES - (addr & (PAGE_BYTES - 1));

	if (offset > s->page_len || s->page_len - offset < 16) {
		if (rest < 16)
			return bpf_probe_read_user(s->words, 16, (void *)addr);
		s->page_len = 0;
		if (bpf_probe_read_user(s->page, rest & 0x1fff, (void *)addr))
			return -1;
		s->page_start = addr;
		s->page_len = rest;
		offset = 0;
	}
	if (offset > PAGE_BYTES - 16)
		return -1;
	s->words[0] = *(uint64_t *)(s->page + offset);
	s->words[1] = *(uint64_t *)(s->page + offset + 8);
	return 0;
}

/* One frame outwards.  Returns 1 when the walk is over; the slot's verdict says why. */
__noinline int walk_step(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t bp, ra, at;
	uint32_t n;

	if (!s)
		return 1;
	if (s->bp == 0) {
		s->verdict = VERDICT_ROOT;
		return 1;
	}
	if ((s->bp & (s->word - 1)) || s->bp < s->sp || s->bp >= USER_SPACE_END) {
		s->verdict = VERDICT_BAD_FRAME;
		return 1;
	}
	if (read_frame(s, s->bp & ~7ull)) {
		s->verdict = VERDICT_FAULT;
		return 1;
	}
	bp = s->words[0];
	ra = s->words[1];
	if (s->word == 4) {
		/*
		 * Two 4-byte words, which start in the middle of the first 8 when bp is not a
		 * multiple.
		 */
		ra = s->bp & 4 ? (uint32_t)ra : bp >> 32;
		bp = s->bp & 4 ? bp >> 32 : (uint32_t)bp;
	}
	if (ra == 0) {
		s->verdict = VERDICT_ROOT;
		return 1;
	}
	n = s->n_user;
	if (ra >= USER_SPACE_END) {
		s->verdict = VERDICT_BAD_FRAME;
		return 1;
	}
	if (n >= max_user_frames) {
		s->verdict = VERDICT_DEPTH;
		return 1;
	}
	at = s->event.n_kernel + n;
	if (at >= ABI_KERNEL_FRAMES_MAX + 1 + ABI_USER_FRAMES_MAX)
		return 1;
	s->frames[at] = ra;
	s->event.key.user_hash = hash_mix(s->event.key.user_hash, ra);
	s->n_user = n + 1;
	s->sp = s->bp + 2 * s->word;
	s->bp = bp;
	return 0;
}

/*
 * Append the user frames of the slot's registers to its event.  Without user registers (ip 0) there
 * are none.
 */
static __always_inline void walk_user(struct slot *s, uint32_t index)
{
	uint64_t at = s->event.n_kernel;

	s->n_user = 0;
	s->page_start = 0;
	s->page_len = 0;
	s->event.key.user_hash = hash_seed;
	s->verdict = VERDICT_NO_USER;
	if (s->ip && at <= ABI_KERNEL_FRAMES_MAX) {
		s->frames[at] = s->ip;
		s->event.key.user_hash = hash_mix(hash_seed, s->ip);
		s->n_user = 1;
		s->verdict = VERDICT_DEPTH;
		for (int i = 0; i < ABI_USER_FRAMES_MAX; i++)
			if (walk_step(index))
				break;
	}
	s->event.n_user = s->n_user;
	s->event.key.verdict = s->verdict;
	s->event.key.user_hash = hash_mix(s->event.key.user_hash, s->verdict);
}

static __always_inline void set_registers(struct slot *s, struct pt_regs *regs)
{
	s->ip = BPF_CORE_READ(regs, ip);
	s->sp = BPF_CORE_READ(regs, sp);
	s->bp = BPF_CORE_READ(regs, bp);
	s->word = (BPF_CORE_READ(regs, cs) & 0xffff) == USER32_CS ? 4 : 8;
}

/*
 * The user registers under the system call, fault or interrupt that the task is in; ip 0 if none.
 */
static __always_inline void set_registers_below_kernel(struct slot *s, struct task_struct *task)
{
	s->ip = 0;
	if (!task->mm || (task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)))
		return;
	set_registers(s, (struct pt_regs *)bpf_task_pt_regs(task));
	if (s->ip >= USER_SPACE_END)
		s->ip = 0;
}
