// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's side-band events: mappings, names, forks and exits of all processes. */
#include "config.h"

#include "sideband.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/vec.h"

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t ring_bytes(void)
{
	return CPU_EVENTS_SIDEBAND_PAGES * page_bytes();
}

/* Takes fd over. */
static int open_ring(struct sideband_ring *ring, int fd)
{
	void *base;

	if (fd < 0)
		return fd;
	base = mmap(NULL, page_bytes() + ring_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED) {
		int r = -errno;

		close(fd);
		return r;
	}
	*ring = (struct sideband_ring){ .fd = fd, .base = base };
	return 0;
}

static int event_on(const struct sideband_config *c, uint32_t cpu)
{
	const struct cpu_event *given = cpu_events_find(c->events, c->n_events, cpu);

	if (given && given->sideband_fd >= 0)
		return given->sideband_fd;
	return cpu_events_open_sideband(cpu, c->prompt);
}

int sideband_open(struct sideband *sb, const uint32_t *cpus, size_t n_cpus,
		  const struct sideband_config *config)
{
	*sb = (struct sideband){ .records = BUF_INIT(n_cpus * ring_bytes()) };
	sb->rings = calloc(n_cpus, sizeof(*sb->rings));
	if (!sb->rings)
		return -ENOMEM;
	for (size_t i = 0; i < n_cpus; i++) {
		int r = open_ring(&sb->rings[i], event_on(config, cpus[i]));

		if (r) {
			sideband_close(sb);
			return r;
		}
		sb->n++;
	}
	return 0;
}

/* A record may wrap around the ring's end: then it is put together in `whole`. */
static const void *contiguous(const uint8_t *data, uint64_t at, size_t n, uint8_t *whole)
{
	size_t size = ring_bytes(), offset = at & (size - 1), first = size - offset;

	if (n <= first)
		return data + offset;
	memcpy(whole, data + offset, first);
	memcpy(whole + first, data, n - first);
	return whole;
}

static uint64_t head_of(const struct sideband_ring *ring)
{
	const struct perf_event_mmap_page *control = ring->base;

	return __atomic_load_n(&control->data_head, __ATOMIC_ACQUIRE);
}

/* Pass the records from *tail to `head` on.  *tail becomes what follows the last one. */
static int pass_records(const struct sideband_ring *ring, uint64_t head, uint64_t *tail,
			int (*record)(void *ctx, const void *bytes, size_t n), void *ctx)
{
	static uint8_t whole[65536] __attribute__((aligned(8)));
	const uint8_t *data = (const uint8_t *)ring->base + page_bytes();
	int r = 0;

	while (*tail < head && !r) {
		struct perf_event_header header;

		memcpy(&header, contiguous(data, *tail, sizeof(header), whole), sizeof(header));
		if (header.size < sizeof(header))
			break;
		r = record(ctx, contiguous(data, *tail, header.size, whole), header.size);
		if (!r)
			*tail += header.size;
	}
	return r;
}

static uint64_t tail_of(const struct sideband_ring *ring)
{
	return ((const struct perf_event_mmap_page *)ring->base)->data_tail;
}

void sideband_snapshot(struct sideband *sb)
{
	for (size_t i = 0; i < sb->n; i++)
		sb->rings[i].snapshot = sb->is_watched ? sb->rings[i].watched :
							 head_of(&sb->rings[i]);
}

int sideband_peek(struct sideband *sb, int (*record)(void *ctx, const void *bytes, size_t n),
		  void *ctx)
{
	int r = 0;

	for (size_t i = 0; i < sb->n && !r; i++) {
		uint64_t tail = tail_of(&sb->rings[i]);

		r = pass_records(&sb->rings[i], head_of(&sb->rings[i]), &tail, record, ctx);
	}
	return r;
}

int sideband_drain(struct sideband *sb, int (*record)(void *ctx, const void *bytes, size_t n),
		   void *ctx)
{
	int r = 0;

	for (size_t i = 0; i < sb->n && !r; i++) {
		struct perf_event_mmap_page *control = sb->rings[i].base;
		uint64_t tail = tail_of(&sb->rings[i]);

		r = pass_records(&sb->rings[i], sb->rings[i].snapshot, &tail, record, ctx);
		__atomic_store_n(&control->data_tail, tail, __ATOMIC_RELEASE);
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

		r = pass_records(ring, head_of(ring), &ring->watched, gather, w);
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
	for (size_t i = 0; i < sb->n; i++) {
		munmap(sb->rings[i].base, page_bytes() + ring_bytes());
		close(sb->rings[i].fd);
	}
	free(sb->rings);
	*sb = (struct sideband){ 0 };
}
