/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the records of a perf.data stream. */
#include "config.h"

#include "lib/perf-data.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/perf-data-format.h"

/* pid and tid, time, cpu, identifier: what sample_id_all appends for our sample type. */
#define TRAILER_SIZE 32

/* Write position in a record whose memory has been reserved whole. */
struct cursor {
	uint8_t *at;
};

static inline void put_bytes(struct cursor *c, const void *bytes, size_t n)
{
	if (n)
		memcpy(c->at, bytes, n);
	c->at += n;
}

static inline void put_u32(struct cursor *c, uint32_t v)
{
	put_bytes(c, &v, sizeof(v));
}

static inline void put_u64(struct cursor *c, uint64_t v)
{
	put_bytes(c, &v, sizeof(v));
}

static inline void put_zeros(struct cursor *c, size_t n)
{
	memset(c->at, 0, n);
	c->at += n;
}

/* Room that n bytes of text take with a NUL and padding to 8 bytes. */
static size_t text_room(size_t n)
{
	return perf_align8((uint64_t)n + 1);
}

static void put_text(struct cursor *c, const char *s, size_t n)
{
	put_bytes(c, s, n);
	put_zeros(c, text_room(n) - n);
}

static void put_trailer(struct cursor *c, uint64_t event_id, const struct perf_data_id *id)
{
	put_u32(c, id->pid);
	put_u32(c, id->tid);
	put_u64(c, id->time);
	put_u32(c, id->cpu);
	put_u32(c, 0);
	put_u64(c, event_id);
}

/* Reserve a record with `body` bytes behind its header, and write the header. */
static int begin(struct buf *b, struct cursor *c, uint32_t type, uint16_t misc, size_t body)
{
	struct perf_event_header header = { .type = type, .misc = misc };

	if (body > PERF_RECORD_MAX - sizeof(header))
		return -EMSGSIZE;
	header.size = (uint16_t)(sizeof(header) + body);
	c->at = buf_extend(b, header.size);
	if (!c->at)
		return b->failed;
	put_bytes(c, &header, sizeof(header));
	return 0;
}

static void put_build_id(struct cursor *c, const struct perf_data_mmap *m)
{
	const uint8_t sizes[4] = { m->build_id_len };

	put_bytes(c, sizes, sizeof(sizes));
	put_bytes(c, m->build_id, m->build_id_len);
	put_zeros(c, sizeof(m->build_id) - m->build_id_len);
}

static void put_inode(struct cursor *c, const struct perf_data_mmap *m)
{
	put_u32(c, m->maj);
	put_u32(c, m->min);
	put_u64(c, m->ino);
	put_u64(c, m->ino_generation);
}

static void put_mmap_range(struct cursor *c, const struct perf_data_mmap *m)
{
	put_u32(c, m->pid);
	put_u32(c, m->tid);
	put_u64(c, m->start);
	put_u64(c, m->len);
	put_u64(c, m->pgoff);
}

static int put_mmap1(struct buf *b, const struct perf_data_mmap *m, uint64_t event_id,
		     const struct perf_data_id *id)
{
	size_t n = strlen(m->filename);
	struct cursor c;
	int error = begin(b, &c, PERF_RECORD_MMAP, PERF_RECORD_MISC_KERNEL,
			  32 + text_room(n) + TRAILER_SIZE);

	if (error)
		return error;
	put_mmap_range(&c, m);
	put_text(&c, m->filename, n);
	put_trailer(&c, event_id, id);
	return 0;
}

static uint16_t mmap2_misc(const struct perf_data_mmap *m)
{
	uint16_t misc = PERF_RECORD_MISC_USER;

	if (!(m->prot & PROT_EXEC))
		misc |= PERF_RECORD_MISC_MMAP_DATA;
	if (m->build_id_len)
		misc |= PERF_RECORD_MISC_MMAP_BUILD_ID;
	return misc;
}

