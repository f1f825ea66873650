// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracepoints: by the perf event of one, which only root may open; else by name.  Those of single
 * system calls exist only as events, so without one the program at the entry, or the exit, of all
 * calls picks them by their number.
 */
#include "config.h"

#include "probe-rungs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/i18n.h"

#include "syscall-numbers.h"

/* ---- by event ---- */

static int attach_event(struct probes *p, uint32_t i, int *program)
{
	const struct sampler_program wanted = {
		.name = "at_kernel",
		.type = BPF_PROG_TYPE_TRACEPOINT,
	};

	if (*program == -EBADF)
		*program = probes_load(p, &wanted);
	if (*program < 0)
		return *program;
	return probes_link_event(p, *program, p->list[i].target.event, i);
}

/* ---- by name ---- */

/* linux/bpf.h since 6.10, which has the cookie; until then it must be 0. */
struct raw_tracepoint_attr {
	uint64_t name;
	uint32_t program, pad;
	uint64_t cookie;
};

static int open_raw(int program, const char *name, uint64_t cookie)
{
	const struct raw_tracepoint_attr attr = {
		.name = (uintptr_t)name,
		.program = (uint32_t)program,
		.cookie = cookie,
	};
	int fd = (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

/* One program for all, if the kernel has cookies for them: older ones refuse to load it. */
static int load_for_all(struct probes *p)
{
	const struct sampler_program wanted = {
		.name = "at_kernel",
		.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
	};
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	int r = probes_load(p, &wanted);

	libbpf_set_print(print);
	return r;
}

static int load_for_one(struct probes *p, uint32_t i)
{
	const struct sampler_program wanted = {
		.name = "at_kernel",
		.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.only_probe = i + 1,
	};

	return probes_load(p, &wanted);
}

static int attach_name(struct probes *p, uint32_t i, int *for_all)
{
	const char *name = p->list[i].target.name;
	int program, r;

	if (*for_all == -EBADF)
		*for_all = load_for_all(p);
	program = *for_all >= 0 ? *for_all : load_for_one(p, i);
	if (program < 0)
		return program;
	r = open_raw(program, name, *for_all >= 0 ? i : 0);
	r = probes_keep_link(p, r, -1, i);
	return r < 0 ? r : 0;
}

/* ---- system calls ---- */

/* Their probes by number, for one end of the calls. */
struct calls {
	uint32_t probes[ABI_SYSCALLS_MAX];
	const char *tracepoint;
	size_t n;
};

static struct calls *calls_for(struct calls both[2], const struct probe_target *t,
			       const char **call)
{
	static const char *const prefixes[2] = { "sys_enter_", "sys_exit_" };

	if (*t->file && strcmp(t->file, "syscalls") != 0)
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(prefixes[i]);

		if (!strncmp(t->name, prefixes[i], n)) {
			*call = t->name + n;
			return &both[i];
		}
	}
	return NULL;
}

static void want_call(struct probes *p, uint32_t i, struct calls *calls, const char *call)
{
	int number = syscall_number(call);

	if (number < 0 || number >= ABI_SYSCALLS_MAX) {
		probes_refuse(p, i, -ENOENT, _("no system call is known by that name"));
	} else if (calls->probes[number]) {
		probes_refuse(p, i, -EEXIST, _("it is another probe already"));
	} else {
		calls->probes[number] = i + 1;
		calls->n++;
	}
}

static void attach_calls(struct probes *p, const struct calls *calls)
{
	const struct sampler_program wanted = {
		.name = "at_syscall",
		.syscall_probes = calls->probes,
	};
	int r;

	if (!calls->n)
		return;
	r = probes_load(p, &wanted);
	if (r >= 0)
		r = probes_keep_link(p, open_raw(r, calls->tracepoint, 0), -1, PROBE_NONE);
	for (size_t i = 0; i < ABI_SYSCALLS_MAX; i++) {
		if (!calls->probes[i])
			continue;
		if (r < 0)
			probes_refuse(p, calls->probes[i] - 1, r, "%s", strerror(-r));
		else
			probes_attached(p, calls->probes[i] - 1, RUNG_RAW_SYSCALL);
	}
}

static void attach_tracepoint(struct probes *p, uint32_t i, int *for_events, int *for_names)
{
	const struct probe_target *t = &p->list[i].target;
	int r = t->event >= 0 ? attach_event(p, i, for_events) : attach_name(p, i, for_names);

	if (r == -ENOENT)
		probes_refuse(p, i, r, _("there is no such tracepoint"));
	else if (r)
		probes_refuse(p, i, r, "%s", strerror(-r));
	else
		probes_attached(p, i, t->event >= 0 ? RUNG_TRACEFS : RUNG_RAW_TP);
}

int probes_attach_tracepoints(struct probes *p)
{
	int for_events = -EBADF, for_names = -EBADF;
	CLEANUP_FREE struct calls *calls = calloc(2, sizeof(*calls));

	if (!calls)
		return -ENOMEM;
	calls[0].tracepoint = "sys_enter";
	calls[1].tracepoint = "sys_exit";
	for (uint32_t i = 0; i < p->n; i++) {
		const struct probe_target *t = &p->list[i].target;
		struct calls *at = NULL;
		const char *call;

		if (t->kind != PROBE_TRACEPOINT)
			continue;
		if (t->event < 0)
			at = calls_for(calls, t, &call);
		if (at)
			want_call(p, i, at, call);
		else
			attach_tracepoint(p, i, &for_events, &for_names);
	}
	attach_calls(p, &calls[0]);
	attach_calls(p, &calls[1]);
	return 0;
}
