// SPDX-License-Identifier: GPL-2.0-or-later
/* Command line of the profile helper. */
#include "config.h"

#include "options.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "lib/compiler.h"
#include "lib/diag.h"
#include "lib/i18n.h"

#define FREQUENCY_MAX 1000000
#define RING_BYTES_MAX ((uint64_t)1 << 30)
#define MAP_ENTRIES_MAX ((uint64_t)1 << 22)
#define FD_MAX ((uint64_t)1 << 20)
#define FRAMES_MAX 4096
#define UNWIND_MEMORY_DEFAULT ((uint64_t)512 << 20)

enum option_key {
	KEY_STATUS_FD = 256, KEY_RECORD_FD, KEY_CGROUP_FD, KEY_PID, KEY_TID, KEY_OWN, KEY_SELF,
	KEY_COMM, KEY_CPU, KEY_SKIP_IDLE, KEY_GROUP, KEY_STREAM_MODE, KEY_RING_SIZE, KEY_MAP_SIZE,
	KEY_KERNEL_SYMBOLS, KEY_DWARF, KEY_BUILDER, KEY_MAX_FRAMES, KEY_UNWIND_MEMORY, KEY_COMMAND,
	KEY_CPU_EVENT, KEY_PROBES_FD, KEY_PROBE_ROOTS, KEY_UPROBE_PID, KEY_SAMPLER, KEY_TRY
};

static const struct argp_option argp_options[] = {
	{ "frequency", 'f', N_("HZ"), 0, N_("Samples a second on each CPU (99)"), 0 },
	{ "sampler", KEY_SAMPLER, "auto|perf|timer|tick", 0,
	  N_("What makes CPUs tick: perf events, BPF timers or the kernel's tick (the first that "
	     "works)"), 0 },
	{ "pid", KEY_PID, N_("LIST"), 0, N_("Sample these processes and their children"), 0 },
	{ "tid", KEY_TID, N_("LIST"), 0, N_("Sample these threads"), 0 },
	{ "comm", KEY_COMM, N_("GLOB"), 0, N_("Sample threads with such a name"), 0 },
	{ "cgroup-fd", KEY_CGROUP_FD, N_("FD"), 0,
	  N_("Sample tasks in the cgroup whose directory this descriptor is"), 0 },
	{ "cpu", KEY_CPU, N_("LIST"), 0, N_("Sample these CPUs (all that are online)"), 0 },
	{ "own", KEY_OWN, N_("LIST"), 0, N_("Processes of profile-bee itself, left out"), 0 },
	{ "self", KEY_SELF, NULL, 0, N_("Sample profile-bee's own processes and nothing else"), 0 },
	{ "skip-idle", KEY_SKIP_IDLE, NULL, 0, N_("Leave out the idle task"), 0 },
	{ "group", KEY_GROUP, "cpu|tid", 0, N_("Keep CPUs or threads apart"), 0 },
	{ "stream-mode", KEY_STREAM_MODE, "0..3", 0,
	  N_("1: every sample with its time; 0, 2: counts each second; 3: counts at the end"), 0 },
	{ "dwarf", KEY_DWARF, N_("BOOL"), 0,
	  N_("Walk user stacks with unwind tables (true), or with frame pointers only"), 0 },
	{ "builder", KEY_BUILDER, N_("READ:WRITE"), 0,
	  N_("Descriptors of the pipes from and to an unwind-table-builder; may be given again"),
	  0 },
	{ "max-frames", KEY_MAX_FRAMES, N_("N"), 0, N_("User frames of a stack (1024)"), 0 },
	{ "unwind-memory", KEY_UNWIND_MEMORY, N_("BYTES"), 0,
	  N_("Memory for unwind tables (536870912)"), 0 },
	{ "command-path", KEY_COMMAND, N_("PATH"), 0,
	  N_("The program that will be executed when sampling is live"), 0 },
	{ "cpu-event", KEY_CPU_EVENT, N_("CPU:CLOCK:SIDEBAND"), 0,
	  N_("Descriptors of a CPU's perf events, -1 for none; may be given again"), 0 },
	{ "probes-fd", KEY_PROBES_FD, N_("FD"), 0,
	  N_("Sample the hits of the probes that this file lists, instead of CPUs"), 0 },
	{ "probe-roots", KEY_PROBE_ROOTS, NULL, 0,
	  N_("Have the names of the probes in the stream, as root frames"), 0 },
	{ "uprobe-pid", KEY_UPROBE_PID, N_("PID"), 0,
	  N_("Probes in user space are for this process only"), 0 },
	{ "record-fd", KEY_RECORD_FD, N_("FD"), 0,
	  N_("Write a recording there too, one record for each sample"), 0 },
	{ "status-fd", KEY_STATUS_FD, N_("FD"), 0, N_("Write status lines there"), 0 },
	{ "ring-size", KEY_RING_SIZE, N_("BYTES"), 0,
	  N_("Size of the kernel's ring (8388608)"), 0 },
	{ "map-size", KEY_MAP_SIZE, N_("ENTRIES"), 0,
	  N_("Stacks that the kernel can count at a time (16384)"), 0 },
	{ "try", KEY_TRY, NULL, 0,
	  N_("Print what this process may do on this kernel, and exit"), 0 },
	{ "kernel-symbols", KEY_KERNEL_SYMBOLS, NULL, 0,
	  N_("Print the kernel's symbols as /proc/kallsyms does, and exit"), 0 },
	{ 0 }
};

