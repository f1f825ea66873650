/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of the sampler. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

/* The rest of the stack page that is being walked, and where the walk stands. */
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
	uint32_t slice;              /* of the process, 0: none */
	uint32_t n_user;             /* frames walked */
	uint32_t regs_of;            /* the frame (from 1) that regs are of */
	uint16_t copied;             /* the stack itself was sent */
	uint16_t in_exec;            /* in the system call */
	uint64_t trampoline;         /* of uretprobes that are pending, 0: none are */
	uint64_t return_instance;    /* the innermost that has not been passed */
	uint64_t head_hash;
	uint64_t page_start;         /* user address of page[0] */
	uint64_t page_last;          /* offset of the last word of the copy in page */
	uint64_t regs[ABI_REGISTERS];
	struct pt_regs pt_regs;
	struct abi_event event;
	uint64_t frames[ABI_KERNEL_FRAMES_MAX + ABI_USER_FRAMES_MAX];   /* sent with event */
	uint8_t page[PAGE_BYTES];
};

#define SLOTS_PER_CPU 4

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS_PER_CPU);   /* times the possible CPUs, set before loading */
	__type(key, uint32_t);
	__type(value, struct slot);
} slots SEC(".maps");

/* Ring of struct abi_event. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events SEC(".maps");

struct count_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);               /* set before loading, the same for both */
	__type(key, struct abi_key);
	__type(value, struct abi_count);
};

struct count_map counts_a SEC(".maps"), counts_b SEC(".maps");

/* The count map in use: a flush puts the other one here. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__array(values, struct count_map);
} counts SEC(".maps") = {
	.values = { &counts_a },
};

struct stack_id {
	uint64_t user_hash, kernel_hash;
};

/* Stacks whose frames have reached the ring.  When it is full they are sent again: no loss. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct stack_id);
	__type(value, uint8_t);
} known SEC(".maps");

/* Processes to sample; the value means nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, uint32_t);
	__type(value, uint32_t);
} targets SEC(".maps");

/* Processes that have put code where other code was, and how often. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, uint32_t);
	__type(value, uint32_t);
} remaps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, uint32_t);
	__type(value, uint32_t);
} target_tids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, uint32_t);
} target_cgroup SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct abi_stats);
} stats SEC(".maps");