int perf_data_put_mmap(struct buf *b, const struct perf_data_mmap *m, uint64_t event_id,
		       const struct perf_data_id *id)
{
	size_t n = strlen(m->filename);
	struct cursor c;
	int error;

	if (m->kernel)
		return put_mmap1(b, m, event_id, id);
	if (m->build_id_len > sizeof(m->build_id))
		return -EINVAL;
	error = begin(b, &c, PERF_RECORD_MMAP2, mmap2_misc(m), 64 + text_room(n) + TRAILER_SIZE);
	if (error)
		return error;
	put_mmap_range(&c, m);
	if (m->build_id_len)
		put_build_id(&c, m);
	else
		put_inode(&c, m);
	put_u32(&c, m->prot);
	put_u32(&c, m->flags);
	put_text(&c, m->filename, n);
	put_trailer(&c, event_id, id);
	return 0;
}

int perf_data_put_comm(struct buf *b, uint32_t pid, uint32_t tid, const char *comm, bool exec,
		       uint64_t event_id, const struct perf_data_id *id)
{
	size_t n = strlen(comm);
	struct cursor c;
	int error = begin(b, &c, PERF_RECORD_COMM, exec ? PERF_RECORD_MISC_COMM_EXEC : 0,
			  8 + text_room(n) + TRAILER_SIZE);

	if (error)
		return error;
	put_u32(&c, pid);
	put_u32(&c, tid);
	put_text(&c, comm, n);
	put_trailer(&c, event_id, id);
	return 0;
}

int perf_data_put_task(struct buf *b, uint32_t type, uint32_t pid, uint32_t ppid, uint32_t tid,
		       uint32_t ptid, uint64_t event_id, const struct perf_data_id *id)
{
	struct cursor c;
	int error;

	if (type != PERF_RECORD_FORK && type != PERF_RECORD_EXIT)
		return -EINVAL;
	error = begin(b, &c, type, 0, 24 + TRAILER_SIZE);
	if (error)
		return error;
	put_u32(&c, pid);
	put_u32(&c, ppid);
	put_u32(&c, tid);
	put_u32(&c, ptid);
	put_u64(&c, id->time);
	put_trailer(&c, event_id, id);
	return 0;
}

/* RAW is a 32-bit size and data that end on a multiple of 8 together, as the kernel does it. */
static size_t raw_room(const struct perf_data_sample *s)
{
	return perf_align8(sizeof(uint32_t) + (s->raw ? s->raw_len : 0));
}

static void put_raw(struct cursor *c, const struct perf_data_sample *s)
{
	size_t n = s->raw ? s->raw_len : 0, size = raw_room(s) - sizeof(uint32_t);

	put_u32(c, (uint32_t)size);
	put_bytes(c, s->raw, n);
	put_zeros(c, size - n);
}

static bool has_regs(const struct perf_data_sample *s)
{
	return s->regs_mask && s->regs_abi;
}

static size_t regs_room(const struct perf_data_sample *s)
{
	if (!s->regs_mask)
		return 0;
	return sizeof(uint64_t) * (has_regs(s) ? 1 + PERF_DATA_REGS_N : 1);
}

static void put_regs(struct cursor *c, const struct perf_data_sample *s)
{
	if (!s->regs_mask)
		return;
	put_u64(c, s->regs_abi);
	if (has_regs(s))
		put_bytes(c, s->regs, PERF_DATA_REGS_N * sizeof(*s->regs));
}

/*
 * STACK_USER is the room, as many bytes, and how many of them are the stack's.  `left` bytes of
 * the record are free.  Returns the room for the copy.
 */
static size_t stack_room(const struct perf_data_sample *s, size_t left)
{
	size_t full = s->stack_len & ~(size_t)7, sizes = 2 * sizeof(uint64_t);
	size_t n = s->stack_full ? full : perf_align8(s->stack_len) + sizeof(uint64_t);

	if (!has_regs(s) || !s->stack || !s->stack_len || left <= sizes)
		return 0;
	return n < left - sizes ? n : left - sizes;
}

static void put_stack(struct cursor *c, const struct perf_data_sample *s, size_t room)
{
	size_t n = s->stack_len < room ? s->stack_len : room;

	if (!s->regs_mask)
		return;
	put_u64(c, room);
	if (!room)
		return;
	put_bytes(c, s->stack, n);
	put_zeros(c, room - n);
	put_u64(c, n);
}

