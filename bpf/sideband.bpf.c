// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens to processes, where the kernel's own side-band events are refused: forks, names and
 * programs, exits, and executable mappings but for their paths, which the iterators tell.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/mapping.bpf.h"
#include "bpf/task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 2 << 20);
} happenings SEC(".maps");

/* Those that the ring had no room for. */
uint64_t lost = 0;

/* linux/mm.h, asm/thread_info.h, and both kinds of system calls' numbers of execve, execveat. */
#define VM_WRITE 2
#define TS_COMPAT 2
#define SYS_EXECVE 59
#define SYS_EXECVEAT 322
#define SYS32_EXECVE 11
#define SYS32_EXECVEAT 358

static __always_inline void describe(struct abi_happening *h, uint32_t kind,
				     struct task_struct *task, uint32_t tgid)
{
	h->kind = kind;
	h->tgid = tgid;
	h->tid = task_tid(task);
	h->parent_tgid = h->parent_tid = 0;
	h->cpu = bpf_get_smp_processor_id();
	h->time_ns = bpf_ktime_get_ns();
	h->exec_id = (uint32_t)task->self_exec_id;
	h->is_last = 0;
	h->comm[0] = 0;
}

static __always_inline struct abi_happening *begin(uint32_t kind, struct task_struct *task)
{
	uint32_t tgid = task_tgid(task);
	struct abi_happening *h;

	/* Outside our pid namespace: a process that is no target. */
	if (!tgid)
		return NULL;
	h = bpf_ringbuf_reserve(&happenings, sizeof(*h), 0);
	if (!h) {
		__sync_fetch_and_add(&lost, 1);
		return NULL;
	}
	describe(h, kind, task, tgid);
	return h;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(note_fork, struct task_struct *parent, struct task_struct *child)
{
	struct abi_happening *h = begin(ABI_FORK, child);

	if (!h)
		return 0;
	h->parent_tgid = task_tgid(parent);
	h->parent_tid = task_tid(parent);
	bpf_ringbuf_submit(h, 0);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(note_exit, struct task_struct *task)
{
	struct abi_happening *h = begin(ABI_EXIT, task);

	if (!h)
		return 0;
	h->is_last = BPF_CORE_READ(task, signal, live.counter) == 0;
	bpf_ringbuf_submit(h, 0);
	return 0;
}

static __always_inline bool is_exec(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	uint64_t number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &regs->orig_ax);
	if (task->thread_info.status & TS_COMPAT)
		return number == SYS32_EXECVE || number == SYS32_EXECVEAT;
	return number == SYS_EXECVE || number == SYS_EXECVEAT;
}

/*
 * An exec names the task when the old mappings are gone and before it makes new ones; the number of
 * execs is raised just after that.
 */
SEC("tp_btf/task_rename")
int BPF_PROG(note_name, struct task_struct *task, const char *comm)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct abi_happening *h = begin(ABI_NAME, task);

	if (!h)
		return 0;
	bpf_probe_read_kernel_str(h->comm, sizeof(h->comm), comm);
	if (task->pid == current->pid && is_exec(current)) {
		h->kind = ABI_EXEC;
		h->exec_id++;
	}
	bpf_ringbuf_submit(h, 0);
	return 0;
}

/* An exec maps without a file what is not to be written to: that is the vdso. */
SEC("fentry/perf_event_mmap")
int BPF_PROG(note_mapping, struct vm_area_struct *vma)
{
	struct task_struct *task = bpf_get_current_task_btf();
	uint32_t tgid = task_tgid(task);
	struct abi_mapped *m;

	if (!(vma->vm_flags & VM_EXEC) || !tgid)
		return 0;
	m = bpf_ringbuf_reserve(&happenings, sizeof(*m), 0);
	if (!m) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	__builtin_memset(m, 0, sizeof(*m));
	describe(&m->happening, ABI_MAPPING, task, tgid);
	DESCRIBE_MAPPING(&m->mapping, vma, task, tgid);
	m->has_file = vma->vm_file != NULL;
	m->is_vdso = !m->has_file && !(vma->vm_flags & VM_WRITE) && is_exec(task);
	bpf_ringbuf_submit(m, 0);
	return 0;
}
