// SPDX-License-Identifier: GPL-2.0-or-later
/* The side band from the kernel's own events, one perf ring for each CPU. */
#include "config.h"

#include "sideband.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t ring_bytes(void)
{
	return CPU_EVENTS_SIDEBAND_PAGES * page_bytes();
}

static uint64_t perf_head(struct sideband *sb, struct sideband_ring *ring)
{
	const struct perf_event_mmap_page *control = ring->base;

	(void)sb;
	return __atomic_load_n(&control->data_head, __ATOMIC_ACQUIRE);
}

static uint64_t perf_tail(const struct sideband *sb, const struct sideband_ring *ring)
{
	(void)sb;
	return ((const struct perf_event_mmap_page *)ring->base)->data_tail;
}

static void perf_set_tail(struct sideband *sb, struct sideband_ring *ring, uint64_t tail)
{
	struct perf_event_mmap_page *control = ring->base;

	(void)sb;
	__atomic_store_n(&control->data_tail, tail, __ATOMIC_RELEASE);
}

/* A record may wrap around the ring's end: then it is put together in `whole`. */
static const void *perf_bytes(const struct sideband *sb, const struct sideband_ring *ring,
			      uint64_t at, size_t n, uint8_t *whole)
{
	const uint8_t *data = (const uint8_t *)ring->base + page_bytes();
	size_t size = ring_bytes(), offset = at & (size - 1), first = size - offset;

	(void)sb;
	if (n <= first)
		return data + offset;
	memcpy(whole, data + offset, first);
	memcpy(whole + first, data, n - first);
	return whole;
}

static void perf_close(struct sideband *sb)
{
	for (size_t i = 0; i < sb->n; i++) {
		munmap(sb->rings[i].base, page_bytes() + ring_bytes());
		close(sb->rings[i].fd);
	}
}

static const struct sideband_ops perf_ops = {
	.name = "perf",
	.head = perf_head,
	.tail = perf_tail,
	.set_tail = perf_set_tail,
	.bytes = perf_bytes,
	.close = perf_close,
};

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

int sideband_open_perf(struct sideband *sb, const struct sideband_config *config)
{
	*sb = (struct sideband){
		.ops = &perf_ops,
		.record_bytes_max = config->n_cpus * ring_bytes(),
		.is_prompt = config->prompt,
		.rings = calloc(config->n_cpus, sizeof(*sb->rings)),
	};
	if (!sb->rings)
		return -ENOMEM;
	for (size_t i = 0; i < config->n_cpus; i++) {
		int r = open_ring(&sb->rings[i], event_on(config, config->cpus[i]));

		if (r) {
			sideband_close(sb);
			return r;
		}
		sb->n++;
	}
	return 0;
}
