/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decodes samples and the trailers of other records.
 *
 * The fields of a sample follow the order of perf_output_sample() in kernel/events/core.c, which is
 * not that of the bits of sample_type.
 */
#include "config.h"

#include "lib/perf-data-read.h"

#include <errno.h>

/* Newer than some <linux/perf_event.h>. */
#define READ_LOST (1u << 4)                    /* PERF_FORMAT_LOST */
#define BRANCH_HW_INDEX (1u << 17)             /* PERF_SAMPLE_BRANCH_HW_INDEX */
#define BRANCH_COUNTERS (1u << 19)             /* PERF_SAMPLE_BRANCH_COUNTERS */
#define SAMPLE_KNOWN ((UINT64_C(1) << 25) - 1) /* up to PERF_SAMPLE_WEIGHT_STRUCT */
#define BRANCH_ENTRY_SIZE 24

#define TRAILER_FIELDS (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID | \
			PERF_SAMPLE_STREAM_ID | PERF_SAMPLE_CPU | PERF_SAMPLE_IDENTIFIER)

static uint64_t optional_u64(struct span *s, uint64_t present)
{
	return present ? span_u64(s) : 0;
}

static void skip_read(struct span *s, uint64_t format)
{
	uint64_t n = 1, each = 1 + !!(format & PERF_FORMAT_ID) + !!(format & READ_LOST);

	if (format & PERF_FORMAT_GROUP)
		n = span_u64(s);
	optional_u64(s, format & PERF_FORMAT_TOTAL_TIME_ENABLED);
	optional_u64(s, format & PERF_FORMAT_TOTAL_TIME_RUNNING);
	span_array(s, n, each * sizeof(uint64_t));
}

static void skip_branches(struct span *s, uint64_t branch_type)
{
	uint64_t n = span_u64(s);

	optional_u64(s, branch_type & BRANCH_HW_INDEX);
	span_array(s, n, BRANCH_ENTRY_SIZE);
	if (branch_type & BRANCH_COUNTERS)
		span_array(s, n, sizeof(uint64_t));
}

static void skip_regs(struct span *s, uint64_t mask)
{
	if (span_u64(s))
		span_array(s, (uint64_t)__builtin_popcountll(mask), sizeof(uint64_t));
}


static void take_ids(struct span *s, uint64_t type, struct perf_data_sample *sample)
{
	uint64_t id;

	sample->id = optional_u64(s, type & PERF_SAMPLE_IDENTIFIER);
	sample->ip = optional_u64(s, type & PERF_SAMPLE_IP);
	if (type & PERF_SAMPLE_TID) {
		sample->pid = span_u32(s);
		sample->tid = span_u32(s);
	}
	sample->time = optional_u64(s, type & PERF_SAMPLE_TIME);
	optional_u64(s, type & PERF_SAMPLE_ADDR);
	id = optional_u64(s, type & PERF_SAMPLE_ID);
	if (type & PERF_SAMPLE_ID)
		sample->id = id;
	optional_u64(s, type & PERF_SAMPLE_STREAM_ID);
	sample->cpu = (uint32_t)optional_u64(s, type & PERF_SAMPLE_CPU);
	sample->period = optional_u64(s, type & PERF_SAMPLE_PERIOD);
}

static void take_chain(struct span *s, struct perf_data_sample *sample)
{
	uint64_t n = span_u64(s);

	sample->chain = (const uint64_t *)(const void *)span_array(s, n, sizeof(uint64_t));
	sample->chain_len = sample->chain ? (size_t)n : 0;
}

static void take_raw(struct span *s, struct perf_data_sample *sample)
{
	uint32_t n = span_u32(s);

	sample->raw = span_take(s, n);
	sample->raw_len = sample->raw ? n : 0;
	span_take(s, perf_align8((uint64_t)n + 4) - n - 4);
}

static void take_regs(struct span *s, uint64_t mask, struct perf_data_sample *sample)
{
	uint64_t n = (uint64_t)__builtin_popcountll(mask);

	sample->regs_mask = mask;
	sample->regs_abi = span_u64(s);
	if (!sample->regs_abi)
		return;
	sample->regs = (const uint64_t *)(const void *)span_array(s, n, sizeof(uint64_t));
	if (!sample->regs)
		sample->regs_abi = 0;
}

