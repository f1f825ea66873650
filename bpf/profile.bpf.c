// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sampler: a sample at each tick of a CPU, or at each hit of a probe.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/inherit.bpf.h"
#include "bpf/probes.bpf.h"
#include "bpf/sample.bpf.h"
#include "bpf/ticks.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* A child of a target is one from its first instruction on. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(follow_fork, struct task_struct *parent, struct task_struct *child)
{
	uint32_t from = task_tgid(parent), to = task_tgid(child);
	uint32_t *children = bpf_map_lookup_elem(&targets, &from);
	uint32_t one = 1;

	if (children && from != to && to)
		bpf_map_update_elem(&targets, &to, &one, BPF_ANY);
	return 0;
}

/*
 * Forget a process when its leader's task is freed, not when it exits: tearing down its memory is
 * work of the process and is sampled too.
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(forget_process, struct task_struct *task)
{
	uint32_t tgid = task->tgid;

	if (ns_level == 0 && task->pid == task->tgid)
		bpf_map_delete_elem(&targets, &tgid);
	return 0;
}
