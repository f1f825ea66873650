/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which samples are of a target. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/maps.bpf.h"

const volatile bool filter_tgid = false;
const volatile bool filter_tid = false;
const volatile bool filter_comm = false;
const volatile bool filter_cgroup = false;
const volatile bool skip_idle = false;

/* profile-bee's own processes: left out, or (own_only) the only ones. */
const volatile uint32_t own_tgids[ABI_OWN_MAX] = {};
const volatile uint32_t own_count = 0;
const volatile bool own_only = false;

/*
 * A glob over the thread name as a bit-parallel automaton: bit i of the state means that i tokens
 * have matched.  comm_match[c] has bit i when token i accepts the byte c, comm_loop has bit i when
 * a `*` stands before token i, comm_accept is the bit of the last state.
 */
const volatile uint64_t comm_match[256] = {};
const volatile uint64_t comm_loop = 0;
const volatile uint64_t comm_accept = 0;

static __always_inline bool comm_is_target(const char comm[ABI_COMM_LEN])
{
	uint64_t state = 1;

	for (int i = 0; i < ABI_COMM_LEN; i++) {
		uint8_t c = comm[i];

		if (!c)
			break;
		state = ((state & comm_match[c]) << 1) | (state & comm_loop);
	}
	return state & comm_accept;
}

static __always_inline bool is_own(uint32_t tgid)
{
	for (uint32_t i = 0; i < ABI_OWN_MAX; i++)
		if (i < own_count && own_tgids[i] == tgid)
			return true;
	return false;
}

/* The CPUs to sample, a bit for each; events are on those alone, probes are on all. */
const volatile bool filter_cpu = false;
const volatile uint64_t target_cpus[ABI_CPUS_MAX / 64] = {};

static __always_inline bool cpu_is_target(void)
{
	uint32_t cpu = bpf_get_smp_processor_id();

	if (!filter_cpu)
		return true;
	return cpu < ABI_CPUS_MAX && target_cpus[cpu / 64] >> (cpu % 64) & 1;
}

static __always_inline bool is_target(uint32_t tgid, uint32_t tid)
{
	char comm[ABI_COMM_LEN];

	if (is_own(tgid) != own_only)
		return false;
	if (filter_tgid && !bpf_map_lookup_elem(&targets, &tgid))
		return false;
	if (filter_tid && !bpf_map_lookup_elem(&target_tids, &tid))
		return false;
	if (filter_comm) {
		bpf_get_current_comm(comm, sizeof(comm));
		if (!comm_is_target(comm))
			return false;
	}
	if (filter_cgroup && bpf_current_task_under_cgroup(&target_cgroup, 0) != 1)
		return false;
	return true;
}

#define THREAD_SIZE 16384

/*
 * The idle task itself, that is on its own stack.  Interrupt and softirq work on an idle CPU runs
 * on the interrupt stack and so stays.
 */
static __always_inline bool is_idle(struct task_struct *task, uint64_t kernel_sp)
{
	return task->pid == 0 && kernel_sp - (uint64_t)task->stack < THREAD_SIZE;
}
