// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The side band where the kernel refuses its own events: programs tell of forks, names, programs
 * and exits, and where they may, of mappings.  Paths only listings tell: a process is listed when
 * it maps a file that no listing had yet.  Without the program that is told of mappings, processes
 * are listed soon after each exec and when a walk meets code that is not known.
 *
 * The records are those that perf events would have.  One of a mapping that a listing found has the
 * time at which something was mapped, or the earliest at which the mapping can have come, so that
 * samples from before the listing are named by it.
 */
#include "config.h"

#include "sideband.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>

#include <bpf/libbpf.h>

#include "bpf/sideband.bpf.skel.h"

#include "lib/clock.h"
#include "lib/map.h"
#include "lib/perf-data.h"
#include "lib/vec.h"

#include "known-mappings.h"

/* Records that wait for a reader. */
#define QUEUE_BYTES_MAX ((size_t)64 << 20)
#define FILES_MAX 65536

struct sideband_bpf_state {
	struct sideband_bpf *bpf;
	struct ring_buffer *ring;
	struct buf queue;
	uint64_t tail;           /* position of the queue's first byte */
	uint64_t lost;           /* of the kernel's losses those that have become records */
	int error;
	struct known_mappings known;
	struct map files;        /* by struct file_key */
	char **paths; size_t n_paths, cap_paths;     /* of the files, owned */
	struct rescans *rescans; /* borrowed */
	bool all;
	bool tells_mappings;
};

struct file_key {
	uint64_t ino;
	uint32_t maj, min, generation, pad;
};

static struct known_process *process_of(struct sideband_bpf_state *s, uint32_t tgid)
{
	return s->all ? known_get(&s->known, tgid) : known_find(&s->known, tgid);
}

/* ---- paths ---- */

static int note_path(struct sideband_bpf_state *s, const struct abi_mapping *m, const char *path)
{
	struct file_key key = { m->ino, m->maj, m->min, m->generation, 0 };
	bool is_new = false;
	char *copy;

	if (!m->ino || !*path || s->n_paths == FILES_MAX)
		return 0;
	if (map_intern(&s->files, &key, sizeof(key), &is_new) == MAP_NONE)
		return -ENOMEM;
	if (!is_new)
		return 0;
	copy = strdup(path);
	return copy ? VEC_PUSH(s->paths, s->n_paths, s->cap_paths, copy) : -ENOMEM;
}

/* NULL: no listing has had the file. */
static const char *path_of(const struct sideband_bpf_state *s, const struct abi_mapped *m)
{
	struct file_key key = { m->mapping.ino, m->mapping.maj, m->mapping.min,
				m->mapping.generation, 0 };
	uint32_t id;

	if (m->is_vdso)
		return "[vdso]";
	id = m->has_file ? map_find(&s->files, &key, sizeof(key)) : MAP_NONE;
	return id == MAP_NONE || id >= s->n_paths ? NULL : s->paths[id];
}

static int put_mapping(struct sideband_bpf_state *s, const struct abi_mapping *m, const char *path,
		       const struct perf_data_id *id)
{
	struct perf_data_mmap mmap;

	scan_describe(m, path, &mmap);
	return perf_data_put_mmap(&s->queue, &mmap, 0, id);
}

/* ---- what happens ---- */

static int put_fork(struct sideband_bpf_state *s, const struct abi_happening *h,
		    const struct perf_data_id *id)
{
	int r = h->tgid != h->parent_tgid ?
		known_fork(&s->known, h->tgid, h->parent_tgid, h->time_ns) : 0;

	return r ? r : perf_data_put_task(&s->queue, PERF_RECORD_FORK, h->tgid, h->parent_tgid,
					  h->tid, h->parent_tid, 0, id);
}

static int put_exit(struct sideband_bpf_state *s, const struct abi_happening *h,
		    const struct perf_data_id *id)
{
	if (h->is_last)
		known_forget(&s->known, h->tgid);
	return perf_data_put_task(&s->queue, PERF_RECORD_EXIT, h->tgid, h->tgid, h->tid, h->tid, 0,
				  id);
}

