// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sampler: at each tick of a CPU's event, take the stack, count it by content, and send each
 * stack once.
 *
 * Nothing is lost without being counted: each run adds one to exactly one of the outcomes in struct
 * abi_stats, so the runs are their sum; ticks that the kernel skipped show as event count / period
 * minus runs.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/maps.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/filter.bpf.h"
#include "bpf/inherit.bpf.h"
#include "bpf/unwind.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile uint32_t group = ABI_GROUP_NONE;
/* Every sample is an event with its own time. */
const volatile bool every_sample = false;
/* Set by user space with the first entry in the map of remaps. */
bool any_remap = false;
/* The reader is woken when more bytes than this are in the ring. */
const volatile uint64_t wakeup_bytes = 1 << 20;
/* Stacks are copied as long as this many have not been, and no more bytes are in the ring. */
int copies_left = 0, doubtful_copies_left = 0;
const volatile uint64_t copies_below = 0;

/* Frames of the kernel's own unwinder; at least the sampled ip when the CPU was in the kernel. */
static __always_inline void walk_kernel(void *ctx, struct slot *s, uint64_t ip)
{
	uint64_t hash = hash_seed;
	int64_t bytes = bpf_get_stack(ctx, s->frames, ABI_KERNEL_FRAMES_MAX * sizeof(uint64_t), 0);
	uint64_t n = (uint64_t)bytes / sizeof(uint64_t);

	if (bytes <= 0 || n > ABI_KERNEL_FRAMES_MAX) {
		s->frames[0] = ip;
		n = 1;
	}
	for (uint32_t i = 0; i < ABI_KERNEL_FRAMES_MAX; i++) {
		if (i >= n)
			break;
		hash = hash_mix(hash, s->frames[i]);
	}
	s->event.n_kernel = n;
	s->event.key.kernel_hash = hash;
}

/*
 * The stack as it is, for user space to walk: sent when a table that the walk needed is not there
 * yet.  Whole pages are read, so that a page that cannot be read takes nothing else with it.
 */
static __always_inline void send_copy(struct slot *s, struct abi_stats *st)
{
	uint64_t address = s->regs[ABI_SP] & ~(uint64_t)(PAGE_BYTES - 1);
	uint32_t n = 0;
	struct abi_copy *copy;

	/* An address in no mapping may be of a new one, or a bad one that is met for ever. */
	if (s->slice && s->verdict == VERDICT_UNMAPPED &&
	    __sync_fetch_and_add(&doubtful_copies_left, -1) <= 0)
		return;
	if (__sync_fetch_and_add(&copies_left, -1) <= 0 ||
	    bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > copies_below) {
		st->lost_copies++;
		return;
	}
	copy = bpf_ringbuf_reserve(&events, sizeof(*copy), 0);
	if (!copy) {
		st->lost_copies++;
		return;
	}
	copy->record = ABI_COPY;
	copy->time_ns = s->event.time_ns;
	copy->cpu = s->event.cpu;
	copy->address = address;
	__builtin_memcpy(copy->regs, s->regs, sizeof(copy->regs));
	copy->pad = 0;
	for (int i = 0; i < ABI_COPY_PAGES; i++) {
		if (bpf_probe_read_user(copy->pages[i], PAGE_BYTES, (void *)address))
			break;
		address += PAGE_BYTES;
		n++;
	}
	copy->n_pages = n;
	bpf_ringbuf_submit(copy, BPF_RB_NO_WAKEUP);
	st->copies++;
	s->copied = 1;
}

/* Put the event into the ring, with or without its frames. */
static __always_inline bool send(struct slot *s, bool with_frames)
{
	uint64_t n = 0, size, flags;

	if (with_frames)
		n = (uint64_t)s->event.n_kernel + s->event.n_user;
	else
		s->event.n_kernel = s->event.n_user = 0;
	size = sizeof(s->event) + n * sizeof(uint64_t);
	/* The verifier must see the check on the very register that the call gets. */
	asm volatile("" : "+r"(size));
	if (size > sizeof(s->event) + sizeof(s->frames))
		return false;
	/* A table that is wanted is built sooner if the reader is told of it. */
	flags = s->wants_table ||
		bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > wakeup_bytes ?
		BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
	return bpf_ringbuf_output(&events, &s->event, size, flags) == 0;
}

static __always_inline bool is_known(const struct slot *s)
{
	struct stack_id id = { s->event.key.user_hash, s->event.key.kernel_hash };

	return bpf_map_lookup_elem(&known, &id);
}

/* Send the sample with its frames; from then on the reader knows the stack. */
static __always_inline bool send_new(struct slot *s)
{
	struct stack_id id = { s->event.key.user_hash, s->event.key.kernel_hash };
	uint8_t one = 1;

	if (!send(s, true))
		return false;
	bpf_map_update_elem(&known, &id, &one, BPF_ANY);
	return true;
}

