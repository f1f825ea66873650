// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes at the kernel's functions: a perf event for each, else one link for all of them, else a
 * program for each, at its function's entry or exit.
 */
#include "config.h"

#include "probe-rungs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lib/i18n.h"
#include "lib/perf-probe.h"

/* Each is a program of its own, which takes a tenth of a second to load. */
#define FENTRY_MAX 256

static int program_of_type(struct probes *p, int attach_type, int *program)
{
	const struct sampler_program wanted = { .name = "at_kernel", .attach_type = attach_type };

	if (*program == -EBADF)
		*program = probes_load(p, &wanted);
	return *program;
}

/* ---- perf events ---- */

static int attach_event(struct probes *p, uint32_t i, int *program)
{
	const struct probe_target *t = &p->list[i].target;
	int event = t->event >= 0 ? t->event : perf_probe_open(t, -1), r;

	if (event < 0)
		return event;
	r = program_of_type(p, 0, program);
	if (r < 0) {
		close(event);
		return r;
	}
	return probes_link_event(p, *program, event, i);
}

/* Takes those that are attached out of the list.  Returns how many are left. */
static size_t attach_events(struct probes *p, uint32_t *list, size_t n)
{
	int program = -EBADF;
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		int r = attach_event(p, list[i], &program);

		if (!r) {
			probes_attached(p, list[i], RUNG_PERF_KPROBE);
			continue;
		}
		probes_refuse(p, list[i], r, "%s", strerror(-r));
		list[left++] = list[i];
	}
	return left;
}

/* ---- one link ---- */

static int attach_multi(struct probes *p, int program, const uint32_t *list, size_t n)
{
	CLEANUP_FREE const char **names = calloc(n, sizeof(*names));
	CLEANUP_FREE uint64_t *cookies = calloc(n, sizeof(*cookies));
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int r;

	if (!names || !cookies)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		names[i] = p->list[list[i]].target.name;
		cookies[i] = list[i];
	}
	opts.kprobe_multi.syms = names;
	opts.kprobe_multi.cookies = (const void *)cookies;
	opts.kprobe_multi.cnt = (uint32_t)n;
	if (p->list[list[0]].target.is_return)
		opts.kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN;
	r = bpf_link_create(program, 0, BPF_TRACE_KPROBE_MULTI, &opts);
	r = probes_keep_link(p, r, -1, n == 1 ? list[0] : PROBE_NONE);
	return r < 0 ? r : 0;
}

/* Those that are at a function's start and (not) for its return go to the front. */
static size_t to_front(const struct probes *p, uint32_t *list, size_t n, bool is_return)
{
	size_t front = 0;

	for (size_t i = 0; i < n; i++) {
		const struct probe_target *t = &p->list[list[i]].target;
		uint32_t swap = list[i];

		if (t->is_return != is_return || t->offset)
			continue;
		list[i] = list[front];
		list[front++] = swap;
	}
	return front;
}

static size_t drop_attached(const struct probes *p, uint32_t *list, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (!p->list[list[i]].is_attached)
			list[left++] = list[i];
	return left;
}

static size_t attach_together(struct probes *p, uint32_t *list, size_t n)
{
	int program = -EBADF;

	for (int is_return = 0; is_return < 2; is_return++) {
		size_t same = to_front(p, list, n, is_return);

		if (!same || program_of_type(p, BPF_TRACE_KPROBE_MULTI, &program) < 0)
			continue;
		probes_attach_halves(p, attach_multi, program, list, same, RUNG_KPROBE_MULTI,
				     _("the kernel does not take it"));
		n = drop_attached(p, list, n);
	}
	return n;
}

/* ---- a program for each ---- */

static int attach_function(struct probes *p, uint32_t i)
{
	const struct probe_target *t = &p->list[i].target;
	const struct sampler_program wanted = {
		.name = "at_kernel",
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = t->is_return ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY,
		.function = t->name,
		.only_probe = i + 1,
	};
	int r = probes_load(p, &wanted);

	if (r < 0)
		return r;
	r = probes_keep_link(p, bpf_raw_tracepoint_open(NULL, r), -1, i);
	return r < 0 ? r : 0;
}

static void attach_functions(struct probes *p, const uint32_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = p->list[list[i]].error;

		if (p->list[list[i]].target.offset) {
			probes_refuse(p, list[i], r, _("inside a function it needs a kprobe: %s"),
				      strerror(-r));
			continue;
		}
		if (i >= FENTRY_MAX) {
			probes_refuse(p, list[i], -E2BIG,
				      _("without kprobes, no more than %d functions"), FENTRY_MAX);
			continue;
		}
		r = attach_function(p, list[i]);
		if (r)
			probes_refuse(p, list[i], r, "%s", strerror(-r));
		else
			probes_attached(p, list[i], RUNG_FENTRY);
	}
}

int probes_attach_kernel(struct probes *p)
{
	CLEANUP_FREE uint32_t *list = calloc(p->n, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->n; i++)
		if (p->list[i].target.kind == PROBE_KPROBE)
			list[n++] = i;
	n = attach_events(p, list, n);
	n = attach_together(p, list, n);
	attach_functions(p, list, n);
	return 0;
}
