/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs at probes: each hit is a sample.
 *
 * User space loads each as often as there are ways to attach it: at_kernel, which looks at nothing
 * in its context, is a program for kprobes, tracepoints and function entries alike.  Which
 * probe was hit tells the cookie of the link; where links have none, a program is loaded for every
 * probe.
 */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/sample.bpf.h"

/* asm/thread_info.h */
#define TS_COMPAT 2

/* The one probe that this program is at, plus 1; 0: its links tell. */
const volatile uint32_t only_probe = 0;
/* Probes of system calls by their number, plus 1. */
const volatile uint32_t syscall_probes[ABI_SYSCALLS_MAX] = {};
/* Programs at uprobes sample this process alone; 0: all targets. */
const volatile uint32_t uprobe_tgid = 0;

static __always_inline uint32_t probe_of(void *ctx)
{
	return only_probe ? only_probe - 1 : (uint32_t)bpf_get_attach_cookie(ctx);
}

/* Is the current task, on this CPU, to be sampled? */
static __always_inline bool hits_target(struct task_struct *task, uint32_t tgid, uint32_t tid,
					uint32_t only_tgid)
{
	/* Outside our pid namespace only the idle task has no number and still counts. */
	if ((!tgid && task->pid != 0) || (only_tgid && tgid != only_tgid) || !cpu_is_target())
		return false;
	return is_target(tgid, tid);
}

/* A hit of a target is counted, and gets a slot if there is one. */
static __always_inline struct slot *begin_hit(struct task_struct *task, uint32_t probe,
					      uint32_t only_tgid, uint32_t *index)
{
	uint32_t tgid = task_tgid(task), tid = task_tid(task);
	struct abi_stats *st = own_stats();
	uint64_t *count;
	struct slot *s;

	if (!st)
		return NULL;
	if (!hits_target(task, tgid, tid, only_tgid)) {
		add_one(&st->filtered);
		return NULL;
	}
	count = bpf_map_lookup_elem(&hits, &probe);
	if (count)
		add_one(count);
	s = slot_claim(index);
	if (!s) {
		add_one(&st->lost_nested);
		return NULL;
	}
	describe(s, task, tgid, tid, probe);
	return s;
}

/*
 * Programs at uprobes: another task can come in between and run the same.
 *
 * Since Linux 6.13 functions with a BPF stack of 64 bytes or more have it in memory of the CPU and
 * the program, where the two tasks' would be the same.  Not so programs that have a tail call, be
 * it one that is never made: theirs is on the stack of the task.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, uint32_t);
} no_programs SEC(".maps");

const volatile bool calls_programs = false;

#define KEEP_STACK_OF_TASK(ctx)                                                                    \
	do {                                                                                       \
		if (calls_programs)                                                                \
			bpf_tail_call(ctx, &no_programs, 0);                                       \
	} while (0)

static __always_inline struct slot *begin_uprobe(struct pt_regs *ctx, bool in_call,
						 uint32_t *index)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct slot *s;

	KEEP_STACK_OF_TASK(ctx);
	s = begin_hit(task, probe_of(ctx), uprobe_tgid, index);
	if (!s)
		return NULL;
	s->in_task = 0;
	s->in_exec = 0;
	SET_REGISTERS(s, ctx);
	begin_walk(s, task, s->event.key.tgid, in_call);
	return s;
}

SEC("uprobe")
int at_uprobe(struct pt_regs *ctx)
{
	uint32_t index;

	if (begin_uprobe(ctx, false, &index))
		finish_sample(index);
	return 0;
}

/* The function has returned: its caller is the innermost frame, in the call. */
SEC("uretprobe")
int at_uretprobe(struct pt_regs *ctx)
{
	uint32_t index;
	struct slot *s = begin_uprobe(ctx, true, &index);

	if (!s)
		return 0;
	if (s->trampoline && s->ip == s->trampoline) {
		repair_return(index, s->sp - s->word);
		s->regs[ABI_IP] = s->ip = s->ra;
		s->at = s->ip - 1;
	}
	finish_sample(index);
	return 0;
}

/* At whatever place in the kernel. */
static __always_inline int hit_kernel(void *ctx, uint32_t probe)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t index;
	struct slot *s = begin_hit(task, probe, 0, &index);

	if (!s)
		return 0;
	s->in_task = 0;
	walk_kernel(ctx, s, 0);
	begin_walk_below_kernel(s, task, s->event.key.tgid);
	finish_sample(index);
	return 0;
}

SEC("kprobe")
int at_kernel(void *ctx)
{
	return hit_kernel(ctx, probe_of(ctx));
}

/* At the beginning or the end of every system call; most are of no interest. */
SEC("raw_tp")
int at_syscall(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)ctx->args[0];
	uint64_t number = 0;
	uint32_t probe;

	if (bpf_probe_read_kernel(&number, sizeof(number), &regs->orig_ax) ||
	    number >= ABI_SYSCALLS_MAX)
		return 0;
	probe = syscall_probes[number & (ABI_SYSCALLS_MAX - 1)];
	if (!probe || (task->thread_info.status & TS_COMPAT))
		return 0;
	return hit_kernel(ctx, probe - 1);
}
