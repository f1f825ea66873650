/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a sample, be it of a tick or of a probe: described, walked, counted by content,
 * and each stack sent once.
 *
 * Nothing is lost without being counted: each run adds one to exactly one of the outcomes in struct
 * abi_stats, so the runs are their sum.  Another task's probe may come in between at any place, so
 * counters are added to atomically.
 */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"
#include "bpf/filter.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/slots.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/unwind.bpf.h"

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

static __always_inline struct abi_stats *own_stats(void)
{
	uint32_t zero = 0;

	return bpf_map_lookup_elem(&stats, &zero);
}

static __always_inline void add_one(uint64_t *counter)
{
	__sync_fetch_and_add(counter, 1);
}

/* ---- what the sample is ---- */

/* Changes with every exec of the process, when its id is used again, and when code is replaced. */
static __always_inline uint32_t epoch_of(struct task_struct *task, uint32_t tgid)
{
	uint64_t epoch = hash_mix(task->self_exec_id, task->group_leader->start_time);
	uint32_t *remapped = any_remap ? bpf_map_lookup_elem(&remaps, &tgid) : NULL;

	return (uint32_t)(remapped ? hash_mix(epoch, *remapped) : epoch);
}

/* The current task's, whose ids in our pid namespace are these. */
static __always_inline void describe(struct slot *s, struct task_struct *task, uint32_t tgid,
				     uint32_t tid, uint32_t probe)
{
	s->event.time_ns = every_sample ? bpf_ktime_get_ns() : 0;
	s->event.tid = tid;
	s->event.cpu = bpf_get_smp_processor_id();
	s->event.n_kernel = 0;
	s->event.key.kernel_hash = 0;
	s->event.key.tgid = tgid;
	s->event.key.epoch = epoch_of(task, tgid);
	s->event.key.group = group == ABI_GROUP_CPU ? s->event.cpu :
			     group == ABI_GROUP_TID ? tid : 0;
	s->event.key.probe = probe;
	task_name(task, s->event.key.comm);
}

/*
 * Most samples are only counted, with others of the same stack, and nobody sees their time; reading
 * the clock takes as long as three frames.  Once the stack is walked is early enough: code that is
 * on it stays where it is meanwhile.
 */
static __always_inline void note_time(struct slot *s)
{
	if (!s->event.time_ns)
		s->event.time_ns = bpf_ktime_get_ns();
}

/* Frames of the kernel's own unwinder; at least `ip`, where the kernel was, unless that is 0. */
static __always_inline void walk_kernel(void *ctx, struct slot *s, uint64_t ip)
{
	uint64_t hash = hash_seed;
	int64_t bytes = bpf_get_stack(ctx, s->frames, ABI_KERNEL_FRAMES_MAX * sizeof(uint64_t), 0);
	uint64_t n = (uint64_t)bytes / sizeof(uint64_t);

	if (bytes <= 0 || n > ABI_KERNEL_FRAMES_MAX) {
		s->frames[0] = ip;
		n = ip != 0;
	}
	for (uint32_t i = 0; i < ABI_KERNEL_FRAMES_MAX; i++) {
		if (i >= n)
			break;
		hash = hash_mix(hash, s->frames[i]);
	}
	s->event.n_kernel = n;
	s->event.key.kernel_hash = hash;
}

/* ---- what is sent ---- */

/*
 * Put the true return addresses back where uretprobes that are pending have their trampoline in the
 * copied stack: only the kernel knows them.
 */
static __always_inline void repair_copy(const struct slot *s, struct abi_copy *copy)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct return_instance *ri;

	if (!s->trampoline || !task->utask)
		return;
	ri = task->utask->return_instances;
	for (int i = 0; i < 64 && ri; i++) {
		uint64_t offset = BPF_CORE_READ(ri, stack) - copy->address;

		if (offset <= sizeof(copy->pages) - 8)
			*(uint64_t *)((uint8_t *)copy->pages + offset) =
				BPF_CORE_READ(ri, orig_ret_vaddr);
		ri = BPF_CORE_READ(ri, next);
	}
}

