/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of the sampler, besides those of the walk. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

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

/* Hits of each probe that were of a target, sampled or lost. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);               /* set before loading */
	__type(key, uint32_t);
	__type(value, uint64_t);
} hits SEC(".maps");
