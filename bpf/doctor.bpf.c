// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that only tell that they ran: one for each way to attach that --doctor tries. */
#include "bpf/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

uint64_t runs = 0;

static __always_inline int note_run(void)
{
	__sync_fetch_and_add(&runs, 1);
	return 0;
}

/* Loaded as fentry; the object as it is must load where there is no such thing, too. */
SEC("raw_tp")
int at_entry(void *ctx)
{
	return note_run();
}

SEC("kprobe")
int at_kprobe(void *ctx)
{
	return note_run();
}

SEC("kprobe.multi")
int at_kprobe_multi(void *ctx)
{
	return note_run();
}

/* Also for many functions by one link, with another attach type. */
SEC("uprobe")
int at_uprobe(void *ctx)
{
	return note_run();
}

SEC("tracepoint")
int at_tracepoint(void *ctx)
{
	return note_run();
}

SEC("tp_btf/task_rename")
int at_btf_tracepoint(void *ctx)
{
	return note_run();
}
