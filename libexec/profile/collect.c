// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the kernel's ring, count maps and side band to the stream, in the order that readers need.
 *
 * A sample is only understood by a reader that has the mapping events before it.  So the ring is
 * emptied first, then the side band, whose records of mappings that those samples need are there by
 * then, and only afterwards are the samples written.
 */
#include "config.h"

#include "collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/perf_event.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"

#include "lib/clock.h"

#include "kallsyms.h"
#include "probe-frames.h"

#define PENDING_BYTES_MAX ((size_t)256 << 20)

/*
 * Entries of a count map that one system call takes: while it runs, this CPU's ticks are skipped.
 */
#define COUNTS_BATCH 256
#define COUNTS_BATCH_MAX 8192

static int keep_record(void *ctx, void *data, size_t n)
{
	struct collector *c = ctx;

	if (n >= sizeof(uint64_t))
		c->error = buf_put(&c->pending, data, n);
	return c->error;
}

int collector_init(struct collector *c, struct sampler *sampler, struct sideband *sideband,
		   struct scan *scan, struct stream *stream, struct unwinder *unwinder)
{
	*c = (struct collector){
		.sampler = sampler,
		.sideband = sideband,
		.scan = scan,
		.stream = stream,
		.unwinder = unwinder,
		.pending = BUF_INIT(PENDING_BYTES_MAX),
	};
	c->copies = calloc((size_t)libbpf_num_possible_cpus(), sizeof(*c->copies));
	if (!c->copies)
		return -ENOMEM;
	c->ring = ring_buffer__new(sampler_ring_fd(sampler), keep_record, c, NULL);
	return c->ring ? 0 : -errno;
}

int collector_follow(struct collector *c, uint32_t tgid)
{
	uint32_t *value = u64_map_put(&c->followed, tgid);

	if (!value)
		return -ENOMEM;
	*value = 1;
	c->filter_followed = true;
	return 0;
}

bool collector_follows(const struct collector *c, uint32_t tgid)
{
	return u64_map_get(&c->followed, tgid) != MAP_NONE;
}

static int keep_unwinding(void *ctx)
{
	struct collector *c = ctx;

	return unwinder_work(c->unwinder, clock_now_ns() - SIDEBAND_DELAY_NS);
}

static int read_kallsyms(struct collector *c, struct buf *text)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	int r = f ? kallsyms_read(f, text) : 0;

	if (f)
		fclose(f);
	c->symbols_from = text->len ? "kallsyms" : "none";
	return r;
}

int collector_load_symbols(struct collector *c)
{
	struct buf text = BUF_INIT(KSYMS_TEXT_MAX);
	int r = scan_symbols(c->scan, &text, keep_unwinding, c);

	c->symbols_from = "ksym";
	if (r == -ENOTSUP)
		r = read_kallsyms(c, &text);
	if (!r)
		r = ksyms_take(&c->ksyms, &text);
	buf_release(&text);
	return r;
}

/* ---- side band ---- */

/* Every side-band record that we ask for starts with these. */
struct task_record {
	struct perf_event_header header;
	uint32_t pid, ppid;
};

struct mapping_record {
	struct task_record task;
	uint64_t start, len;
};

struct exit_record {
	struct task_record task;
	uint32_t tid, ptid;
};

/* Does the process have no mappings after this record? */
static bool ends_program(const struct task_record *rec, const void *bytes, size_t n)
{
	struct exit_record e;

	if (rec->header.type == PERF_RECORD_COMM)
		return rec->header.misc & PERF_RECORD_MISC_COMM_EXEC;
	if (rec->header.type != PERF_RECORD_EXIT || n < sizeof(e))
		return false;
	memcpy(&e, bytes, sizeof(e));
	return e.tid == rec->pid;
}

/* Keep the epochs of processes right; see remaps.h. */
static int watch_code(struct collector *c, const struct task_record *rec, const void *bytes,
		      size_t n)
{
	struct mapping_record m;
	bool replaced;
	int r;

	if (ends_program(rec, bytes, n))
		remaps_forget(&c->remaps, rec->pid);
	if (rec->header.type != PERF_RECORD_MMAP2 || n < sizeof(m))
		return 0;
	memcpy(&m, bytes, sizeof(m));
	r = remaps_add(&c->remaps, rec->pid, m.start, m.start + m.len, &replaced);
	return r || !replaced ? r : sampler_remapped(c->sampler, rec->pid);
}