/* The room for the copy of the user stack is followed by its used size, unless there is none. */
static void take_stack(struct span *s, struct perf_data_sample *sample)
{
	uint64_t room = span_u64(s), used;

	if (!room)
		return;
	sample->stack = span_take(s, room);
	used = span_u64(s);
	sample->stack_full = used >= room;
	sample->stack_len = (size_t)(sample->stack_full ? room : used);
	if (s->bad)
		sample->stack_len = 0;
}

/* What follows RAW. */
static void take_rest(struct span *s, const struct layout *l, struct perf_data_sample *sample)
{
	uint64_t type = l->sample_type;

	if (type & PERF_SAMPLE_BRANCH_STACK)
		skip_branches(s, l->branch_type);
	if (type & PERF_SAMPLE_REGS_USER)
		take_regs(s, l->regs_user, sample);
	if (type & PERF_SAMPLE_STACK_USER)
		take_stack(s, sample);
	optional_u64(s, type & (PERF_SAMPLE_WEIGHT | PERF_SAMPLE_WEIGHT_STRUCT));
	optional_u64(s, type & PERF_SAMPLE_DATA_SRC);
	optional_u64(s, type & PERF_SAMPLE_TRANSACTION);
	if (type & PERF_SAMPLE_REGS_INTR)
		skip_regs(s, l->regs_intr);
	optional_u64(s, type & PERF_SAMPLE_PHYS_ADDR);
	optional_u64(s, type & PERF_SAMPLE_CGROUP);
	optional_u64(s, type & PERF_SAMPLE_DATA_PAGE_SIZE);
	optional_u64(s, type & PERF_SAMPLE_CODE_PAGE_SIZE);
	if (type & PERF_SAMPLE_AUX)
		span_take(s, span_u64(s));
}

int perf_data_decode_sample(const struct layout *l, struct span s, struct perf_data_record *rec)
{
	struct perf_data_sample *sample = &rec->sample;

	rec->kind = PERF_DATA_SAMPLE;
	take_ids(&s, l->sample_type, sample);
	if (l->sample_type & PERF_SAMPLE_READ)
		skip_read(&s, l->read_format);
	if (l->sample_type & PERF_SAMPLE_CALLCHAIN)
		take_chain(&s, sample);
	if (l->sample_type & PERF_SAMPLE_RAW)
		take_raw(&s, sample);
	take_rest(&s, l, sample);
	/* A field of a newer kernel would be behind the known ones. */
	if (!(l->sample_type & ~SAMPLE_KNOWN) && s.at != s.end)
		s.bad = true;
	rec->time = sample->time;
	return s.bad ? -EBADMSG : 0;
}

bool perf_data_raw_of(const struct perf_data_sample *s, struct perf_data_raw *raw)
{
	struct perf_data_raw found = { 0 };

	if (!s->raw || s->raw_len < offsetof(struct perf_data_raw, probe))
		return false;
	memcpy(&found, s->raw, s->raw_len < sizeof(found) ? s->raw_len : sizeof(found));
	if (found.magic != PERF_DATA_RAW_MAGIC)
		return false;
	if (s->raw_len < sizeof(found) || !(found.flags & PERF_DATA_RAW_PROBE))
		found.probe = PERF_DATA_NO_PROBE;
	*raw = found;
	return true;
}

int perf_data_cut_trailer(const struct layout *l, struct span *s, uint64_t *time)
{
	uint64_t fields = l->sample_type & TRAILER_FIELDS;
	size_t n = (size_t)__builtin_popcountll(fields) * sizeof(uint64_t);
	uint8_t *at;

	if (!l->id_all)
		return 0;
	if (n > span_left(s))
		return -EBADMSG;
	s->end -= n;
	at = s->end + (fields & PERF_SAMPLE_TID ? sizeof(uint64_t) : 0);
	if (fields & PERF_SAMPLE_TIME)
		memcpy(time, at, sizeof(*time));
	return 0;
}