static uint64_t parse_number(struct argp_state *state, const char *option, const char *text,
			     uint64_t min, uint64_t max)
{
	uint64_t value = 0;

	if (number_parse(text, min, max, &value))
		argp_error(state, _("--%s=%s: not a number from %llu to %llu"), option, text,
			   (unsigned long long)min, (unsigned long long)max);
	return value;
}

static void parse_ids(struct argp_state *state, const char *option, const char *text,
		      struct id_list *list)
{
	if (id_list_add(list, text))
		argp_error(state, _("--%s=%s: not a list of ids"), option, text);
}

static void parse_group(struct argp_state *state, const char *text, struct options *o)
{
	if (!strcmp(text, "cpu"))
		o->group = ABI_GROUP_CPU;
	else if (!strcmp(text, "tid"))
		o->group = ABI_GROUP_TID;
	else
		argp_error(state, _("--group=%s: neither cpu nor tid"), text);
}

static void parse_sampler(struct argp_state *state, const char *text, struct options *o)
{
	o->sampler = TICKS_AUTO;
	while (strcmp(text, ticks_rung_name(o->sampler))) {
		if (o->sampler == TICKS_TICK)
			argp_error(state, _("--sampler=%s: none of auto, perf, timer, tick"), text);
		o->sampler++;
	}
}

static void parse_comm(struct argp_state *state, const char *text, struct options *o)
{
	if (glob_compile(&o->comm, text))
		argp_error(state, _("--comm=%s: not a glob of at most %d characters"), text,
			   GLOB_TOKENS_MAX);
	o->has_comm = true;
}

static void parse_dwarf(struct argp_state *state, const char *text, struct options *o)
{
	if (number_parse_bool(text, &o->dwarf))
		argp_error(state, _("--dwarf=%s: neither true nor false"), text);
}

static void add_builder(struct argp_state *state, const char *text, struct options *o)
{
	struct builder_pipes *b = &o->builders[o->n_builders];
	int end = 0;

	if (o->n_builders == BUILDERS_MAX)
		argp_error(state, _("--builder: more than %d"), BUILDERS_MAX);
	else if (sscanf(text, "%7d:%7d%n", &b->in, &b->out, &end) != 2 || text[end] || b->in < 0 ||
		 b->out < 0)
		argp_error(state, _("--builder=%s: not two descriptors such as 5:6"), text);
	else
		o->n_builders++;
}

static void add_cpu_event(struct argp_state *state, const char *text, struct options *o)
{
	struct cpu_event *e = &o->events[o->n_events];
	int end = 0;

	if (o->n_events == CPULIST_MAX)
		argp_error(state, _("--cpu-event: more than %d"), CPULIST_MAX);
	else if (sscanf(text, "%7u:%7d:%7d%n", &e->cpu, &e->clock_fd, &e->sideband_fd, &end) != 3 ||
		 text[end])
		argp_error(state, _("--cpu-event=%s: not a CPU and two descriptors"), text);
	else
		o->n_events++;
}

static void parse_unwind_memory(struct argp_state *state, const char *text, struct options *o)
{
	if (number_parse_size(text, 1, UINT64_MAX, &o->unwind_memory))
		argp_error(state, _("--unwind-memory=%s: not a size such as 512M"), text);
}