static size_t stack_size(const struct perf_data_sample *s, size_t room)
{
	if (!s->regs_mask)
		return 0;
	return sizeof(uint64_t) * (room ? 2 : 1) + room;
}

static int check_sample(const struct perf_data_sample *s)
{
	if (s->regs_mask && s->regs_mask != PERF_DATA_REGS_MASK)
		return -EINVAL;
	if (has_regs(s) && !s->regs)
		return -EINVAL;
	return s->chain_len > PERF_DATA_CHAIN_MAX || s->raw_len > PERF_RECORD_MAX ? -EMSGSIZE : 0;
}

int perf_data_put_sample(struct buf *b, const struct perf_data_sample *s)
{
	const size_t max = PERF_RECORD_MAX - sizeof(struct perf_event_header);
	size_t body = 56 + s->chain_len * 8 + raw_room(s) + regs_room(s), room;
	struct cursor c;
	int error = check_sample(s);

	if (error)
		return error;
	room = body < max ? stack_room(s, max - body) : 0;
	error = begin(b, &c, PERF_RECORD_SAMPLE, s->misc, body + stack_size(s, room));
	if (error)
		return error;
	put_u64(&c, s->id);
	put_u64(&c, s->ip);
	put_u32(&c, s->pid);
	put_u32(&c, s->tid);
	put_u64(&c, s->time);
	put_u32(&c, s->cpu);
	put_u32(&c, 0);
	put_u64(&c, s->period);
	put_u64(&c, s->chain_len);
	put_bytes(&c, s->chain, s->chain_len * 8);
	put_raw(&c, s);
	put_regs(&c, s);
	put_stack(&c, s, room);
	return 0;
}

int perf_data_put_lost_samples(struct buf *b, uint64_t lost, uint64_t event_id,
			       const struct perf_data_id *id)
{
	struct cursor c;
	int error = begin(b, &c, PERF_RECORD_LOST_SAMPLES, 0, 8 + TRAILER_SIZE);

	if (error)
		return error;
	put_u64(&c, lost);
	put_trailer(&c, event_id, id);
	return 0;
}

/* ---- our own records ---- */

static int begin_own(struct buf *b, struct cursor *c, enum perf_data_own_kind kind, size_t body)
{
	int error = begin(b, c, PERF_USER_EVENT_TYPE, 0, 8 + body);

	if (error)
		return error;
	put_u32(c, OWN_MAGIC);
	put_u32(c, kind);
	return 0;
}

int perf_data_put_round(struct buf *b, bool ordered)
{
	struct cursor c;

	return ordered ? begin(b, &c, PERF_USER_FINISHED_ROUND, 0, 0) :
			 begin_own(b, &c, OWN_ROUND, 0);
}

/* Bytes of s to keep so that at most max remain and no UTF-8 sequence is cut. */
static size_t clipped_length(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return n;
	for (n = max; n && ((uint8_t)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

int perf_data_put_meta(struct buf *b, const char *key, const char *value)
{
	size_t key_len = strlen(key), value_len = clipped_length(value, PERF_DATA_TEXT_MAX);
	struct cursor c;
	int error;

	if (!key_len || key_len > PERF_DATA_KEY_MAX || strchr(key, ' '))
		return -EINVAL;
	error = begin_own(b, &c, OWN_META, text_room(key_len + 1 + value_len));
	if (error)
		return error;
	put_bytes(&c, key, key_len);
	put_bytes(&c, " ", 1);
	put_bytes(&c, value, value_len);
	put_zeros(&c, text_room(key_len + 1 + value_len) - (key_len + 1 + value_len));
	return 0;
}

int perf_data_put_kernel_symbol(struct buf *b, uint64_t start, uint64_t end, const char *name,
				const char *module)
{
	size_t name_len = strlen(name), module_len = module ? strlen(module) : 0;
	size_t text = name_len + 1 + module_len;
	struct cursor c;
	int error = begin_own(b, &c, OWN_KERNEL_SYMBOL, 16 + text_room(text));

	if (error)
		return error;
	put_u64(&c, start);
	put_u64(&c, end);
	put_bytes(&c, name, name_len + 1);
	put_bytes(&c, module, module_len);
	put_zeros(&c, text_room(text) - text);
	return 0;
}
