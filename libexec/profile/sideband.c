// SPDX-License-Identifier: GPL-2.0-or-later
/* The side band, wherever its records come from. */
#include "config.h"

#include "sideband.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>

#include "lib/vec.h"

int sideband_open(struct sideband *sb, const struct sideband_config *config)
{
	int r = config->try_perf ? sideband_open_perf(sb, config) : -EACCES;

	if (r == -EACCES || r == -EPERM)
		r = sideband_open_bpf(sb, config);
	if (!r)
		sb->records = BUF_INIT(sb->record_bytes_max);
	return r;
}

const char *sideband_name(const struct sideband *sb)
{
	return sb->ops->name;
}

int sideband_found(struct sideband *sb, const struct abi_mapping *m, const char *path)
{
	return sb->ops->found ? sb->ops->found(sb, m, path) : 0;
}

int sideband_ended(struct sideband *sb, uint32_t tgid, uint64_t began_ns)
{
	return sb->ops->ended ? sb->ops->ended(sb, tgid, began_ns) : 0;
}

int sideband_announce(struct sideband *sb, const struct abi_mapping *m, const char *path)
{
	return sb->ops->announce ? sb->ops->announce(sb, m, path) : 0;
}

int sideband_met(struct sideband *sb, uint32_t tgid, const uint64_t *addresses, size_t n)
{
	return sb->ops->met ? sb->ops->met(sb, tgid, addresses, n) : 0;
}

/* Pass the records from *tail to `head` on.  *tail becomes what follows the last one. */
static int pass_records(const struct sideband *sb, const struct sideband_ring *ring, uint64_t head,
			uint64_t *tail, sideband_record_fn *record, void *ctx)
{
	static uint8_t whole[65536] __attribute__((aligned(8)));
	int r = 0;

	while (*tail < head && !r) {
		struct perf_event_header header;

		memcpy(&header, sb->ops->bytes(sb, ring, *tail, sizeof(header), whole),
		       sizeof(header));
		if (header.size < sizeof(header))
			break;
		r = record(ctx, sb->ops->bytes(sb, ring, *tail, header.size, whole), header.size);
		if (!r)
			*tail += header.size;
	}
	return r;
}

void sideband_snapshot(struct sideband *sb)
{
	for (size_t i = 0; i < sb->n; i++)
		sb->rings[i].snapshot = sb->is_watched ? sb->rings[i].watched :
							 sb->ops->head(sb, &sb->rings[i]);
}

int sideband_peek(struct sideband *sb, sideband_record_fn *record, void *ctx)
{
	int r = 0;

	for (size_t i = 0; i < sb->n && !r; i++) {
		uint64_t head = sb->ops->head(sb, &sb->rings[i]);
		uint64_t tail = sb->ops->tail(sb, &sb->rings[i]);

		r = pass_records(sb, &sb->rings[i], head, &tail, record, ctx);
	}
	return r;
}

int sideband_drain(struct sideband *sb, sideband_record_fn *record, void *ctx)
{
	int r = 0;

	for (size_t i = 0; i < sb->n && !r; i++) {
		struct sideband_ring *ring = &sb->rings[i];
		uint64_t tail = sb->ops->tail(sb, ring);

		r = pass_records(sb, ring, ring->snapshot, &tail, record, ctx);
		sb->ops->set_tail(sb, ring, tail);
	}
	return r;
}

/* ---- in order of time ---- */

struct watched_record {
	uint64_t time_ns;
	size_t at, n;            /* bytes in sb->records */
	size_t order;            /* records of one time keep their ring's order */
};

struct watch {
	struct sideband *sb;
	uint64_t until_ns;
};

#define WATCH_LATER 1            /* the record's time has not come */

/* A record's time: its trailer is pid and tid, time, cpu, id (see cpu_events_open_sideband()). */
static uint64_t time_of(const uint8_t *bytes, size_t n)
{
	uint64_t time_ns = 0;

	if (n >= sizeof(struct perf_event_header) + 32)
		memcpy(&time_ns, bytes + n - 24, sizeof(time_ns));
	return time_ns;
}

static int gather(void *ctx, const void *bytes, size_t n)
{
	struct watch *w = ctx;
	struct sideband *sb = w->sb;
	struct watched_record new = { time_of(bytes, n), sb->records.len, n, sb->n_order };

	if (new.time_ns > w->until_ns) {
		sb->has_later = true;
		return WATCH_LATER;
	}
	if (buf_put(&sb->records, bytes, n))
		return -ENOMEM;
	return VEC_PUSH(sb->order, sb->n_order, sb->cap_order, new);
}

static int by_time(const void *a, const void *b)
{
	const struct watched_record *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int gather_all(struct watch *w)
{
	struct sideband *sb = w->sb;
	int r = 0;

	buf_clear(&sb->records);
	sb->n_order = 0;
	sb->has_later = false;
	for (size_t i = 0; i < sb->n && r >= 0; i++) {
		struct sideband_ring *ring = &sb->rings[i];

		r = pass_records(sb, ring, sb->ops->head(sb, ring), &ring->watched, gather, w);
	}
	return r < 0 ? r : 0;
}

int sideband_watch(struct sideband *sb, uint64_t until_ns,
		   int (*record)(void *ctx, const void *bytes, size_t n, uint64_t time_ns),
		   void *ctx)
{
	struct watch w = { sb, until_ns };
	int r;

	sb->is_watched = true;
	r = gather_all(&w);
	if (sb->n_order)
		qsort(sb->order, sb->n_order, sizeof(*sb->order), by_time);
	for (size_t i = 0; i < sb->n_order && !r; i++)
		r = record(ctx, sb->records.data + sb->order[i].at, sb->order[i].n,
			   sb->order[i].time_ns);
	return r;
}

int sideband_poll_fd(const struct sideband *sb, size_t i)
{
	return sb->rings[i].fd;
}

void sideband_close(struct sideband *sb)
{
	buf_release(&sb->records);
	free(sb->order);
	if (sb->ops)
		sb->ops->close(sb);
	free(sb->rings);
	*sb = (struct sideband){ 0 };
}