/* The kernel wants a power of two of at least a page. */
static uint32_t parse_ring_bytes(struct argp_state *state, const char *text)
{
	uint64_t wanted = parse_number(state, "ring-size", text, 4096, RING_BYTES_MAX), size = 4096;

	while (size < wanted)
		size *= 2;
	return (uint32_t)size;
}

static error_t parse_target(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_PID:
		parse_ids(state, "pid", arg, &o->pids);
		return 0;
	case KEY_TID:
		parse_ids(state, "tid", arg, &o->tids);
		return 0;
	case KEY_OWN:
		parse_ids(state, "own", arg, &o->own);
		if (o->own.n > ABI_OWN_MAX)
			argp_error(state, _("--own: more than %d processes"), ABI_OWN_MAX);
		return 0;
	case KEY_SELF:
		o->own_only = true;
		return 0;
	case KEY_COMM:
		parse_comm(state, arg, o);
		return 0;
	case KEY_CGROUP_FD:
		o->cgroup_fd = (int)parse_number(state, "cgroup-fd", arg, 0, FD_MAX);
		return 0;
	case KEY_CPU:
		if (cpulist_parse(&o->cpus, arg))
			argp_error(state, _("--cpu=%s: not a list of CPUs"), arg);
		o->has_cpus = true;
		return 0;
	case KEY_CPU_EVENT:
		add_cpu_event(state, arg, o);
		return 0;
	case KEY_SKIP_IDLE:
		o->skip_idle = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_unwinding(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_DWARF:
		parse_dwarf(state, arg, o);
		return 0;
	case KEY_BUILDER:
		add_builder(state, arg, o);
		return 0;
	case KEY_MAX_FRAMES:
		o->max_frames = (uint32_t)parse_number(state, "max-frames", arg, 1, FRAMES_MAX);
		return 0;
	case KEY_UNWIND_MEMORY:
		parse_unwind_memory(state, arg, o);
		return 0;
	case KEY_COMMAND:
		o->command_path = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_probes(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_PROBES_FD:
		o->probes_fd = (int)parse_number(state, "probes-fd", arg, 0, FD_MAX);
		return 0;
	case KEY_PROBE_ROOTS:
		o->probe_roots = true;
		return 0;
	case KEY_UPROBE_PID:
		o->uprobe_pid = (uint32_t)parse_number(state, "uprobe-pid", arg, 1, INT32_MAX);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		o->frequency = parse_number(state, "frequency", arg, 1, FREQUENCY_MAX);
		return 0;
	case KEY_SAMPLER:
		parse_sampler(state, arg, o);
		return 0;
	case KEY_GROUP:
		parse_group(state, arg, o);
		return 0;
	case KEY_STREAM_MODE:
		o->stream_mode = (unsigned)parse_number(state, "stream-mode", arg, 0, 3);
		return 0;
	case KEY_STATUS_FD:
		o->status_fd = (int)parse_number(state, "status-fd", arg, 0, FD_MAX);
		return 0;
	case KEY_RECORD_FD:
		o->record_fd = (int)parse_number(state, "record-fd", arg, 0, FD_MAX);
		return 0;
	case KEY_RING_SIZE:
		o->ring_bytes = parse_ring_bytes(state, arg);
		return 0;
	case KEY_MAP_SIZE:
		o->map_entries = (uint32_t)parse_number(state, "map-size", arg, 1, MAP_ENTRIES_MAX);
		return 0;
	case KEY_KERNEL_SYMBOLS:
		o->kernel_symbols = true;
		return 0;
	case KEY_TRY:
		o->try = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, _("%s: this helper takes options only"), arg);
		return EINVAL;
	}
	if (!parse_target(key, arg, state) || !parse_probes(key, arg, state))
		return 0;
	return parse_unwinding(key, arg, state);
}

void options_parse(struct options *o, int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.doc = N_("Sample CPUs or probes and write perf.data to standard output, until "
			  "standard input ends."),
	};

	*o = (struct options){
		.frequency = 99,
		.status_fd = -1,
		.record_fd = -1,
		.cgroup_fd = -1,
		.probes_fd = -1,
		.stream_mode = 2,
		.ring_bytes = 8 << 20,
		.map_entries = 16384,
		.dwarf = true,
		.max_frames = 1024,
		.unwind_memory = UNWIND_MEMORY_DEFAULT,
	};
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, o);
}
