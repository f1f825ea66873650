// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What exists before sampling begins: tasks, executable mappings, kernel symbols.
 *
 * BPF iterators show all of it to CAP_BPF and CAP_PERFMON alone, where /proc would want
 * CAP_SYS_PTRACE and CAP_SYSLOG.  Programs run in the reader's context, so "current" is profile.
 */
#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/abi.h"
#include "bpf/mapping.bpf.h"
#include "bpf/task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Only mappings of these processes are written when true. */
const volatile bool only_targets = false;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, uint32_t);
	__type(value, uint32_t);
} targets SEC(".maps");

struct mapping_record {
	struct abi_mapping head;
	char path[ABI_PATH_MAX + 8];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct mapping_record);
} scratch SEC(".maps");

/* Writes our own pid namespace's depth: a single uint32_t, from the first task met. */
SEC("iter/task")
int own_namespace(struct bpf_iter__task *ctx)
{
	struct task_struct *self;
	uint32_t level;

	if (!ctx->task || ctx->meta->seq_num != 0)
		return 0;
	self = bpf_get_current_task_btf();
	level = BPF_CORE_READ(self, thread_pid, level);
	bpf_seq_write(ctx->meta->seq, &level, sizeof(level));
	return 0;
}

/* Writes a struct abi_task for every task. */
SEC("iter/task")
int list_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct abi_task out = {};

	if (!task)
		return 0;
	out.tgid = task_tgid(task);
	out.tid = task_tid(task);
	if (!out.tgid)
		return 0;
	out.ppid = task_tgid(task->real_parent);
	BPF_CORE_READ_STR_INTO(&out.comm, task, comm);
	bpf_seq_write(ctx->meta->seq, &out, sizeof(out));
	return 0;
}

static __always_inline int write_mapping(struct bpf_iter__task_vma *ctx, bool all)
{
	struct vm_area_struct *vma = ctx->vma;
	struct task_struct *task = ctx->task;
	struct mapping_record *rec;
	uint32_t zero = 0, tgid;
	uint64_t len = 0;
	struct file *file;

	if (!task || !vma || !(vma->vm_flags & VM_EXEC))
		return 0;
	tgid = task_tgid(task);
	if (!tgid || (!all && !bpf_map_lookup_elem(&targets, &tgid)))
		return 0;
	rec = bpf_map_lookup_elem(&scratch, &zero);
	if (!rec)
		return 0;
	__builtin_memset(&rec->head, 0, sizeof(rec->head));
	DESCRIBE_MAPPING(&rec->head, vma, task, tgid);
	file = vma->vm_file;
	if (file) {
		len = bpf_d_path(&file->f_path, rec->path, ABI_PATH_MAX);
		if ((int64_t)len < 0 || len > ABI_PATH_MAX)
			len = 0;
	} else if (vma->vm_start == (uint64_t)BPF_CORE_READ(vma, vm_mm, context.vdso)) {
		__builtin_memcpy(rec->path, "[vdso]", sizeof("[vdso]"));
		len = sizeof("[vdso]");
	}
	rec->head.path_len = len;
	/* The mask tells older verifiers what the comparison above already ensured. */
	len = (sizeof(rec->head) + len + 7) & ~7ull & 0x1fff;
	if (len > sizeof(*rec))
		return 0;
	bpf_seq_write(ctx->meta->seq, rec, len);
	return 0;
}

/* Writes a struct abi_mapping and its path for every executable mapping of the targets. */
SEC("iter/task_vma")
int list_mappings(struct bpf_iter__task_vma *ctx)
{
	return write_mapping(ctx, !only_targets);
}

/* The same for the process that the iterator is limited to. */
SEC("iter/task_vma")
int list_process_mappings(struct bpf_iter__task_vma *ctx)
{
	return write_mapping(ctx, true);
}

struct symbol_record {
	struct abi_symbol head;
	char text[ABI_SYMBOL_TEXT_MAX + 8];   /* name and module, a NUL after each */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct symbol_record);
} symbol_scratch SEC(".maps");

/* Writes a struct abi_symbol and its names for every kernel symbol that is code. */
SEC("iter/ksym")
int list_symbols(struct bpf_iter__ksym *ctx)
{
	struct kallsym_iter *iter = ctx->ksym;
	struct symbol_record *rec;
	uint64_t name, module;
	uint32_t zero = 0;
	char type;

	if (!iter)
		return 0;
	type = iter->type | 0x20;
	rec = bpf_map_lookup_elem(&symbol_scratch, &zero);
	if (!rec || (type != 't' && type != 'w'))
		return 0;
	name = bpf_probe_read_kernel_str(rec->text, ABI_SYMBOL_NAME_MAX, iter->name);
	if (name > ABI_SYMBOL_NAME_MAX)
		return 0;
	module = bpf_probe_read_kernel_str(rec->text + name, ABI_SYMBOL_MODULE_MAX,
					   iter->module_name);
	if (module > ABI_SYMBOL_MODULE_MAX)
		return 0;
	rec->head.start = iter->value;
	rec->head.name_len = name;
	rec->head.module_len = module;
	rec->head.type = iter->type;
	bpf_seq_write(ctx->meta->seq, rec, (sizeof(rec->head) + name + module + 7) & ~7ull & 0x7ff);
	return 0;
}
