/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Perf events for probes. */
#include "config.h"

#include "probe-events.h"

#include "lib/perf-probe.h"

static int open_probe(const struct probe_target *t, pid_t pid, bool has_multi)
{
	switch (t->kind) {
	case PROBE_KPROBE:
		return perf_probe_open(t, -1);
	case PROBE_TRACEPOINT:
		return perf_probe_open_tracepoint(t);
	default:
		return has_multi ? -1 : perf_probe_open(t, pid);
	}
}

void probe_events_open(struct probes *p, uint32_t uprobe_pid)
{
	bool has_multi = perf_probe_has_uprobe_multi();

	if (p->n > PROBE_EVENTS_MAX)
		return;
	for (size_t i = 0; i < p->n; i++) {
		int fd = open_probe(&p->v[i], uprobe_pid ? (pid_t)uprobe_pid : -1, has_multi);

		p->v[i].event = fd < 0 ? -1 : fd;
	}
}
