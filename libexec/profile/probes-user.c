// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes in user space: all of a file by one link (Linux 6.6), else a perf event for each. */
#include "config.h"

#include "probe-rungs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/perf-probe.h"

#include "uprobe-multi.h"

static int attach_multi(struct probes *p, int program, const uint32_t *list, size_t n)
{
	const struct probe_target *first = &p->list[list[0]].target;
	CLEANUP_FREE uint64_t *words = calloc(n, 3 * sizeof(*words));
	char path[PROBE_PATH_MAX];
	uint64_t *offsets = words, *semaphores = words + n, *cookies = words + 2 * n;
	struct uprobe_multi multi = {
		.program = program,
		.file = probe_target_path(first, path),
		.is_return = first->is_return,
		.pid = p->uprobe_pid,
		.n = n,
		.offsets = offsets,
		.cookies = cookies,
	};
	int r;

	if (!words)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct probe_target *t = &p->list[list[i]].target;

		offsets[i] = t->offset;
		cookies[i] = list[i];
		semaphores[i] = t->semaphore;
		if (t->semaphore)
			multi.semaphores = semaphores;
	}
	r = probes_keep_link(p, uprobe_multi_link(&multi), -1, n == 1 ? list[0] : PROBE_NONE);
	return r < 0 ? r : 0;
}

static int program_for(struct probes *p, bool is_return, bool multi)
{
	const struct sampler_program wanted = {
		.name = is_return ? "at_uretprobe" : "at_uprobe",
		.attach_type = multi ? TRACE_UPROBE_MULTI : 0,
		/* The only one of all needs no link to tell. */
		.only_probe = p->n == 1,
	};

	return probes_load(p, &wanted);
}

static void refuse_all(struct probes *p, const uint32_t *list, size_t n, int error)
{
	for (size_t i = 0; i < n; i++)
		probes_refuse(p, list[i], error, _("cannot load its BPF program: %s"),
			      strerror(-error));
}

/* ---- in the order of files ---- */

static int compare_places(const void *a, const void *b, void *arg)
{
	const struct probes *p = arg;
	const struct probe_target *x = &p->list[*(const uint32_t *)a].target;
	const struct probe_target *y = &p->list[*(const uint32_t *)b].target;
	int order = x->is_return - y->is_return;

	if (!order)
		order = strcmp(x->file, y->file);
	return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static bool is_same_file(const struct probes *p, uint32_t a, uint32_t b)
{
	const struct probe_target *x = &p->list[a].target, *y = &p->list[b].target;

	return x->is_return == y->is_return && x->file_fd == y->file_fd &&
	       !strcmp(x->file, y->file);
}

/* Those that return and those that do not have a program each; what one file has makes a link. */
static void attach_by_file(struct probes *p, const uint32_t *list, size_t n)
{
	int programs[2] = { -EBADF, -EBADF };

	for (size_t i = 0, end; i < n; i = end) {
		bool is_return = p->list[list[i]].target.is_return;

		for (end = i + 1; end < n && is_same_file(p, list[i], list[end]); end++)
			;
		if (programs[is_return] == -EBADF)
			programs[is_return] = program_for(p, is_return, true);
		if (programs[is_return] < 0)
			refuse_all(p, list + i, end - i, programs[is_return]);
		else
			probes_attach_halves(p, attach_multi, programs[is_return], list + i,
					     end - i, RUNG_UPROBE_MULTI,
					     _("the kernel does not take it"));
	}
}

static void attach_each(struct probes *p, const uint32_t *list, size_t n)
{
	int programs[2] = { -EBADF, -EBADF };

	for (size_t i = 0; i < n; i++) {
		const struct probe_target *t = &p->list[list[i]].target;
		int event = t->event, *program = &programs[t->is_return], r;

		if (*program == -EBADF)
			*program = program_for(p, t->is_return, false);
		if (*program < 0) {
			refuse_all(p, &list[i], 1, *program);
			continue;
		}
		if (event < 0)
			event = perf_probe_open(t, p->uprobe_pid ? (pid_t)p->uprobe_pid : -1);
		r = event < 0 ? event : probes_link_event(p, *program, event, list[i]);
		if (r)
			probes_refuse(p, list[i], r, _("without Linux 6.6 it needs root: %s"),
				      strerror(-r));
		else
			probes_attached(p, list[i], RUNG_PERF_UPROBE);
	}
}

static bool is_user(const struct probe_target *t)
{
	return t->kind == PROBE_UPROBE || t->kind == PROBE_USDT;
}

int probes_attach_user(struct probes *p)
{
	CLEANUP_FREE uint32_t *list = calloc(p->n, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->n; i++)
		if (is_user(&p->list[i].target))
			list[n++] = i;
	qsort_r(list, n, sizeof(*list), compare_places, p);
	if (n && perf_probe_has_uprobe_multi())
		attach_by_file(p, list, n);
	else
		attach_each(p, list, n);
	return 0;
}
