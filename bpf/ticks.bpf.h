/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sample at each tick of a CPU.  Three things tick:
 *
 *  - a perf event on each CPU.  Its program gets the interrupted registers.  Ticks that the kernel
 *    skipped show as the event's count / period minus runs;
 *  - a BPF timer for each CPU, where perf events are refused.  Its callback runs in a softirq,
 *    which is too late: others, and sections that hold softirqs off, would never be seen.  But the
 *    timer's interrupt has raised that softirq, which is a tracepoint: the sample is taken there;
 *  - the kernel's own tick, where there are no such timers: the expiry of its hrtimer.  What works
 *    in step with it is hardly seen.
 *
 * The latter two run inside the interrupt.  The frames up to its entry are dropped from the
 * kernel's stack; when nothing is left, the CPU was in user mode.  User registers are where the
 * kernel saved them at its entry.
 */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/sample.bpf.h"

enum tick_outcome { TICK_TAKEN, TICK_LEFT_OUT };

/* The beginning of every tick: counted, and left out when it is not of a target. */
static __always_inline enum tick_outcome begin_tick(struct abi_stats *st, struct task_struct *task)
{
	uint32_t tgid = task_tgid(task);

	if (task->pid == 0)
		add_one(&st->idle_runs);
	/* Outside our pid namespace only the idle task has no number and still counts. */
	if ((tgid || task->pid == 0) && is_target(tgid, task_tid(task)))
		return TICK_TAKEN;
	add_one(&st->filtered);
	return TICK_LEFT_OUT;
}

/* ---- perf events ---- */

SEC("perf_event")
int sample_cpu(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t index, tgid = task_tgid(task);
	bool in_kernel = !(ctx->regs.cs & 3);
	struct abi_stats *st = own_stats();
	struct slot *s;

	if (!st || begin_tick(st, task) == TICK_LEFT_OUT)
		return 0;
	if (skip_idle && in_kernel && is_idle(task, ctx->regs.sp)) {
		add_one(&st->idle);
		return 0;
	}
	s = slot_claim(&index);
	if (!s) {
		add_one(&st->lost_nested);
		return 0;
	}
	describe(s, task, tgid, task_tid(task), 0);
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

/* ---- in an interrupt ---- */

struct abi_ticks ticks = {};

/* Without branches: the verifier would follow each, for each frame. */
static __always_inline uint32_t is_entry(uint64_t ip)
{
	uint32_t yes = 0;

	for (int i = 0; i < ABI_ENTRY_RANGES; i++)
		yes |= ip - 1 - ticks.entry_start[i] < ticks.entry_bytes[i];
	return yes;
}

/* So many of the slot's n frames are those of the interrupt that we are in. */
__noinline int count_interrupt(uint32_t index, uint32_t n)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);

	if (!s)
		return 0;
	for (uint32_t i = 0; i < ABI_KERNEL_FRAMES_MAX; i++) {
		if (i >= n)
			break;
		if (is_entry(s->frames[i]))
			return (int)i + 1;
	}
	return 0;
}

/* Drop so many of the slot's n frames.  Returns whether another interrupt is among the others. */
__noinline int drop_interrupt(uint32_t index, uint32_t n, uint32_t dropped)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	uint64_t hash = hash_seed;
	uint32_t i, is_nested = 0;

	if (!s)
		return 0;
	for (i = 0; i < ABI_KERNEL_FRAMES_MAX; i++) {
		uint64_t ip, from = (uint64_t)i + dropped;

		if (from >= n)
			break;
		/* The verifier must see the bound on the very register that is the index. */
		asm volatile("" : "+r"(from));
		ip = s->frames[from & ABI_KERNEL_FRAMES_MAX];
		s->frames[i] = ip;
		is_nested |= is_entry(ip);
		hash = hash_mix(hash, ip);
	}
	s->event.n_kernel = i;
	s->event.key.kernel_hash = i ? hash : 0;
	return (int)is_nested;
}

static __always_inline int sample_interrupted(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t index, tgid = task_tgid(task);
	struct abi_stats *st = own_stats();
	int is_nested = 0;
	struct slot *s;
	int64_t bytes;
	uint32_t n;

	if (!st || begin_tick(st, task) == TICK_LEFT_OUT)
		return 0;
	s = slot_claim(&index);
	if (!s) {
		add_one(&st->lost_nested);
		return 0;
	}
	describe(s, task, tgid, task_tid(task), 0);
	s->in_task = 0;
	bytes = bpf_get_stack(ctx, s->frames, ABI_KERNEL_FRAMES_MAX * sizeof(uint64_t), 0);
	if (bytes > 0) {
		n = (uint64_t)bytes / sizeof(uint64_t);
		is_nested = drop_interrupt(index, n, (uint32_t)count_interrupt(index, n));
	}
	if (skip_idle && task->pid == 0 && !is_nested) {
		add_one(&st->idle);
		slot_release(s);
		return 0;
	}
	begin_walk_below_kernel(s, task, tgid);
	finish_sample(index);
	return 0;
}

