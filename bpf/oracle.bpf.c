// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk for tests: a process has its own stack walked, by a test run from a known place in it,
 * or by a uprobe.
 *
 * The walk itself is that of the sampler, as are the maps that it goes by.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/inherit.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/unwind.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* What the last walk found, for the process to read in mapped memory. */
struct walked {
	uint32_t n;
	uint32_t verdict;
	uint32_t gap, rotation;
	uint64_t ns;             /* of the walk alone */
	uint64_t frames[ABI_USER_FRAMES_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct walked);
} result SEC(".maps");

/* The stacks of walk_beside: struct abi_event and its frames. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
} stacks SEC(".maps");

/* Hits of walk_here by outcome. */
uint64_t hits = 0, no_slot = 0, complete = 0, cut = 0, wrong = 0, ticks = 0, returns = 0;
/* Each complete stack of walk_here must have this hash, once it is known. */
uint64_t expected_hash = 0;

static __always_inline void walk(struct slot *s, uint32_t index, bool in_task)
{
	s->in_exec = 0;
	s->in_task = in_task;
	s->event.n_kernel = 0;
	walk_user(s, index);
}

SEC("raw_tp")
int walk_self(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t zero = 0, index;
	struct walked *out = bpf_map_lookup_elem(&result, &zero);
	struct slot *s = slot_claim(&index);
	uint64_t began;

	if (!s)
		return 1;
	if (out) {
		began = bpf_ktime_get_ns();
		begin_walk_below_kernel(s, task, task_tgid(task));
		walk(s, index, false);
		out->ns = bpf_ktime_get_ns() - began;
		out->n = s->event.n_user;
		out->verdict = s->verdict;
		out->gap = s->event.gap;
		out->rotation = s->event.rotation;
		bpf_probe_read_kernel(out->frames, sizeof(out->frames), s->frames);
	}
	slot_release(s);
	return 0;
}

/* Something that has uretprobes' trampolines put into the stack. */
SEC("uretprobe")
int on_return(struct pt_regs *ctx)
{
	__sync_fetch_and_add(&returns, 1);
	return 0;
}

/* The stack that a tick has interrupted, of the current task. */
static __always_inline void walk_interrupted(struct bpf_perf_event_data *ctx,
					     struct task_struct *task, struct slot *s,
					     uint32_t index)
{
	if (ctx->regs.cs & 3) {
		SET_REGISTERS(s, &ctx->regs);
		begin_walk(s, task, task_tgid(task), false);
	} else {
		begin_walk_below_kernel(s, task, task_tgid(task));
	}
	walk(s, index, false);
}

/* Ticks that interrupt the others. */
SEC("perf_event")
int walk_tick(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct slot *s;
	uint32_t index;

	__sync_fetch_and_add(&ticks, 1);
	s = slot_claim(&index);
	if (!s) {
		__sync_fetch_and_add(&no_slot, 1);
		return 0;
	}
	walk_interrupted(ctx, task, s, index);
	slot_release(s);
	return 0;
}

/* Another profiler's samples, which it gets, too. */
SEC("perf_event")
int walk_beside(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint64_t now = bpf_ktime_get_ns(), size;
	uint32_t index;
	struct slot *s;

	s = slot_claim(&index);
	if (!s) {
		__sync_fetch_and_add(&no_slot, 1);
		return 1;
	}
	walk_interrupted(ctx, task, s, index);
	s->event.time_ns = now;
	s->event.tid = task_tid(task);
	s->event.key.verdict = s->verdict;
	size = sizeof(s->event) + s->event.n_user * sizeof(uint64_t);
	asm volatile("" : "+r"(size));
	if (size <= sizeof(s->event) + sizeof(s->frames))
		bpf_ringbuf_output(&stacks, &s->event, size, 0);
	slot_release(s);
	return 1;
}

/* At a place that is always reached by the same calls. */
SEC("uprobe")
int walk_here(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint64_t hash;
	uint32_t index;
	struct slot *s;

	__sync_fetch_and_add(&hits, 1);
	s = slot_claim(&index);
	if (!s) {
		__sync_fetch_and_add(&no_slot, 1);
		return 0;
	}
	SET_REGISTERS(s, ctx);
	begin_walk(s, task, task_tgid(task), false);
	walk(s, index, true);
	hash = s->event.key.user_hash;
	if (s->verdict != VERDICT_ROOT)
		__sync_fetch_and_add(&cut, 1);
	else
		__sync_fetch_and_add(&complete, 1);
	if (s->verdict == VERDICT_ROOT && expected_hash == 0)
		expected_hash = hash;
	else if (hash != expected_hash)
		__sync_fetch_and_add(&wrong, 1);
	slot_release(s);
	return 0;
}
