/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identities of tasks as profile-bee's own pid namespace sees them. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Depth of our pid namespace (0: the initial one) and its inode number, set before loading. */
const volatile uint32_t ns_level = 0;
const volatile uint32_t ns_inum = 0;

enum { PIDTYPE_PID = 0, PIDTYPE_TGID = 1 };

/* The number of `pid` in our namespace, 0 when it has none there. */
static __always_inline uint32_t pid_number(struct pid *pid)
{
	struct upid *upid;

	if (!pid || BPF_CORE_READ(pid, level) < ns_level)
		return 0;
	upid = (struct upid *)((char *)pid + bpf_core_field_offset(struct pid, numbers) +
			       ns_level * bpf_core_type_size(struct upid));
	if (BPF_CORE_READ(upid, ns, ns.inum) != ns_inum)
		return 0;
	return BPF_CORE_READ(upid, nr);
}

static __always_inline uint32_t task_tid(struct task_struct *task)
{
	if (ns_level == 0)
		return task->pid;
	return pid_number(BPF_CORE_READ(task, thread_pid));
}

static __always_inline uint32_t task_tgid(struct task_struct *task)
{
	if (ns_level == 0)
		return task->tgid;
	return pid_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
}

/*
 * The thread's name as it is, in a tenth of bpf_get_current_comm()'s time.  Anything may be behind
 * the NUL: in Linux 5.15, and while the name is changed.
 */
static __always_inline void task_name(struct task_struct *task, char name[16])
{
	((uint64_t *)name)[0] = *(uint64_t *)&task->comm[0];
	((uint64_t *)name)[1] = *(uint64_t *)&task->comm[8];
}