/* ---- timers ---- */

#define HRTIMER_SOFTIRQ 8
#define EINVAL 22

struct cpu_timer {
	struct bpf_timer timer;
	uint64_t due_ns;         /* the next sample */
	uint64_t taken_ns;       /* due_ns of the last one that was taken */
	uint32_t is_ready;       /* the timer has its callback */
	uint32_t is_armed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);               /* the possible CPUs, set before loading */
	__type(key, uint32_t);
	__type(value, struct cpu_timer);
} timers SEC(".maps");

/* Timers stay on their CPU from Linux 6.7 on; before, those of idle CPUs go to busy ones. */
uint64_t timer_flags = BPF_F_TIMER_CPU_PIN;

/* The next sample that is due after now: what is between is lost. */
static __always_inline void move_on(struct cpu_timer *c, uint64_t now)
{
	if (!c->due_ns)
		c->due_ns = ticks.first_ns;
	if (now >= c->due_ns)
		c->due_ns += ((now - c->due_ns) / ticks.period_ns + 1) * ticks.period_ns;
}

static int on_timer(void *map, uint32_t *key, struct cpu_timer *c)
{
	uint64_t now = bpf_ktime_get_ns();

	/* On another CPU it is of no use: the next interrupt of its own arms it again. */
	if (!ticks.count || *key != bpf_get_smp_processor_id()) {
		c->is_armed = 0;
		return 0;
	}
	move_on(c, now);
	if (bpf_timer_start(&c->timer, c->due_ns - now, timer_flags))
		c->is_armed = 0;
	return 0;
}

static __always_inline int start_timer(struct cpu_timer *c, uint64_t ns)
{
	int r = bpf_timer_start(&c->timer, ns, timer_flags);

	if (r != -EINVAL || !timer_flags)
		return r;
	timer_flags = 0;
	return bpf_timer_start(&c->timer, ns, 0);
}

/* Timers are armed on their own CPU, and in an interrupt, where no lock of the timers is held. */
SEC("tp_btf/hrtimer_expire_entry")
int BPF_PROG(arm_timer)
{
	uint32_t cpu = bpf_get_smp_processor_id();
	struct cpu_timer *c;
	uint64_t now;

	if (!ticks.count || !cpu_is_target())
		return 0;
	c = bpf_map_lookup_elem(&timers, &cpu);
	if (!c || c->is_armed || __sync_val_compare_and_swap(&c->is_armed, 0, 1))
		return 0;
	if (!c->is_ready) {
		if (bpf_timer_init(&c->timer, &timers, CLOCK_MONOTONIC) ||
		    bpf_timer_set_callback(&c->timer, on_timer))
			return 0;
		c->is_ready = 1;
	}
	now = bpf_ktime_get_ns();
	move_on(c, now);
	if (start_timer(c, c->due_ns - now))
		c->is_armed = 0;
	return 0;
}

SEC("tp_btf/softirq_raise")
int BPF_PROG(sample_timer, unsigned int vector)
{
	uint32_t cpu = bpf_get_smp_processor_id();
	struct cpu_timer *c;

	if (vector != HRTIMER_SOFTIRQ || !ticks.count)
		return 0;
	c = bpf_map_lookup_elem(&timers, &cpu);
	if (!c || !c->is_armed || c->taken_ns == c->due_ns || bpf_ktime_get_ns() < c->due_ns)
		return 0;
	c->taken_ns = c->due_ns;
	return sample_interrupted(ctx);
}

/* ---- the kernel's tick ---- */

static __always_inline bool is_tick(const struct hrtimer *timer)
{
	uint64_t function = (uint64_t)timer->function;

	for (int i = 0; i < ABI_TICK_FUNCTIONS; i++)
		if (function && function == ticks.functions[i])
			return true;
	return false;
}

static __always_inline bool tick_is_due(void)
{
	uint32_t cpu = bpf_get_smp_processor_id();
	struct cpu_timer *c = bpf_map_lookup_elem(&timers, &cpu);
	uint64_t now = bpf_ktime_get_ns();

	if (!c)
		return false;
	if (!c->due_ns)
		c->due_ns = ticks.first_ns;
	if (now < c->due_ns)
		return false;
	move_on(c, now);
	return true;
}

SEC("tp_btf/hrtimer_expire_entry")
int BPF_PROG(sample_tick, struct hrtimer *timer)
{
	if (!ticks.count || !is_tick(timer) || !cpu_is_target() || !(ticks.every || tick_is_due()))
		return 0;
	return sample_interrupted(ctx);
}