/*
 * The stack as it is, for user space to walk: sent when a table that the walk needed is not there
 * yet.  Whole pages are read, so that a page that cannot be read takes nothing else with it.
 */
__noinline int send_copy(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);
	struct abi_stats *st = own_stats();
	struct abi_copy *copy;
	uint64_t address;
	uint32_t n = 0;

	if (!s || !st)
		return 1;
	/* An address in no mapping may be of a new one, or a bad one that is met for ever. */
	if (s->slice && s->verdict == VERDICT_UNMAPPED &&
	    __sync_fetch_and_add(&doubtful_copies_left, -1) <= 0)
		return 1;
	if (__sync_fetch_and_add(&copies_left, -1) <= 0 ||
	    bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > copies_below) {
		add_one(&st->lost_copies);
		return 1;
	}
	copy = bpf_ringbuf_reserve(&events, sizeof(*copy), 0);
	if (!copy) {
		add_one(&st->lost_copies);
		return 1;
	}
	address = s->regs[ABI_SP] & ~(uint64_t)(PAGE_BYTES - 1);
	note_time(s);
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
	repair_copy(s, copy);
	bpf_ringbuf_submit(copy, BPF_RB_NO_WAKEUP);
	add_one(&st->copies);
	s->copied = 1;
	return 0;
}

/* Put the event into the ring, with or without its frames. */
static __always_inline bool send(struct slot *s, bool with_frames)
{
	uint64_t n = 0, size, flags;

	note_time(s);
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

/* ---- what is counted ---- */

/* The counter of the slot's key, made when it is new.  NULL when the map is full. */
static __always_inline struct abi_count *count_of(struct slot *s)
{
	struct abi_count *count;
	uint32_t zero = 0;
	void *map;

	map = bpf_map_lookup_elem(&counts, &zero);
	if (!map)
		return NULL;
	count = bpf_map_lookup_elem(map, &s->event.key);
	if (count)
		return count;
	note_time(s);
	s->first.count = 0;
	s->first.first_ns = s->event.time_ns;
	s->first.tid = s->event.tid;
	s->first.cpu = s->event.cpu;
	s->first.sent = 0;
	/* Another CPU may insert the same key first: whoever did, the counter is there then. */
	bpf_map_update_elem(map, &s->event.key, &s->first, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, &s->event.key);
}

/*
 * The first hit of a new stack goes to the reader at once, so that it can open the files while they
 * are there; later ones are counted.  When the ring is full the first hits are counted too and the
 * next one tries to send the stack again.  False: there is no room for the sample anywhere.
 */
static __always_inline bool take(struct slot *s)
{
	struct abi_count *count;
	bool is_new;

	/* What is copied belongs to this sample alone: it is not counted with others. */
	if (s->copied)
		return send(s, true);
	count = every_sample ? NULL : count_of(s);
	is_new = !(count && count->sent) && !is_known(s);
	if (is_new && send_new(s)) {
		if (count)
			count->sent = 1;
		return true;
	}
	if (count) {
		__sync_fetch_and_add(&count->count, 1);
		count->sent = !is_new;
		return true;
	}
	return !is_new && send(s, false);
}

static __always_inline void account(struct slot *s)
{
	struct abi_stats *st = own_stats();

	if (!st)
		return;
	if (take(s)) {
		add_one(&st->taken);
		add_one(&st->verdicts[s->event.key.verdict & (ABI_VERDICTS_MAX - 1)]);
	} else if (every_sample) {
		add_one(&st->lost_ring);
	} else {
		add_one(&st->lost_map);
	}
}

/* The user part of the stack, whose walk has been begun, and the rest of the sample's way. */
__noinline int finish_sample(uint32_t index)
{
	struct slot *s = bpf_map_lookup_elem(&slots, &index);

	if (!s)
		return 1;
	walk_user(s, index);
	s->copied = 0;
	if (use_tables && (s->verdict == VERDICT_PENDING || s->verdict == VERDICT_UNMAPPED))
		send_copy(index);
	account(s);
	slot_release(s);
	return 0;
}