/* Children of followed processes are followed. */
static int follow_fork(void *ctx, const void *bytes, size_t n)
{
	struct collector *c = ctx;
	struct task_record rec;

	if (n < sizeof(rec))
		return 0;
	memcpy(&rec, bytes, sizeof(rec));
	if (rec.header.type != PERF_RECORD_FORK || collector_follows(c, rec.pid) ||
	    !collector_follows(c, rec.ppid))
		return 0;
	c->found_fork = true;
	return collector_follow(c, rec.pid);
}

/* A child's own fork may be in a ring that is read before its parent's. */
static int follow_forks(struct collector *c)
{
	int r = 0;

	c->found_fork = c->filter_followed;
	while (c->found_fork && !r) {
		c->found_fork = false;
		r = sideband_peek(c->sideband, follow_fork, c);
	}
	return r;
}

static void note_lost(struct collector *c, const void *bytes, size_t n)
{
	struct {
		struct perf_event_header header;
		uint64_t id, lost;
	} rec;

	if (n < sizeof(rec))
		return;
	memcpy(&rec, bytes, sizeof(rec));
	c->lost_events += rec.lost;
}

static int keep_sideband(void *ctx, const void *bytes, size_t n)
{
	struct collector *c = ctx;
	struct task_record rec;
	int r;

	if (n < sizeof(rec))
		return 0;
	memcpy(&rec, bytes, sizeof(rec));
	if (rec.header.type == PERF_RECORD_LOST) {
		note_lost(c, bytes, n);
		return 0;
	}
	if (c->filter_followed && rec.pid != UINT32_MAX && !collector_follows(c, rec.pid))
		return 0;
	r = watch_code(c, &rec, bytes, n);
	return r ? r : stream_kernel_record(c->stream, bytes, n);
}

static int drain_sideband(struct collector *c)
{
	int r;

	sideband_snapshot(c->sideband);
	r = follow_forks(c);
	return r ? r : sideband_drain(c->sideband, keep_sideband, c);
}

/* ---- samples ---- */

/* The first hit of a probe says what that is called. */
static int name_probe(struct collector *c, uint32_t probe)
{
	struct buf text = BUF_INIT(PROBE_LINE_MAX);
	char key[32];
	int r;

	if (!c->probe_roots || probe >= c->probes->n || c->probes->list[probe].is_named)
		return 0;
	c->probes->list[probe].is_named = true;
	snprintf(key, sizeof(key), "probe.%u", probe);
	r = probe_put_name(&text, &c->probes->list[probe].target);
	if (!r)
		r = buf_put_byte(&text, '\0');
	if (!r)
		r = stream_meta(c->stream, key, (const char *)text.data);
	buf_release(&text);
	return r;
}

static int put_hit(struct collector *c, const struct abi_key *key, const struct stream_hit *hit)
{
	const struct stack *stack = stack_table_find(&c->stacks, key->user_hash, key->kernel_hash);
	int r = c->probes ? name_probe(c, key->probe) : 0;

	if (r)
		return r;
	if (!stack || !(stack->n_kernel + stack->n_user)) {
		c->unsent += hit->count;
		return 0;
	}
	c->samples += hit->count;
	return stream_samples(c->stream, hit, stack, c->stacks.frames + stack->first);
}

static void reverse(uint64_t *frames, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		uint64_t swap = frames[i];

		frames[i] = frames[n - 1 - i];
		frames[n - 1 - i] = swap;
	}
}

/* The outermost frames of a deep stack come as a ring: put them in order. */
static void unroll(const struct abi_event *e, uint64_t *frames)
{
	uint64_t *tail = frames + e->n_kernel + e->gap;
	size_t n;

	if (!e->gap || e->gap >= e->n_user)
		return;
	n = (size_t)e->n_user - e->gap;
	if (e->rotation >= n)
		return;
	reverse(tail, e->rotation);
	reverse(tail + e->rotation, n - e->rotation);
	reverse(tail, n);
}

