// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps mappings and unwind tables up to date for the walk in the kernel. */
#include "config.h"

#include "unwinder.h"

#include <errno.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/clock.h"

#define NS_PER_MS 1000000ull
/* Tables of a program that is about to start are waited for so long. */
#define PREPARE_NS (500 * NS_PER_MS)
/*
 * The same before probes are attached, and then of all that runs: probes may be hit a hundred
 * thousand times a second, which is more stacks than can be copied until tables are there that were
 * asked for by the first of them.
 */
#define PREPARE_FOR_PROBES_NS (3000 * NS_PER_MS)
int unwinder_open(struct unwinder *u, const struct options *o, const struct bpf_object *object,
		  struct sideband *sideband, struct rescans *rescans)
{
	bool all = o->pids.n == 0, has_probes = o->probes_fd >= 0;
	int r;

	*u = (struct unwinder){
		.all = all,
		.sideband = sideband,
		.rescans = rescans,
		.held = o->command_path && o->pids.n ? o->pids.ids[0] : 0,
		.prepare_ns = has_probes ? PREPARE_FOR_PROBES_NS : PREPARE_NS,
	};
	if (!o->dwarf)
		return 0;
	u->on = true;
	r = tables_open(&u->tables, &u->pool, o->builders, o->n_builders, o->unwind_memory);
	if (!r)
		r = pool_open(&u->pool, object);
	if (!r)
		r = mappings_open(&u->mappings,
				  bpf_object__find_map_fd_by_name(object, "processes"), &u->pool,
				  &u->tables, !all || has_probes);
	return r;
}

/* ---- listing ---- */

int unwinder_announce(struct unwinder *u, const struct abi_mapping *m, const char *path)
{
	struct code_mapping c = {
		.start = m->start,
		.len = m->end - m->start,
		.pgoff = m->pgoff,
		.key = { m->maj, m->min, m->ino, m->generation },
		.path = *path ? path : "//anon",
	};
	int r = 0;

	if (!u->on)
		return 0;
	if (m->tgid != u->announced)
		r = mappings_begin(&u->mappings, m->tgid, m->exec_id, m->time_ns);
	u->announced = m->tgid;
	/* What is mapped there now is our front end, whose tables would only be in the way. */
	if (m->tgid == u->held)
		return r;
	return r ? r : mappings_map(&u->mappings, m->tgid, 0, &c);
}

void unwinder_announced(struct unwinder *u)
{
	u->announced = 0;
	u->held = 0;
}

int unwinder_publish(struct unwinder *u)
{
	return u->on ? mappings_publish(&u->mappings) : 0;
}

int unwinder_missed(struct unwinder *u, uint32_t tgid)
{
	if (!u->on || (!u->all && !mappings_knows(&u->mappings, tgid)))
		return 0;
	return rescans_want(u->rescans, tgid);
}

int unwinder_lost_records(struct unwinder *u)
{
	int r = 0;

	for (size_t i = 0; u->on && i < u->mappings.index.n && !r; i++) {
		uint32_t tgid = mappings_process(&u->mappings, i);

		if (tgid)
			r = unwinder_missed(u, tgid);
	}
	return r;
}

/* ---- the side band ---- */

/* The records that we ask for, as in linux/perf_event.h. */
struct task_record {
	struct perf_event_header header;
	uint32_t pid, ppid, tid, ptid;
};

struct comm_record {
	struct perf_event_header header;
	uint32_t pid, tid;
};

struct mmap2_record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t start, len, pgoff;
	uint32_t maj, min;
	uint64_t ino, generation;
	uint32_t prot, flags;
	char filename[];
};

