// SPDX-License-Identifier: GPL-2.0-or-later
/* One link from a BPF program to many places of a file. */
#include "config.h"

#include "uprobe-multi.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UPROBE_MULTI_RETURN 1

int uprobe_multi_link(const struct uprobe_multi *u)
{
	const struct {
		uint32_t program, target, attach_type, flags;
		uint64_t path, offsets, semaphores, cookies;
		uint32_t n, multi_flags, pid, pad;
	} attr = {
		.program = (uint32_t)u->program,
		.attach_type = TRACE_UPROBE_MULTI,
		.path = (uintptr_t)u->file,
		.offsets = (uintptr_t)u->offsets,
		.semaphores = (uintptr_t)u->semaphores,
		.cookies = (uintptr_t)u->cookies,
		.n = (uint32_t)u->n,
		.multi_flags = u->is_return ? UPROBE_MULTI_RETURN : 0,
		.pid = u->pid,
	};
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}