/* The copy of the event's stack, or NULL. */
static const struct abi_copy *copy_of(const struct collector *c, const struct abi_event *e)
{
	const struct abi_copy *copy;

	if (e->cpu >= (uint32_t)libbpf_num_possible_cpus() || !c->copies[e->cpu])
		return NULL;
	copy = (const void *)(c->pending.data + c->copies[e->cpu] - 1);
	return copy->time_ns == e->time_ns ? copy : NULL;
}

/* Kernel frames of a hit that are not of the probed code. */
static uint16_t machinery(const struct collector *c, const struct abi_event *e,
			  const uint64_t *frames)
{
	if (!c->probes || !e->n_kernel || e->key.probe >= c->probes->n)
		return 0;
	return (uint16_t)probe_frames_machinery(&c->ksyms, &c->probes->list[e->key.probe].target,
						frames, e->n_kernel);
}

static int put_event(struct collector *c, const struct abi_event *e, uint64_t *frames)
{
	struct stack stack = {
		.n_kernel = e->n_kernel,
		.n_user = e->n_user,
		.gap = e->gap,
		.verdict = e->key.verdict,
	};
	struct stream_hit hit = {
		.time_ns = e->time_ns,
		.count = 1,
		.tgid = e->key.tgid,
		.tid = e->tid,
		.cpu = e->cpu,
		.epoch = e->key.epoch,
		.probe = e->key.probe,
		.comm = e->key.comm,
		.copy = copy_of(c, e),
	};
	bool is_new;

	if (e->n_kernel || e->n_user) {
		int64_t id;

		uint16_t skipped = machinery(c, e, frames);

		unroll(e, frames);
		frames += skipped;
		stack.n_kernel -= skipped;
		id = stack_table_add(&c->stacks, e->key.user_hash, e->key.kernel_hash, &stack,
				     frames, &is_new);
		if (id < 0)
			return (int)id;
	}
	if (e->key.verdict == VERDICT_UNMAPPED) {
		int r = unwinder_missed(c->unwinder, e->key.tgid);

		if (r)
			return r;
	}
	return put_hit(c, &e->key, &hit);
}

static int keep_copy(struct collector *c, size_t at)
{
	const struct abi_copy *copy = (const void *)(c->pending.data + at);

	if (c->pending.len - at < sizeof(*copy) ||
	    copy->cpu >= (uint32_t)libbpf_num_possible_cpus())
		return -EBADMSG;
	c->copies[copy->cpu] = at + 1;
	return 0;
}

/* Bytes of the ring record at `at`, or 0: there is no whole one. */
static size_t record_bytes(const struct collector *c, size_t at)
{
	const struct abi_event *e = (const void *)(c->pending.data + at);
	size_t left = c->pending.len - at, n;

	if (left < sizeof(*e))
		return 0;
	n = e->record == ABI_COPY ? sizeof(struct abi_copy) :
				    sizeof(*e) + ((size_t)e->n_kernel + e->n_user) * 8;
	return n <= left ? n : 0;
}

/* The ring's records are multiples of 8 bytes. */
static int put_pending(struct collector *c)
{
	size_t at = 0;
	int r = 0;

	memset(c->copies, 0, (size_t)libbpf_num_possible_cpus() * sizeof(*c->copies));
	while (!r && at < c->pending.len) {
		struct abi_event *e = (void *)(c->pending.data + at);
		size_t n = record_bytes(c, at);

		if (!n)
			return -EBADMSG;
		r = e->record == ABI_COPY ? keep_copy(c, at) :
					    put_event(c, e, (uint64_t *)(e + 1));
		at += n;
	}
	buf_clear(&c->pending);
	return r;
}

/*
 * The side band must have been looked at up to now, since it is drained only so far; a record takes
 * a moment from its time to its ring.
 */
static int watch_sideband(struct collector *c, uint64_t until_ns)
{
	struct timespec moment = { .tv_nsec = SIDEBAND_DELAY_NS };

	if (c->unwinder->on && clock_now_ns() < until_ns + SIDEBAND_DELAY_NS)
		nanosleep(&moment, NULL);
	return unwinder_work(c->unwinder, until_ns);
}

