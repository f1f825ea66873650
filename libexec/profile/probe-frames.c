// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the kernel's part of a probe's stack begins. */
#include "config.h"

#include "probe-frames.h"

#include <string.h>

#include "lib/compiler.h"

/* No way from a probe to its program has more frames. */
#define MACHINERY_MAX 16

/* How names of such functions begin, or what they are. */
static const char *const prefixes[] = {
	"bpf_prog_", "bpf_trampoline_", "bpf_get_stack", "bpf_trace_run", "__bpf_trace_",
	"__bpf_prog_", "__traceiter_", "perf_trace_", "kprobe_", "kretprobe_", "kprobes_",
	"__kretprobe_", "rethook_", "arch_rethook_", "fprobe_", "ftrace_", "function_graph_enter",
	"__ftrace_", "arch_ftrace_", "trace_call_bpf", "perf_syscall_", "return_to_handler",
};
static const char *const names[] = {
	"aggr_pre_handler", "opt_pre_handler", "optimized_callback", "do_int3", "exc_int3",
	"asm_exc_int3", "int3", "trace_syscall_enter", "trace_syscall_exit",
};

static const char *name_at(const struct ksyms *k, uint64_t address)
{
	const struct ksym *symbol = ksyms_find(k, address);

	return symbol ? k->text + symbol->name : "";
}

static bool is_machinery(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

size_t probe_frames_machinery(const struct ksyms *k, const struct probe_target *t,
			      const uint64_t *frames, size_t n)
{
	size_t drop = 0;

	for (size_t i = 0; i < n && i < MACHINERY_MAX; i++) {
		const char *name = name_at(k, frames[i] - (i > 0));

		/* The probed function may itself be of the machinery. */
		if (t->kind == PROBE_KPROBE && !strcmp(name, t->name))
			return i;
		if (is_machinery(name))
			drop = i + 1;
	}
	return drop < n ? drop : 0;
}
