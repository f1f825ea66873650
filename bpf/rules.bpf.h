/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of unwind tables: from the registers of a frame to those of its caller. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/pool.bpf.h"
#include "bpf/slots.bpf.h"
#include "bpf/stack.bpf.h"
#include "bpf/unwind-table.h"

/* Where enum abi_register has the register with a DWARF number. */
const uint8_t register_of[16] = {
	ABI_AX, ABI_DX, ABI_CX, ABI_BX, ABI_SI, ABI_DI, ABI_BP, ABI_SP,
	ABI_R8, ABI_R9, ABI_R10, ABI_R11, ABI_R12, ABI_R13, ABI_R14, ABI_R15
};

/* Offset of the registers in a ucontext: after its flags, link and stack (asm/ucontext.h). */
#define UCONTEXT_REGISTERS 40

/*
 * Registers that a function may change without telling its caller: rax, rdx, rcx, rsi, rdi, r8 to
 * r11, as a mask of DWARF numbers.  Where the rule of a frame that called another names one, both
 * are hand-written and the callee leaves it alone: OpenSSL's AES-GCM has its frame at rax.
 */
#define CALL_CLOBBERED 0x0f37

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
	else if (s->regs_of != s->n_user && !(CALL_CLOBBERED >> (number & 15) & 1))
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

/* Places of what a part of a table has. */
struct part_layout {
	uint32_t first_bucket, pages, buckets, rows;
};

static __always_inline struct part_layout layout_of(const struct chunk *c, uint32_t part)
{
	return (struct part_layout){
		.first_bucket = word(c, part),
		.pages = part + sizeof(struct unwind_part) / 4,
		.buckets = part + word(c, part + 5),
		.rows = part + word(c, part + 6),
	};
}

/* The row for the address in the part, as bpf/unwind-table.h lays them out; its number. */
static __always_inline uint32_t find_row(const struct chunk *c, const struct part_layout *p,
					 uint64_t at)
{
	uint32_t block = (uint32_t)(at >> 8) - p->first_bucket;
	uint32_t page = p->pages + block / 256;
	uint32_t pair = p->buckets + block / 2;
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
		above = (key - UNWIND_KEY(word(c, p->rows + base + half))) >> 31;
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
