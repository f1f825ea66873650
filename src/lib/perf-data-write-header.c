/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the head of a perf.data stream: the pipe header, the event and the features. */
#include "config.h"

#include "lib/perf-data.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "lib/perf-data-format.h"

#define SAMPLE_TYPE (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | \
		     PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_PERIOD | \
		     PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_RAW)
#define COPY_TYPE (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)

static void put_u32(struct buf *b, uint32_t v)
{
	buf_put(b, &v, sizeof(v));
}

static void put_u64(struct buf *b, uint64_t v)
{
	buf_put(b, &v, sizeof(v));
}

/* A string of a feature: its padded length, the text, a NUL, padding. */
static void put_string(struct buf *b, const char *s)
{
	size_t n = strnlen(s, PERF_DATA_TEXT_MAX);
	size_t padded = (n / FEATURE_STRING_ALIGN + 1) * FEATURE_STRING_ALIGN;

	put_u32(b, (uint32_t)padded);
	buf_put(b, s, n);
	buf_put_zeros(b, padded - n);
}

static void put_event_attr(struct buf *b, const struct perf_data_attr *attr)
{
	struct perf_event_attr e = {
		.type = PERF_TYPE_SOFTWARE,
		.config = attr->counts_hits ? PERF_COUNT_SW_DUMMY : PERF_COUNT_SW_CPU_CLOCK,
		.size = PERF_ATTR_WRITTEN,
		.sample_period = attr->period_ns,
		.sample_type = SAMPLE_TYPE | (attr->regs_mask ? COPY_TYPE : 0),
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.build_id = 1,          /* the flag in a mapping is ours */
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.sample_regs_user = attr->regs_mask,
		.sample_stack_user = attr->regs_mask ? PERF_RECORD_MAX : 0,
	};
	size_t known = sizeof(e) < PERF_ATTR_WRITTEN ? sizeof(e) : PERF_ATTR_WRITTEN;

	buf_put(b, &e, known);
	buf_put_zeros(b, PERF_ATTR_WRITTEN - known);
}

static size_t begin(struct buf *b, uint32_t type)
{
	struct perf_event_header header = { .type = type };

	buf_put(b, &header, sizeof(header));
	return b->len - sizeof(header);
}

/* Pad the record that starts at `start` and fill in its size. */
static void end(struct buf *b, size_t start)
{
	struct perf_event_header header;
	size_t size;

	buf_put_zeros(b, perf_align8(b->len - start) - (b->len - start));
	if (b->failed)
		return;
	size = b->len - start;
	memcpy(&header, b->data + start, sizeof(header));
	header.size = (uint16_t)size;
	memcpy(b->data + start, &header, sizeof(header));
}

static size_t begin_feature(struct buf *b, enum perf_feature feature)
{
	size_t start = begin(b, PERF_USER_FEATURE);

	put_u64(b, feature);
	return start;
}

static void put_header_attr(struct buf *b, const struct perf_data_attr *attr)
{
	size_t start = begin(b, PERF_USER_HEADER_ATTR);

	put_event_attr(b, attr);
	put_u64(b, attr->id);
	end(b, start);
}

static void put_event_desc(struct buf *b, const struct perf_data_attr *attr)
{
	size_t start = begin_feature(b, FEATURE_EVENT_DESC);

	put_u32(b, 1);
	put_u32(b, PERF_ATTR_WRITTEN);
	put_event_attr(b, attr);
	put_u32(b, 1);
	put_string(b, attr->event_name ? attr->event_name : "cpu-clock");
	put_u64(b, attr->id);
	end(b, start);
}

static void put_text_feature(struct buf *b, enum perf_feature feature, const char *text)
{
	size_t start;

	if (!text)
		return;
	start = begin_feature(b, feature);
	put_string(b, text);
	end(b, start);
}

static void put_nrcpus(struct buf *b, uint32_t cpus)
{
	size_t start;

	if (!cpus)
		return;
	start = begin_feature(b, FEATURE_NRCPUS);
	put_u32(b, cpus);
	put_u32(b, cpus);
	end(b, start);
}

/* The command line as one argument: how it was quoted is the caller's business. */
static void put_cmdline(struct buf *b, const char *cmdline)
{
	size_t start;

	if (!cmdline)
		return;
	start = begin_feature(b, FEATURE_CMDLINE);
	put_u32(b, 1);
	put_string(b, cmdline);
	end(b, start);
}

int perf_data_put_header(struct buf *b, const struct perf_data_attr *attr)
{
	size_t before = b->len;

	if (attr->regs_mask && attr->regs_mask != PERF_DATA_REGS_MASK)
		return -EINVAL;
	put_u64(b, PERF_FILE_MAGIC);
	put_u64(b, PERF_PIPE_HEADER_SIZE);
	put_header_attr(b, attr);
	put_event_desc(b, attr);
	put_text_feature(b, FEATURE_HOSTNAME, attr->hostname);
	put_text_feature(b, FEATURE_OSRELEASE, attr->release);
	put_text_feature(b, FEATURE_ARCH, attr->arch);
	put_nrcpus(b, attr->cpus);
	put_cmdline(b, attr->cmdline);
	if (b->failed)
		b->len = before;
	return b->failed;
}
