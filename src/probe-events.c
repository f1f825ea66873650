/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Perf events for probes. */
#include "config.h"

#include "probe-events.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/io.h"
#include "lib/number.h"

#define PMU_TYPE "/sys/bus/event_source/devices/%s/type"
/* In the event's config: it is a return probe; where the semaphore is. */
#define CONFIG_RETURN UINT64_C(1)
#define CONFIG_SEMAPHORE_SHIFT 32

static const char *const tracefs[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

static int read_number(const char *path, uint64_t *value)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read_full(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -EINVAL;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return number_parse(text, 0, UINT32_MAX, value);
}

static int open_event(struct perf_event_attr *attr, pid_t pid)
{
	attr->size = sizeof(*attr);
	attr->disabled = 1;
	attr->sample_period = 1;
	return (int)syscall(SYS_perf_event_open, attr, pid, pid < 0 ? 0 : -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

static int open_dynamic(const struct probe_target *t, const char *pmu, const char *name, pid_t pid)
{
	struct perf_event_attr attr = {
		.config = (t->is_return ? CONFIG_RETURN : 0) |
			  t->semaphore << CONFIG_SEMAPHORE_SHIFT,
		.config1 = (uint64_t)(uintptr_t)name,
		.config2 = t->offset,
	};
	char path[64];
	uint64_t type;

	snprintf(path, sizeof(path), PMU_TYPE, pmu);
	if (read_number(path, &type) || t->semaphore > UINT32_MAX)
		return -1;
	attr.type = (uint32_t)type;
	return open_event(&attr, pid);
}

static int open_tracepoint(const struct probe_target *t)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(tracefs) && *t->file; i++) {
		snprintf(path, sizeof(path), "%s/events/%s/%s/id", tracefs[i], t->file, t->name);
		if (!read_number(path, (uint64_t *)&attr.config))
			return open_event(&attr, -1);
	}
	return -1;
}

static int open_probe(const struct probe_target *t, uint32_t uprobe_pid, bool has_multi)
{
	switch (t->kind) {
	case PROBE_KPROBE:
		return open_dynamic(t, "kprobe", t->name, -1);
	case PROBE_TRACEPOINT:
		return open_tracepoint(t);
	default:
		return has_multi ? -1 : open_dynamic(t, "uprobe", t->file,
						     uprobe_pid ? (pid_t)uprobe_pid : -1);
	}
}

/*
 * A link of a kernel that knows this kind is refused for its program; one that does not know it
 * refuses the field before it looks at the program.
 */
static bool has_uprobe_multi(void)
{
	struct { uint32_t prog_fd, target_fd, attach_type, flags; uint64_t path, offsets, counters,
		 cookies; uint32_t n, multi_flags, pid, pad; } link = {
		.prog_fd = UINT32_MAX,
		.attach_type = 48,       /* BPF_TRACE_UPROBE_MULTI */
		.pid = 1,
	};

	return syscall(SYS_bpf, BPF_LINK_CREATE, &link, sizeof(link)) < 0 && errno == EBADF;
}

void probe_events_open(struct probes *p, uint32_t uprobe_pid)
{
	bool has_multi = has_uprobe_multi();

	if (p->n > PROBE_EVENTS_MAX)
		return;
	for (size_t i = 0; i < p->n; i++)
		p->v[i].event = open_probe(&p->v[i], uprobe_pid, has_multi);
}
