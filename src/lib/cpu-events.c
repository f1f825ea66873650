/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The perf events that sampling needs on each CPU. */
#include "config.h"

#include "lib/cpu-events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int open_on(struct perf_event_attr *attr, uint32_t cpu)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int cpu_events_open_clock(uint32_t cpu, uint64_t period_ns)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = period_ns,
		.disabled = 1,
	};

	return open_on(&attr, cpu);
}

/*
 * Never with build_id: the kernel (seen on 6.18) then leaves the flag MMAP_BUILD_ID on the
 * same record of every other session, without the build id, and perf crashes on its own recordings.
 * Device and inode identify the files.
 */
int cpu_events_open_sideband(uint32_t cpu, bool prompt)
{
	uint32_t ring_bytes = CPU_EVENTS_SIDEBAND_PAGES * (uint32_t)sysconf(_SC_PAGESIZE);
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		/* The trailer of our stream's records; its id comes last. */
		.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_TIME |
			       PERF_SAMPLE_CPU,
		.sample_id_all = 1,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.watermark = 1,
		.wakeup_watermark = prompt ? 1 : ring_bytes / 2,
	};

	return open_on(&attr, cpu);
}

const struct cpu_event *cpu_events_find(const struct cpu_event *list, size_t n, uint32_t cpu)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].cpu == cpu)
			return &list[i];
	return NULL;
}
