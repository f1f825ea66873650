/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Perf events of single probes. */
#include "config.h"

#include "lib/perf-probe.h"

#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/io.h"
#include "lib/number.h"

#define PMU_TYPE "/sys/bus/event_source/devices/%s/type"
/* In the event's config, the same on all kernels: it is a return probe; where the semaphore is. */
#define CONFIG_RETURN UINT64_C(1)
#define CONFIG_SEMAPHORE_SHIFT 32

static const char *const tracefs[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

static int read_number(const char *path, uint64_t *value)
{
	char text[32];
	int r = read_first_line(path, text, sizeof(text));

	return r ? r : number_parse(text, 0, UINT32_MAX, value);
}

static int open_event(struct perf_event_attr *attr, pid_t pid)
{
	int fd;

	attr->size = sizeof(*attr);
	attr->disabled = 1;
	attr->sample_period = 1;
	fd = (int)syscall(SYS_perf_event_open, attr, pid, pid < 0 ? 0 : -1, -1,
			  PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int perf_probe_open(const struct probe_target *t, pid_t pid)
{
	bool in_kernel = t->kind == PROBE_KPROBE;
	char path[64], own[PROBE_PATH_MAX];
	struct perf_event_attr attr = {
		.config = (t->is_return ? CONFIG_RETURN : 0) |
			  t->semaphore << CONFIG_SEMAPHORE_SHIFT,
		.config1 = (uintptr_t)(in_kernel ? t->name : probe_target_path(t, own)),
		.config2 = t->offset,
	};
	uint64_t type;
	int r;

	snprintf(path, sizeof(path), PMU_TYPE, in_kernel ? "kprobe" : "uprobe");
	r = read_number(path, &type);
	if (r)
		return r;
	if (t->semaphore > UINT32_MAX)
		return -EOVERFLOW;
	attr.type = (uint32_t)type;
	return open_event(&attr, in_kernel ? -1 : pid);
}

int perf_probe_open_tracepoint(const struct probe_target *t)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	char path[PATH_MAX];
	uint64_t id;
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(tracefs) && *t->file && r == -ENOENT; i++) {
		snprintf(path, sizeof(path), "%s/events/%s/%s/id", tracefs[i], t->file, t->name);
		r = read_number(path, &id);
	}
	if (r)
		return r;
	attr.config = id;
	return open_event(&attr, -1);
}

/*
 * A link of a kernel that knows this kind is refused for its program; one that does not know it
 * refuses the field before it looks at the program.
 */
bool perf_probe_has_uprobe_multi(void)
{
	struct { uint32_t prog_fd, target_fd, attach_type, flags; uint64_t path, offsets, counters,
		 cookies; uint32_t n, multi_flags, pid, pad; } link = {
		.prog_fd = UINT32_MAX,
		.attach_type = 48,       /* BPF_TRACE_UPROBE_MULTI */
		.pid = 1,
	};

	return syscall(SYS_bpf, BPF_LINK_CREATE, &link, sizeof(link)) < 0 && errno == EBADF;
}
