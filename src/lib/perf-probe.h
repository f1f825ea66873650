/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Perf events of single probes; whoever may opens them.  Sources: perf_event_open(2); for the
 * dynamic types kprobe and uprobe Documentation/ABI/testing/sysfs-bus-event_source-devices-format
 * in the kernel.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "lib/compiler.h"
#include "lib/probe-target.h"

/*
 * Open an event for the probe at a function of the kernel (PROBE_KPROBE) or of programs (all other
 * kinds); it is not enabled yet, and close-on-exec.  One of programs fires in the process alone, in
 * all its threads, or with pid -1 in all processes.  A descriptor, the caller's, or a negative
 * errno; -ENOENT: this kernel has no such events; -EOVERFLOW: none has a semaphore so far in.
 */
int perf_probe_open(const struct probe_target *t, pid_t pid) MUST_CHECK;

/* The same for the tracepoint, by its number in tracefs. */
int perf_probe_open_tracepoint(const struct probe_target *t) MUST_CHECK;

/*
 * Can one link of BPF be at many functions of programs (Linux 6.6)?  Then these need no events.
 * Asked with BPF's system call, so false to those who may not make it.
 */
bool perf_probe_has_uprobe_multi(void);
