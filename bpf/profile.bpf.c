// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sampler: a sample at each tick of a CPU's event, or at each hit of a probe.
 *
 * Ticks that the kernel skipped show as event count / period minus runs, skipped hits in its own
 * counters.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/inherit.bpf.h"
#include "bpf/probes.bpf.h"
#include "bpf/sample.bpf.h"

char LICENSE[] SEC("license") = "GPL";

SEC("perf_event")
int sample_cpu(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t index, tgid = task_tgid(task), tid = task_tid(task);
	bool in_kernel = !(ctx->regs.cs & 3);
	struct abi_stats *st = own_stats();
	struct slot *s;

	if (!st)
		return 0;
	if (task->pid == 0)
		add_one(&st->idle_runs);
	/* Outside our pid namespace only the idle task has no number and still counts. */
	if ((!tgid && task->pid != 0) || !is_target(tgid, tid)) {
		add_one(&st->filtered);
		return 0;
	}
	if (skip_idle && in_kernel && is_idle(task, ctx->regs.sp)) {
		add_one(&st->idle);
		return 0;
	}
	s = slot_claim(&index);
	if (!s) {
		add_one(&st->lost_nested);
		return 0;
	}
	describe(index, tgid, tid, 0);
	s->in_task = 0;
	if (in_kernel) {
		walk_kernel(ctx, s, ctx->regs.ip);
		begin_walk_below_kernel(s, task, tgid);
	} else {
		SET_REGISTERS(s, &ctx->regs);
		s->in_exec = 0;
		begin_walk(s, task, tgid, false);
	}
	finish_sample(index);
	return 0;
}

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