static int take_mapping(struct unwinder *u, const void *bytes, size_t n, uint64_t time_ns)
{
	const struct mmap2_record *rec = bytes;
	struct code_mapping c;

	if (n <= sizeof(*rec) || !memchr(rec->filename, 0, n - sizeof(*rec)) ||
	    !(rec->prot & PROT_EXEC) || (rec->header.misc & PERF_RECORD_MISC_MMAP_BUILD_ID))
		return 0;
	if (rec->pid == UINT32_MAX)
		return 0;
	if (!mappings_knows(&u->mappings, rec->pid))
		return u->all ? unwinder_missed(u, rec->pid) : 0;
	c = (struct code_mapping){
		.start = rec->start,
		.len = rec->len,
		.pgoff = rec->pgoff,
		.key = { rec->maj, rec->min, rec->ino, rec->generation },
		.path = rec->filename,
	};
	return mappings_map(&u->mappings, rec->pid, time_ns, &c);
}

static int take_record(void *ctx, const void *bytes, size_t n, uint64_t time_ns)
{
	const struct task_record *rec = bytes;
	struct unwinder *u = ctx;

	switch (rec->header.type) {
	case PERF_RECORD_MMAP2:
		return take_mapping(u, bytes, n, time_ns);
	case PERF_RECORD_COMM:
		if (n < sizeof(struct comm_record) ||
		    !(rec->header.misc & PERF_RECORD_MISC_COMM_EXEC))
			return 0;
		return mappings_exec(&u->mappings, rec->pid, time_ns);
	case PERF_RECORD_FORK:
		if (n < sizeof(*rec) || rec->pid == rec->ppid)
			return 0;
		return mappings_fork(&u->mappings, rec->pid, rec->ppid, time_ns);
	case PERF_RECORD_EXIT:
		mappings_exit(&u->mappings, rec->pid, time_ns);
		return 0;
	case PERF_RECORD_LOST:
		return unwinder_lost_records(u);
	}
	return 0;
}

static int watch(struct unwinder *u, uint64_t until_ns)
{
	int r = sideband_watch(u->sideband, until_ns, take_record, u);

	u->is_busy = u->sideband->n_order || u->sideband->has_later;
	return r;
}

int unwinder_work(struct unwinder *u, uint64_t until_ns)
{
	int r = 0;

	u->is_busy = false;
	if (u->on)
		r = watch(u, until_ns);
	else
		sideband_snapshot(u->sideband);
	if (!r)
		r = rescans_work(u->rescans);
	u->is_busy |= rescans_are_near(u->rescans);
	if (!u->on)
		return r;
	if (!r)
		r = mappings_publish(&u->mappings);
	tables_work(&u->tables);
	return r;
}

size_t unwinder_poll_fds(const struct unwinder *u, struct pollfd *fds)
{
	size_t n = u->on ? builders_poll_fds(&u->tables.builders, fds) : 0;

	if (!u->sideband->is_prompt || u->is_busy)
		return n;
	for (size_t i = 0; i < u->sideband->n; i++)
		fds[n++] = (struct pollfd){ .fd = sideband_poll_fd(u->sideband, i),
					    .events = POLLIN };
	return n;
}

void unwinder_prepare(struct unwinder *u, const char *program)
{
	if (u->on)
		tables_prepare(&u->tables, program);
}

int unwinder_await_tables(struct unwinder *u)
{
	uint64_t end = clock_now_ns() + u->prepare_ns, now;
	struct pollfd fds[UNWINDER_FDS];

	while (u->on && tables_are_busy(&u->tables) && (now = clock_now_ns()) < end) {
		size_t n = builders_poll_fds(&u->tables.builders, fds);

		if (poll(fds, n, (int)((end - now) / NS_PER_MS) + 1) < 0 && errno != EINTR)
			return -errno;
		tables_work(&u->tables);
	}
	return 0;
}

/* ---- memory ---- */

int unwinder_after_grace(struct unwinder *u)
{
	if (!u->on)
		return 0;
	pool_after_grace(&u->pool);
	mappings_sweep(&u->mappings);
	tables_after_grace(&u->tables);
	return 0;
}

int unwinder_tidy(struct unwinder *u)
{
	int r = u->on ? pool_wait_grace(&u->pool) : 0;

	return r ? r : unwinder_after_grace(u);
}

void unwinder_close(struct unwinder *u)
{
	if (!u->on)
		return;
	mappings_close(&u->mappings);
	tables_close(&u->tables);
	pool_close(&u->pool);
	*u = (struct unwinder){ 0 };
}