static int put_name(struct sideband_bpf_state *s, const struct abi_happening *h,
		    const struct perf_data_id *id)
{
	char comm[ABI_COMM_LEN + 1] = "";

	memcpy(comm, h->comm, ABI_COMM_LEN);
	return perf_data_put_comm(&s->queue, h->tgid, h->tid, comm, h->kind == ABI_EXEC, 0, id);
}

static int put_exec(struct sideband_bpf_state *s, const struct abi_happening *h,
		    const struct perf_data_id *id)
{
	struct known_process *p = process_of(s, h->tgid);
	int r = p && !s->tells_mappings ? rescans_soon(s->rescans, h->tgid) : 0;

	if (p)
		known_exec(p, h->exec_id, h->time_ns);
	return r ? r : put_name(s, h, id);
}

/* Of several that are to be listed the first one's time is that of all: none came before it. */
static int take_mapped(struct sideband_bpf_state *s, const struct abi_mapped *m,
		       const struct perf_data_id *id)
{
	struct known_process *p = process_of(s, m->mapping.tgid);
	const char *path = path_of(s, m);
	int r;

	if (!p)
		return 0;
	if (!path) {
		if (!p->told_ns && id->time > p->looked_ns)
			p->told_ns = id->time;
		return rescans_soon(s->rescans, m->mapping.tgid);
	}
	r = known_map(p, &m->mapping);
	return r <= 0 ? r : put_mapping(s, &m->mapping, path, id);
}

static int take(void *ctx, void *data, size_t n)
{
	struct sideband_bpf_state *s = ctx;
	const struct abi_happening *h = data;
	struct perf_data_id id;

	if (n < sizeof(*h))
		return 0;
	id = (struct perf_data_id){ h->tgid, h->tid, h->cpu, h->time_ns };
	switch (h->kind) {
	case ABI_FORK:
		s->error = put_fork(s, h, &id);
		break;
	case ABI_EXIT:
		s->error = put_exit(s, h, &id);
		break;
	case ABI_NAME:
		s->error = put_name(s, h, &id);
		break;
	case ABI_EXEC:
		s->error = put_exec(s, h, &id);
		break;
	case ABI_MAPPING:
		s->error = n < sizeof(struct abi_mapped) ? 0 : take_mapped(s, data, &id);
		break;
	}
	return s->error;
}

/* As the kernel writes it: an event's id, how many records, and the trailer. */
static void put_lost(struct sideband_bpf_state *s, uint64_t lost)
{
	struct {
		struct perf_event_header header;
		uint64_t id, lost;
		uint32_t pid, tid;
		uint64_t time;
		uint32_t cpu, reserved;
		uint64_t identifier;
	} rec = {
		.header = { .type = PERF_RECORD_LOST, .size = sizeof(rec) },
		.lost = lost,
		.time = clock_now_ns(),
	};

	buf_put(&s->queue, &rec, sizeof(rec));
}

/* ---- what listings find ---- */

static int bpf_found(struct sideband *sb, const struct abi_mapping *m, const char *path)
{
	struct known_process *p = process_of(sb->bpf, m->tgid);
	struct perf_data_id id = { .pid = m->tgid, .tid = m->tgid };
	int r = note_path(sb->bpf, m, path);

	if (!p || r)
		return r;
	r = known_list(p, m, &id.time);
	return r <= 0 ? r : put_mapping(sb->bpf, m, path, &id);
}

static int bpf_ended(struct sideband *sb, uint32_t tgid, uint64_t began_ns)
{
	struct known_process *p = known_find(&sb->bpf->known, tgid);

	if (p)
		known_end(p, began_ns);
	return 0;
}

static int bpf_announce(struct sideband *sb, const struct abi_mapping *m, const char *path)
{
	struct known_process *p = known_get(&sb->bpf->known, m->tgid);
	int r;

	if (!p)
		return -ENOMEM;
	p->exec_id = m->exec_id;
	p->looked_ns = m->time_ns;
	r = known_map(p, m);
	return r < 0 ? r : note_path(sb->bpf, m, path);
}

static int bpf_met(struct sideband *sb, uint32_t tgid, const uint64_t *addresses, size_t n)
{
	const struct known_process *p = process_of(sb->bpf, tgid);

	for (size_t i = 0; p && i < n; i++)
		if (!known_covers(p, addresses[i]))
			return rescans_want(sb->bpf->rescans, tgid);
	return 0;
}

/* ---- the ring ---- */

