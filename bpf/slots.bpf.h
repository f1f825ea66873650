/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of walks in progress. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

#define PAGE_BYTES 4096

/* The code around an address: the table to go by, or why there is none. */
struct here {
	uint64_t start, len;         /* where the rest is true; len 0: at one address only */
	uint64_t bias;               /* address - bias is the address in the table */
	uint32_t part;               /* place of the struct unwind_part, 0: none */
	uint32_t why;                /* enum verdict, without a part */
};

/*
 * All that a program needs while it walks.  Too large for the BPF stack, and never one per CPU: a
 * tick can interrupt another of our programs, and with lazy preemption another task can run one
 * half-way through the first.  So slots form a pool per CPU, claimed and released atomically.
 */
struct slot {
	uint32_t busy;
	uint32_t verdict;
	uint64_t ip, sp, bp;         /* registers of the frame reached */
	uint64_t rbx;
	uint32_t rbx_known;
	uint32_t word;               /* 8, or 4 for a 32-bit process */
	uint64_t at;                 /* where ip is looked up: itself, or in the call before it */
	uint64_t cfa, ra, ra_at;     /* of the step; ra_at: the return address's place, or 0 */
	uint64_t exotic_bp;          /* where an exotic rule has the caller's rbp */
	uint64_t word_read;          /* by read_word(), read_register() */
	struct here here;
	struct here before;          /* the one before: callers' callers often are there again */
	uint32_t slice;              /* of the process, 0: none */
	uint32_t n_user;             /* frames walked */
	uint32_t regs_of;            /* the frame (from 1) that regs are of */
	uint8_t copied;              /* the stack itself was sent */
	uint8_t wants_table;         /* the first walk that wants it */
	uint8_t in_exec;             /* in the system call */
	uint8_t in_task;             /* another task may interrupt this walk */
	uint64_t trampoline;         /* of uretprobes that are pending, 0: none are */
	uint64_t return_instance;    /* the innermost that has not been passed */
	uint64_t head_hash;
	uint64_t page_start;         /* user address of page[0] */
	uint64_t page_last;          /* offset of the last word of the copy in page */
	uint64_t regs[ABI_REGISTERS];
	struct abi_count first;      /* a counter that is to be inserted */
	struct pt_regs pt_regs;
	struct abi_event event;
	uint64_t frames[ABI_KERNEL_FRAMES_MAX + ABI_USER_FRAMES_MAX];   /* sent with event */
	uint8_t page[PAGE_BYTES];
};

/*
 * Ticks and what they interrupt are a few at a time; programs at uprobes are as many as there are
 * tasks that another one has taken the CPU from in the middle of one.
 */
#define SLOTS_PER_CPU 4
#define SLOTS_PER_CPU_MAX 16

const volatile uint32_t slots_per_cpu = SLOTS_PER_CPU;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS_PER_CPU);   /* times the possible CPUs, set before loading */
	__type(key, uint32_t);
	__type(value, struct slot);
} slots SEC(".maps");

static __always_inline struct slot *slot_claim(uint32_t *index)
{
	uint32_t first = bpf_get_smp_processor_id() * slots_per_cpu;

	for (uint32_t i = 0; i < SLOTS_PER_CPU_MAX; i++) {
		uint32_t at = first + i;
		struct slot *s;

		if (i >= slots_per_cpu)
			break;
		s = bpf_map_lookup_elem(&slots, &at);
		if (s && __sync_val_compare_and_swap(&s->busy, 0, 1) == 0) {
			*index = at;
			return s;
		}
	}
	return NULL;
}

static __always_inline void slot_release(struct slot *s)
{
	__sync_val_compare_and_swap(&s->busy, 1, 0);
}