/* Of code that is in no known mapping listings must tell before the samples are written. */
static int find_unknown_code(struct collector *c)
{
	size_t at = 0, n;
	int r = 0;

	for (; !r && at < c->pending.len && (n = record_bytes(c, at)); at += n) {
		const struct abi_event *e = (const void *)(c->pending.data + at);
		const uint64_t *frames = (const uint64_t *)(e + 1);

		if (e->record == ABI_EVENT && e->n_user)
			r = sideband_met(c->sideband, e->key.tgid, frames + e->n_kernel, e->n_user);
	}
	return r;
}

static int drain(struct collector *c)
{
	int r = ring_buffer__consume(c->ring);

	if (r >= 0)
		r = find_unknown_code(c);
	if (!r)
		r = watch_sideband(c, clock_now_ns());
	if (!r)
		r = drain_sideband(c);
	if (!r)
		r = put_pending(c);
	return r < 0 ? r : 0;
}

/* Counts carry the time of their first hit, which may lie before what was written already. */
static int end_round(struct collector *c)
{
	int r = stream_round(c->stream, c->sampler->config.every_sample);

	return r ? r : stream_flush(c->stream);
}

int collector_drain(struct collector *c)
{
	int r = drain(c);

	return r ? r : end_round(c);
}

/* ---- counts ---- */

static int put_count(struct collector *c, const struct abi_key *key, const struct abi_count *count)
{
	struct stream_hit hit = {
		.time_ns = count->first_ns,
		.count = count->count,
		.tgid = key->tgid,
		.tid = count->tid,
		.cpu = count->cpu,
		.epoch = key->epoch,
		.probe = key->probe,
		.comm = key->comm,
	};

	return hit.count ? put_hit(c, key, &hit) : 0;
}

struct batch {
	struct abi_key keys[COUNTS_BATCH_MAX];
	struct abi_count counts[COUNTS_BATCH_MAX];
	uint64_t cursor;         /* the kernel's, 4 bytes are used for hash maps */
	bool started;
};

/* Take up to `size` entries out of the map.  Returns their number, *more when some are left. */
static int take_batch(int map, struct batch *b, uint32_t size, bool *more)
{
	uint32_t n = size;
	uint64_t next = 0;
	int r = bpf_map_lookup_and_delete_batch(map, b->started ? &b->cursor : NULL, &next, b->keys,
						b->counts, &n, NULL);

	if (r && errno == ENOSPC)
		return -ENOSPC;
	*more = !r;
	if (r && errno != ENOENT)
		return -errno;
	b->cursor = next;
	b->started = true;
	return (int)n;
}

static int drain_counts(struct collector *c, int map, struct batch *b)
{
	uint32_t size = COUNTS_BATCH;
	bool more = true;

	while (more) {
		int n = take_batch(map, b, size, &more), r = 0;

		/* A hash bucket had more entries than the batch: try with a larger one. */
		if (n == -ENOSPC && size < COUNTS_BATCH_MAX) {
			size *= 2;
			continue;
		}
		if (n < 0)
			return n;
		for (int i = 0; i < n && !r; i++)
			r = put_count(c, &b->keys[i], &b->counts[i]);
		if (r)
			return r;
	}
	return 0;
}

int collector_flush(struct collector *c)
{
	int map = sampler_flip_counts(c->sampler), r;
	CLEANUP_FREE struct batch *b = NULL;

	if (map < 0)
		return map;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	/* The flip has waited for a grace period. */
	r = unwinder_after_grace(c->unwinder);
	if (!r)
		r = drain(c);
	if (!r)
		r = drain_counts(c, map, b);
	return r ? r : end_round(c);
}

int collector_ring_poll_fd(const struct collector *c)
{
	return ring_buffer__epoll_fd(c->ring);
}

void collector_release(struct collector *c)
{
	ring_buffer__free(c->ring);
	ksyms_release(&c->ksyms);
	stack_table_release(&c->stacks);
	buf_release(&c->pending);
	free(c->copies);
	u64_map_release(&c->followed);
	remaps_release(&c->remaps);
}
