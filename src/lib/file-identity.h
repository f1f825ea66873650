/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file a mapping is of: device and inode as mapping events and /proc/PID/maps have them.
 *
 * stat(2) tells the same for most file systems.  Btrfs and overlayfs have device numbers of their
 * own there, and the files of an overlay may have other inode numbers.  What a mapping will show is
 * found out for those by mapping a page, which is not touched.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/compiler.h"

struct file_identity {
	uint64_t dev, ino;       /* dev as makedev(3) makes it */
};

/* What mappings of the open file show.  0 or a negative errno (-ENOTSUP: not a regular file). */
int file_identity(int fd, struct file_identity *id) MUST_CHECK;

/* On overlayfs a mapping's path may be told from the overlay's root on, without where it is
 * mounted. */
bool file_is_on_overlay(int fd);

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b);

/*
 * Whether fd is the file that such a mapping is of.  Where it cannot be found out what mappings of
 * it show, the inode number alone counts.
 */
bool file_identity_matches(int fd, const struct file_identity *mapped);
