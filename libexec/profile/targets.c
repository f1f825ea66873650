// SPDX-License-Identifier: GPL-2.0-or-later
/* The processes to sample, and what the stream says about those that exist already. */
#include "config.h"

#include "targets.h"

#include <stdlib.h>
#include <string.h>

static int add_target(struct collector *c, uint32_t tgid)
{
	int r = sampler_target(c->sampler, tgid);

	if (!r)
		r = scan_target(c->scan, tgid);
	return r ? r : collector_follow(c, tgid);
}

/* Add the processes whose parent is a target.  Returns their number or a negative errno. */
static int add_children(struct collector *c, const struct abi_task *tasks, size_t n)
{
	int added = 0;

	for (size_t i = 0; i < n; i++) {
		int r;

		if (tasks[i].tid != tasks[i].tgid || collector_follows(c, tasks[i].tgid) ||
		    !collector_follows(c, tasks[i].ppid))
			continue;
		r = add_target(c, tasks[i].tgid);
		if (r)
			return r;
		added++;
	}
	return added;
}

/*
 * The kernel follows forks of targets already.  A child that was forked before its parent became
 * one is found by listing the tasks again, until nothing is new.
 */
static int find_children(struct collector *c)
{
	int added = 1;

	while (added > 0) {
		struct abi_task *tasks = NULL;
		size_t n = 0;
		int r = scan_tasks(c->scan, &tasks, &n);

		added = r ? r : add_children(c, tasks, n);
		free(tasks);
	}
	return added;
}

static int select_targets(struct collector *c, const struct id_list *pids)
{
	int r = sampler_follow(c->sampler);

	for (size_t i = 0; i < pids->n && !r; i++)
		r = add_target(c, pids->ids[i]);
	return r ? r : find_children(c);
}

static int announce_names(struct collector *c)
{
	struct abi_task *tasks = NULL;
	size_t n = 0;
	int r = scan_tasks(c->scan, &tasks, &n);

	for (size_t i = 0; i < n && !r; i++) {
		char comm[ABI_COMM_LEN + 1] = "";

		if (c->filter_followed && !collector_follows(c, tasks[i].tgid))
			continue;
		memcpy(comm, tasks[i].comm, ABI_COMM_LEN);
		r = stream_comm(c->stream, tasks[i].tgid, tasks[i].tid, comm);
	}
	free(tasks);
	return r;
}

static int announce_mappings(struct collector *c)
{
	struct buf b = BUF_INIT(0);
	const struct abi_mapping *m;
	const char *path;
	size_t at = 0;
	int r = scan_mappings(c->scan, &b);

	while (!r && (m = scan_next_mapping(&b, &at, &path))) {
		struct perf_data_mmap mmap;
		bool replaced;

		scan_describe(m, path, &mmap);
		r = remaps_add(&c->remaps, m->tgid, m->start, m->end, &replaced);
		if (!r)
			r = sideband_announce(c->sideband, m, path);
		if (!r)
			r = unwinder_announce(c->unwinder, m, path);
		if (!r)
			r = stream_mmap(c->stream, &mmap);
	}
	unwinder_announced(c->unwinder);
	if (!r)
		r = unwinder_publish(c->unwinder);
	buf_release(&b);
	return r;
}

int targets_announce(struct collector *c, const struct id_list *pids)
{
	int r = pids->n ? select_targets(c, pids) : 0;

	if (!r)
		r = announce_names(c);
	return r ? r : announce_mappings(c);
}