static uint64_t bpf_head(struct sideband *sb, struct sideband_ring *ring)
{
	struct sideband_bpf_state *s = sb->bpf;
	uint64_t lost = __atomic_load_n(&s->bpf->bss->lost, __ATOMIC_RELAXED);

	(void)ring;
	ring_buffer__consume(s->ring);
	if (lost != s->lost)
		put_lost(s, lost - s->lost);
	s->lost = lost;
	return s->tail + s->queue.len;
}

static uint64_t bpf_tail(const struct sideband *sb, const struct sideband_ring *ring)
{
	(void)ring;
	return sb->bpf->tail;
}

static void bpf_set_tail(struct sideband *sb, struct sideband_ring *ring, uint64_t tail)
{
	struct sideband_bpf_state *s = sb->bpf;
	size_t n = (size_t)(tail - s->tail);

	(void)ring;
	if (n)
		memmove(s->queue.data, s->queue.data + n, s->queue.len - n);
	s->queue.len -= n;
	s->tail = tail;
}

static const void *bpf_bytes(const struct sideband *sb, const struct sideband_ring *ring,
			     uint64_t at, size_t n, uint8_t *whole)
{
	(void)ring;
	(void)n;
	(void)whole;
	return sb->bpf->queue.data + (at - sb->bpf->tail);
}

static void bpf_close(struct sideband *sb)
{
	struct sideband_bpf_state *s = sb->bpf;

	ring_buffer__free(s->ring);
	sideband_bpf__destroy(s->bpf);
	buf_release(&s->queue);
	known_release(&s->known);
	map_release(&s->files);
	for (size_t i = 0; i < s->n_paths; i++)
		free(s->paths[i]);
	free(s->paths);
	free(s);
}

static const struct sideband_ops bpf_ops = {
	.name = "bpf",
	.head = bpf_head,
	.tail = bpf_tail,
	.set_tail = bpf_set_tail,
	.bytes = bpf_bytes,
	.close = bpf_close,
	.found = bpf_found,
	.ended = bpf_ended,
	.announce = bpf_announce,
	.met = bpf_met,
};

/* ---- opening ---- */

static int load(struct sideband_bpf_state *s, const struct sideband_config *c, bool tell_mappings)
{
	int r;

	s->bpf = sideband_bpf__open();
	if (!s->bpf)
		return -errno;
	s->bpf->rodata->ns_level = c->ns_level;
	s->bpf->rodata->ns_inum = c->ns_inum;
	bpf_program__set_autoload(s->bpf->progs.note_mapping, tell_mappings);
	r = sideband_bpf__load(s->bpf);
	if (!r)
		r = sideband_bpf__attach(s->bpf);
	if (r) {
		sideband_bpf__destroy(s->bpf);
		s->bpf = NULL;
	}
	return r;
}

static int open_ring(struct sideband *sb)
{
	struct sideband_bpf_state *s = sb->bpf;

	s->ring = ring_buffer__new(bpf_map__fd(s->bpf->maps.happenings), take, s, NULL);
	if (!s->ring)
		return -errno;
	sb->rings[0].fd = ring_buffer__epoll_fd(s->ring);
	sb->n = 1;
	return 0;
}

int sideband_open_bpf(struct sideband *sb, const struct sideband_config *config)
{
	int r;

	*sb = (struct sideband){
		.ops = &bpf_ops,
		.record_bytes_max = QUEUE_BYTES_MAX,
		.is_prompt = true,
		.rings = calloc(1, sizeof(*sb->rings)),
		.bpf = calloc(1, sizeof(*sb->bpf)),
	};
	if (!sb->rings || !sb->bpf) {
		free(sb->rings);
		free(sb->bpf);
		*sb = (struct sideband){ 0 };
		return -ENOMEM;
	}
	sb->bpf->queue = BUF_INIT(QUEUE_BYTES_MAX);
	sb->bpf->rescans = config->rescans;
	sb->bpf->all = config->all;
	/* Some kernels refuse the program that is told of mappings: then misses tell. */
	r = load(sb->bpf, config, true);
	sb->bpf->tells_mappings = !r;
	if (r)
		r = load(sb->bpf, config, false);
	if (!r)
		r = open_ring(sb);
	if (r)
		sideband_close(sb);
	return r;
}
