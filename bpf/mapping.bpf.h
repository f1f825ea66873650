/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a mapping is, but for its path. */
#pragma once

#include "bpf/vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/abi.h"

#define VM_EXEC 4
/*
 * In a file's mode, one of them tells that it is part of a struct backing_file: until 6.13 the
 * second, since 6.14 the first, and the other one may then be there for another reason.
 */
#define FMODE_BACKING ((1 << 24) | (1 << 25))
#define OVERLAYFS_MAGIC 0x794c7630

/* libbpf puts the running kernel's version here. */
extern int LINUX_KERNEL_VERSION __kconfig;
#define LINUX_6_8 0x060800

/*
 * The inode that mapping events and /proc/PID/maps tell of: of a file in a layer of an overlay that
 * of the overlay.
 *
 * The file's struct backing_file has its user's path behind the struct file.  That is not written
 * with the type itself: where the kernel has none, libbpf looks for it in all modules, which the
 * two capabilities do not permit.
 */
static __always_inline struct inode *user_inode(struct file *file)
{
	struct dentry *user;
	struct path *path;

	if (LINUX_KERNEL_VERSION < LINUX_6_8 || !(file->f_mode & FMODE_BACKING))
		return file->f_inode;
	path = (struct path *)((char *)file + bpf_core_type_size(struct file));
	user = BPF_CORE_READ(path, dentry);
	if (BPF_CORE_READ(user, d_sb, s_magic) != OVERLAYFS_MAGIC)
		return file->f_inode;
	return BPF_CORE_READ(user, d_inode);
}

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
			struct inode *inode_ = user_inode(file_);                                  \
			uint32_t dev_ = BPF_CORE_READ(inode_, i_sb, s_dev);                        \
			(out)->pgoff = (vma)->vm_pgoff << 12;                                      \
			(out)->ino = BPF_CORE_READ(inode_, i_ino);                                 \
			(out)->generation = BPF_CORE_READ(inode_, i_generation);                   \
			(out)->maj = dev_ >> 20;                                                   \
			(out)->min = dev_ & 0xfffff;                                               \
		}                                                                                  \
	} while (0)
