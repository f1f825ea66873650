/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that pass mappings on at fork and drop them at exit. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/pool.bpf.h"
#include "bpf/task.bpf.h"

/* Children that the table of processes had no room for. */
uint64_t lost_processes = 0;

/* A child has its parent's mappings, and is walked from its first instruction on. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(inherit_mappings, struct task_struct *parent, struct task_struct *child)
{
	uint32_t from = task_tgid(parent), to = task_tgid(child);
	uint32_t slice = from != to && to ? process_slice(from) : 0;

	if (slice && !process_put(to, slice))
		__sync_fetch_and_add(&lost_processes, 1);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(drop_mappings, struct task_struct *task)
{
	uint32_t tgid = task_tgid(task);

	if (tgid && BPF_CORE_READ(task, signal, live.counter) == 0)
		process_remove(tgid);
	return 0;
}
