/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User memory that the walk reads, the frames that it finds, and the step by frame pointer. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/locate.bpf.h"
#include "bpf/slots.bpf.h"

#define USER_SPACE_END 0x00fffffffffff000ull   /* five-level page tables */

/* User frames that are kept of a stack. */
const volatile uint32_t max_user_frames = 1024;
/* The outermost so many of them are kept beyond the limit: 0 or a power of two. */
const volatile uint32_t tail_frames = 64;
/* Walk by tables; otherwise by frame pointers only. */
const volatile bool use_tables = true;

/* Read each word by itself, as other walks do: for the comparison in tests/bench. */
const volatile bool read_words = false;

/* Random, so that nobody can prepare colliding stacks. */
const volatile uint64_t hash_seed = 0;

/* A frame pointer further above the stack pointer than this leads to no frame. */
#define FRAME_BYTES_MAX (16 << 20)

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
	if (rest < 8 || read_words)
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
	/* Generated code ends its chains so; elsewhere rbp may point to any zeros. */
	if (s->ra == 0 && saved == 0)
		return end(s, why == VERDICT_GENERATED ? VERDICT_ROOT : why);
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
