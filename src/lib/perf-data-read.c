/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the records of perf.data streams and files. */
#include "config.h"

#include "lib/perf-data-read.h"

#include <errno.h>
#include <sys/mman.h>

/* In user space's records: the size of the build id is given (PERF_RECORD_MISC_BUILD_ID_SIZE). */
#define MISC_BUILD_ID_SIZE (1 << 15)
#define USER_AUXTRACE 71
#define BUILD_ID_ROOM 24

/* Decoders return 1 (there is a record), 0 (to be skipped) or a negative errno. */

static bool is_kernel(uint16_t misc)
{
	return (misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL;
}

static int done(const struct span *s)
{
	return s->bad ? -EBADMSG : 1;
}

static void take_range(struct span *s, struct perf_data_mmap *m)
{
	m->pid = span_u32(s);
	m->tid = span_u32(s);
	m->start = span_u64(s);
	m->len = span_u64(s);
	m->pgoff = span_u64(s);
}

static int decode_mmap(struct span *s, uint16_t misc, struct perf_data_record *rec)
{
	struct perf_data_mmap *m = &rec->mmap;

	rec->kind = PERF_DATA_MMAP;
	take_range(s, m);
	m->prot = misc & PERF_RECORD_MISC_MMAP_DATA ? PROT_READ : PROT_READ | PROT_EXEC;
	m->kernel = is_kernel(misc);
	m->filename = span_text(s);
	return done(s);
}

static void take_build_id(struct span *s, struct perf_data_mmap *m)
{
	const uint8_t *p = span_take(s, BUILD_ID_ROOM);

	if (!p)
		return;
	if (p[0] > sizeof(m->build_id)) {
		s->bad = true;
		return;
	}
	m->build_id_len = p[0];
	memcpy(m->build_id, p + 4, m->build_id_len);
}

/*
 * The kernel leaves the build-id flag of one session's record on the same record of the next
 * session, which did not ask for build ids and gets none: the flag alone is not to be believed.
 */
static int decode_mmap2(struct perf_data_reader *r, struct span *s, uint16_t misc,
			struct perf_data_record *rec)
{
	struct perf_data_mmap *m = &rec->mmap;

	rec->kind = PERF_DATA_MMAP;
	take_range(s, m);
	if (r->has_build_ids && (misc & PERF_RECORD_MISC_MMAP_BUILD_ID)) {
		take_build_id(s, m);
	} else {
		m->maj = span_u32(s);
		m->min = span_u32(s);
		m->ino = span_u64(s);
		m->ino_generation = span_u64(s);
	}
	m->prot = span_u32(s);
	m->flags = span_u32(s);
	m->kernel = is_kernel(misc);
	m->filename = span_text(s);
	return done(s);
}

static int decode_comm(struct span *s, uint16_t misc, struct perf_data_record *rec)
{
	rec->kind = PERF_DATA_COMM;
	rec->comm.pid = span_u32(s);
	rec->comm.tid = span_u32(s);
	rec->comm.comm = span_text(s);
	rec->comm.exec = misc & PERF_RECORD_MISC_COMM_EXEC;
	return done(s);
}

static int decode_task(struct span *s, uint32_t type, struct perf_data_record *rec)
{
	uint64_t time;

	rec->kind = type == PERF_RECORD_FORK ? PERF_DATA_FORK : PERF_DATA_EXIT;
	rec->task.pid = span_u32(s);
	rec->task.ppid = span_u32(s);
	rec->task.tid = span_u32(s);
	rec->task.ptid = span_u32(s);
	time = span_u64(s);
	if (!rec->time)
		rec->time = time;
	return done(s);
}

static int decode_lost(struct span *s, uint32_t type, struct perf_data_record *rec)
{
	rec->kind = PERF_DATA_LOST;
	rec->lost.samples = type == PERF_RECORD_LOST_SAMPLES;
	if (!rec->lost.samples)
		span_u64(s);
	rec->lost.lost = span_u64(s);
	return done(s);
}

static int decode_build_id(struct span *s, uint16_t misc, struct perf_data_record *rec)
{
	const uint8_t *id;

	rec->kind = PERF_DATA_BUILD_ID;
	rec->build_id.pid = (int32_t)span_u32(s);
	id = span_take(s, BUILD_ID_ROOM);
	if (!id)
		return -EBADMSG;
	rec->build_id.id_len = misc & MISC_BUILD_ID_SIZE ? id[20] : 20;
	if (rec->build_id.id_len > sizeof(rec->build_id.id))
		return -EBADMSG;
	memcpy(rec->build_id.id, id, rec->build_id.id_len);
	rec->build_id.kernel = is_kernel(misc);
	rec->build_id.filename = span_text(s);
	return done(s);
}

/* ---- our own records ---- */

static int decode_meta(struct span *s, struct perf_data_record *rec)
{
	char *text = span_text(s), *space = text ? strchr(text, ' ') : NULL;

	if (!space || space == text)
		return -EBADMSG;
	*space = '\0';
	rec->kind = PERF_DATA_META;
	rec->meta.key = text;
	rec->meta.value = space + 1;
	return 1;
}

static int decode_kernel_symbol(struct span *s, struct perf_data_record *rec)
{
	rec->kind = PERF_DATA_KERNEL_SYMBOL;
	rec->symbol.start = span_u64(s);
	rec->symbol.end = span_u64(s);
	rec->symbol.name = span_text(s);
	rec->symbol.module = span_text(s);
	return done(s);
}

/* perf's own records of this type, long deprecated, lack the magic number. */
static int decode_own(struct perf_data_reader *r, struct span *s, struct perf_data_record *rec)
{
	uint32_t magic = span_u32(s), kind = span_u32(s);

	if (s->bad || magic != OWN_MAGIC)
		return 0;
	r->info.ours = true;
	if (kind == OWN_META)
		return decode_meta(s, rec);
	if (kind == OWN_ROUND) {
		rec->kind = PERF_DATA_ROUND;
		return 1;
	}
	return kind == OWN_KERNEL_SYMBOL ? decode_kernel_symbol(s, rec) : 0;
}

/* ---- records that describe others ---- */

static int note_attr(struct perf_data_reader *r, struct span *s)
{
	const uint8_t *attr = s->at;
	uint32_t size;
	int error;

	if (span_left(s) < PERF_ATTR_SMALLEST)
		return -EBADMSG;
	memcpy(&size, attr + offsetof(struct perf_event_attr, size), sizeof(size));
	if (!size)
		size = PERF_ATTR_SMALLEST;
	if (!span_take(s, size))
		return -EBADMSG;
	error = perf_data_add_event(r, attr, size, s->at, span_left(s) / sizeof(uint64_t));
	return error;
}

static int note_feature(struct perf_data_reader *r, struct span *s)
{
	uint64_t feature = span_u64(s);

	return s->bad ? -EBADMSG : perf_data_note_feature(r, feature, *s);
}

/* Data behind a record that its size does not include. */
static int skip_extra(struct perf_data_reader *r, uint64_t n)
{
	if (n > INT64_MAX)
		return -EBADMSG;
	input_advance(&r->in, r->pending);
	r->pending = 0;
	return input_discard(&r->in, n);
}

static int skip_tracing_data(struct perf_data_reader *r, struct span *s)
{
	uint32_t n = span_u32(s);

	return s->bad ? -EBADMSG : skip_extra(r, n);
}

static int skip_auxtrace(struct perf_data_reader *r, struct span *s)
{
	uint64_t n = span_u64(s);

	return s->bad ? -EBADMSG : skip_extra(r, n);
}

/* ---- dispatch ---- */

static int decode_user(struct perf_data_reader *r, const struct perf_event_header *h,
		       struct span *s, struct perf_data_record *rec)
{
	switch (h->type) {
	case PERF_USER_HEADER_ATTR:
		return note_attr(r, s);
	case PERF_USER_FEATURE:
		return note_feature(r, s);
	case PERF_USER_EVENT_TYPE:
		return decode_own(r, s, rec);
	case PERF_USER_TRACING_DATA:
		return skip_tracing_data(r, s);
	case USER_AUXTRACE:
		return skip_auxtrace(r, s);
	case PERF_USER_BUILD_ID:
		return decode_build_id(s, h->misc, rec);
	case PERF_USER_FINISHED_ROUND:
		rec->kind = PERF_DATA_ROUND;
		return 1;
	case PERF_USER_COMPRESSED:
	case PERF_USER_COMPRESSED2:
		return -ENOTSUP;
	}
	r->skipped++;
	return 0;
}

static int decode_sample(struct perf_data_reader *r, const struct perf_event_header *h,
			 struct span *s, struct perf_data_record *rec)
{
	const struct layout *layout = perf_data_sample_layout(r, s);
	int error;

	if (!layout && (!r->n_events || !r->has_common_id))
		return -EBADMSG;
	if (!layout) {
		r->skipped++;
		return 0;
	}
	rec->sample.misc = h->misc;
	error = perf_data_decode_sample(layout, *s, rec);
	if (error)
		return error;
	rec->sample.event_name = perf_data_event_name(r, rec->sample.id);
	return 1;
}

static int decode_kernel(struct perf_data_reader *r, const struct perf_event_header *h,
			 struct span *s, struct perf_data_record *rec)
{
	const struct layout *layout;

	if (h->type == PERF_RECORD_SAMPLE)
		return decode_sample(r, h, s, rec);
	layout = perf_data_other_layout(r, s);
	if (layout && perf_data_cut_trailer(layout, s, &rec->time))
		return -EBADMSG;
	switch (h->type) {
	case PERF_RECORD_MMAP:
		return decode_mmap(s, h->misc, rec);
	case PERF_RECORD_MMAP2:
		return decode_mmap2(r, s, h->misc, rec);
	case PERF_RECORD_COMM:
		return decode_comm(s, h->misc, rec);
	case PERF_RECORD_FORK:
	case PERF_RECORD_EXIT:
		return decode_task(s, h->type, rec);
	case PERF_RECORD_LOST:
	case PERF_RECORD_LOST_SAMPLES:
		return decode_lost(s, h->type, rec);
	}
	r->skipped++;
	return 0;
}

/* Have the next record whole in the buffer: 1, 0 at the end, or an error. */
static int load_record(struct perf_data_reader *r, struct perf_event_header *h)
{
	uint64_t left = r->data_end - r->in.offset;
	int got;

	if (!left || r->in.offset > r->data_end)
		return 0;
	got = input_need(&r->in, sizeof(*h));
	if (got <= 0)
		return got || r->data_end == UINT64_MAX ? got : -ENODATA;
	memcpy(h, r->in.buffer + r->in.start, sizeof(*h));
	if (h->size < sizeof(*h) || h->size > left)
		return -EBADMSG;
	return input_need(&r->in, h->size);
}

/*
 * The loaded record at an address that is a multiple of 8.  Kernel records are so already; behind
 * a feature record of perf, whose size may be odd, they need not be until the buffer moves.
 */
static uint8_t *aligned_record(struct perf_data_reader *r, size_t n)
{
	uint8_t *p = r->in.buffer + r->in.start;

	if (!(r->in.start % 8))
		return p;
	return memcpy(r->aligned, p, n);
}

static int next_from_stream(struct perf_data_reader *r, struct perf_data_record *rec)
{
	struct perf_event_header h;
	struct span s = { 0 };
	int got;

	input_advance(&r->in, r->pending);
	r->pending = 0;
	got = load_record(r, &h);
	if (got <= 0)
		return got;
	r->offset = r->in.offset;
	r->pending = h.size;
	s.at = aligned_record(r, h.size) + sizeof(h);
	s.end = s.at + h.size - sizeof(h);
	memset(rec, 0, sizeof(*rec));
	got = h.type < PERF_USER_HEADER_ATTR ? decode_kernel(r, &h, &s, rec) :
					       decode_user(r, &h, &s, rec);
	return got ? got : -EAGAIN;
}

/* The build-id table of file mode is a sequence of records of its own. */
static int next_build_id(struct perf_data_reader *r, struct perf_data_record *rec)
{
	struct perf_event_header h;
	struct span s = { .at = r->build_ids + r->build_ids_at };
	size_t left = r->build_ids_len - r->build_ids_at;

	if (left < sizeof(h))
		return -EBADMSG;
	memcpy(&h, s.at, sizeof(h));
	if (h.size < sizeof(h) || h.size > left)
		return -EBADMSG;
	s.end = s.at + h.size;
	s.at += sizeof(h);
	r->build_ids_at += h.size;
	memset(rec, 0, sizeof(*rec));
	return decode_build_id(&s, h.misc, rec);
}

int perf_data_next(struct perf_data_reader *r, struct perf_data_record *rec)
{
	int got;

	if (r->error)
		return r->error;
	if (r->build_ids_at < r->build_ids_len) {
		got = next_build_id(r, rec);
	} else {
		do
			got = next_from_stream(r, rec);
		while (got == -EAGAIN);
	}
	if (got < 0)
		r->error = got;
	return got;
}

int perf_data_reader_open(struct perf_data_reader **out, int fd)
{
	struct perf_data_reader *r = calloc(1, sizeof(*r));
	int error;

	if (!r)
		return -ENOMEM;
	error = perf_data_read_head(r, fd);
	if (error)
		perf_data_reader_close(r);
	else
		*out = r;
	return error;
}

const struct perf_data_info *perf_data_reader_info(const struct perf_data_reader *r)
{
	return &r->info;
}

uint64_t perf_data_reader_offset(const struct perf_data_reader *r)
{
	return r->offset;
}

uint64_t perf_data_reader_skipped(const struct perf_data_reader *r)
{
	return r->skipped;
}

void perf_data_reader_close(struct perf_data_reader *r)
{
	if (!r)
		return;
	input_release(&r->in);
	for (size_t i = 0; i < ARRAY_SIZE(r->texts); i++)
		free(r->texts[i]);
	for (size_t i = 0; i < r->n_names; i++)
		free(r->names[i]);
	free(r->names);
	free(r->events);
	free(r->build_ids);
	u64_map_release(&r->ids);
	free(r);
}