/* The counter of the slot's key, made when it is new.  NULL when the map is full. */
static __always_inline struct abi_count *count_of(struct slot *s)
{
	struct abi_count first = {}, *count;
	uint32_t zero = 0;
	void *map;

	map = bpf_map_lookup_elem(&counts, &zero);
	if (!map)
		return NULL;
	count = bpf_map_lookup_elem(map, &s->event.key);
	if (count)
		return count;
	first.first_ns = s->event.time_ns;
	first.tid = s->event.tid;
	first.cpu = s->event.cpu;
	/* Another CPU may insert the same key first: whoever did, the counter is there then. */
	bpf_map_update_elem(map, &s->event.key, &first, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, &s->event.key);
}

/*
 * The first hit of a new stack goes to the reader at once, so that it can open the files while they
 * are there; later ones are counted.  When the ring is full the first hits are counted too and the
 * next one tries to send the stack again.
 */
static __always_inline void account(struct slot *s, struct abi_stats *st)
{
	struct abi_count *count = every_sample || s->copied ? NULL : count_of(s);
	bool is_new = !(count && count->sent) && !is_known(s);

	/* What is copied belongs to this sample alone: it is not counted with others. */
	if (s->copied && send(s, true)) {
		st->taken++;
		st->verdicts[s->event.key.verdict & (ABI_VERDICTS_MAX - 1)]++;
		return;
	}
	if (is_new && send_new(s)) {
		if (count)
			count->sent = 1;
	} else if (count) {
		__sync_fetch_and_add(&count->count, 1);
		count->sent = !is_new;
	} else if (is_new || !send(s, false)) {
		if (every_sample)
			st->lost_ring++;
		else
			st->lost_map++;
		return;
	}
	st->taken++;
	st->verdicts[s->event.key.verdict & (ABI_VERDICTS_MAX - 1)]++;
}

/* Changes with every exec of the process, when its id is used again, and when code is replaced. */
static __always_inline uint32_t epoch_of(struct task_struct *task, uint32_t tgid)
{
	uint64_t epoch = hash_mix(task->self_exec_id,
				  BPF_CORE_READ(task, group_leader, start_time));
	uint32_t *remapped = any_remap ? bpf_map_lookup_elem(&remaps, &tgid) : NULL;

	return (uint32_t)(remapped ? hash_mix(epoch, *remapped) : epoch);
}

static __always_inline void describe(struct slot *s, struct task_struct *task, uint32_t tgid,
				     uint32_t tid)
{
	s->event.time_ns = bpf_ktime_get_ns();
	s->event.tid = tid;
	s->event.cpu = bpf_get_smp_processor_id();
	s->event.n_kernel = 0;
	s->event.key.kernel_hash = 0;
	s->event.key.tgid = tgid;
	s->event.key.epoch = epoch_of(task, tgid);
	s->event.key.group = group == ABI_GROUP_CPU ? s->event.cpu :
			     group == ABI_GROUP_TID ? tid : 0;
}

SEC("perf_event")
int sample_cpu(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bool in_kernel = !(ctx->regs.cs & 3);
	uint32_t zero = 0, index, tgid, tid;
	char comm[ABI_COMM_LEN];
	struct abi_stats *st;
	struct slot *s;

	st = bpf_map_lookup_elem(&stats, &zero);
	if (!st)
		return 0;
	tgid = task_tgid(task);
	tid = task_tid(task);
	bpf_get_current_comm(comm, sizeof(comm));
	if (task->pid == 0)
		st->idle_runs++;
	/* Outside our pid namespace only the idle task has no number and still counts. */
	if ((!tgid && task->pid != 0) || !is_target(tgid, tid, comm)) {
		st->filtered++;
		return 0;
	}
	if (skip_idle && in_kernel && is_idle(task, ctx->regs.sp)) {
		st->idle++;
		return 0;
	}
	s = slot_claim(&index);
	if (!s) {
		st->lost_nested++;
		return 0;
	}
	describe(s, task, tgid, tid);
	__builtin_memcpy(s->event.key.comm, comm, sizeof(comm));
	s->in_task = 0;
	if (in_kernel) {
		walk_kernel(ctx, s, ctx->regs.ip);
		begin_walk_below_kernel(s, task, tgid);
	} else {
		SET_REGISTERS(s, &ctx->regs);
		s->in_exec = 0;
		begin_walk(s, task, tgid, false);
	}
	walk_user(s, index);
	s->copied = 0;
	if (use_tables && (s->verdict == VERDICT_PENDING || s->verdict == VERDICT_UNMAPPED))
		send_copy(s, st);
	account(s, st);
	slot_release(s);
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
