// SPDX-License-Identifier: GPL-2.0-or-later
/* Time that CPUs spend idle, from the kernel's own accounts. */
#include "config.h"

#include "idle-time.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void store(const uint32_t *cpus, size_t n, uint64_t *ns, uint32_t cpu, uint64_t idle_ns)
{
	for (size_t i = 0; i < n; i++)
		if (cpus[i] == cpu)
			ns[i] = idle_ns;
}

int idle_time_read(const uint32_t *cpus, size_t n, uint64_t *ns)
{
	uint64_t tick_ns = 1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK);
	FILE *f = fopen("/proc/stat", "re");
	char line[512];

	if (!f)
		return -errno;
	memset(ns, 0, n * sizeof(*ns));
	while (fgets(line, sizeof(line), f)) {
		uint64_t idle, iowait;
		uint32_t cpu;

		/* cpuN user nice system idle iowait … */
		if (sscanf(line, "cpu%" SCNu32 " %*u %*u %*u %" SCNu64 " %" SCNu64, &cpu, &idle,
			   &iowait) == 3)
			store(cpus, n, ns, cpu, (idle + iowait) * tick_ns);
	}
	fclose(f);
	return 0;
}
