// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Perf events of single probes.  The events are described below
 * /sys/bus/event_source/devices/{uprobe,kprobe}: their type, and the bits of their configuration.
 */
#include "config.h"

#include "probe-events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/io.h"

#define DEVICES "/sys/bus/event_source/devices"
/* The same on all kernels (format/retprobe, format/ref_ctr_offset). */
#define CONFIG_RETURN 1
#define CONFIG_SEMAPHORE_SHIFT 32

static int type_of(const char *device)
{
	char path[sizeof(DEVICES) + 32], text[16];
	CLEANUP_CLOSE int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), DEVICES "/%s/type", device);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read_full(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return n ? (int)n : -ENOENT;
	text[n] = '\0';
	return atoi(text);
}

int probe_event_open(const struct probe_target *t)
{
	bool in_kernel = t->kind == PROBE_KPROBE;
	int type = type_of(in_kernel ? "kprobe" : "uprobe"), fd;
	struct perf_event_attr attr = {
		.type = (uint32_t)type,
		.size = sizeof(attr),
		.config = (t->is_return ? CONFIG_RETURN : 0) |
			  t->semaphore << CONFIG_SEMAPHORE_SHIFT,
		.config1 = (uintptr_t)(in_kernel ? t->name : t->file),
		.config2 = t->offset,
		.disabled = 1,
	};

	if (type < 0)
		return type;
	if (t->semaphore > UINT32_MAX)
		return -EOVERFLOW;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
