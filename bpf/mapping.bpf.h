/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a mapping is, but for its path. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

#define VM_EXEC 4

/* A macro, because the verifier must see where `vma` comes from; `out` is zeroed before. */
#define DESCRIBE_MAPPING(out, vma, task, of_tgid)                                                  \
	do {                                                                                       \
		struct file *file_ = (vma)->vm_file;                                               \
		(out)->tgid = of_tgid;                                                             \
		(out)->start = (vma)->vm_start;                                                    \
		(out)->end = (vma)->vm_end;                                                        \
		(out)->flags = (vma)->vm_flags & 0xf;                                              \
		(out)->time_ns = bpf_ktime_get_ns();                                               \
		(out)->exec_id = (task)->self_exec_id;                                             \
		if (file_) {                                                                       \
			struct inode *inode_ = file_->f_inode;                                     \
			uint32_t dev_ = BPF_CORE_READ(inode_, i_sb, s_dev);                        \
			(out)->pgoff = (vma)->vm_pgoff << 12;                                      \
			(out)->ino = BPF_CORE_READ(inode_, i_ino);                                 \
			(out)->generation = BPF_CORE_READ(inode_, i_generation);                   \
			(out)->maj = dev_ >> 20;                                                   \
			(out)->min = dev_ & 0xfffff;                                               \
		}                                                                                  \
	} while (0)
