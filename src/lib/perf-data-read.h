/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the perf.data reader share.  Private to perf-data-read*.c. */
#pragma once

#include <linux/perf_event.h>
#include <string.h>

#include "lib/map.h"
#include "lib/perf-data-format.h"
#include "lib/perf-data-input.h"
#include "lib/perf-data.h"

/* What an input may make us hold; real recordings have a few events and an id for each CPU. */
#define EVENTS_MAX 4096
#define IDS_MAX ((size_t)1 << 21)
#define FEATURE_MAX ((size_t)1 << 20)
#define BUILD_IDS_MAX ((size_t)64 << 20)

/* What decides how the samples and trailers of an event are laid out. */
struct layout {
	uint64_t sample_type, read_format, branch_type, regs_user, regs_intr;
	uint64_t id_all;         /* sample_id_all */
};

struct perf_data_reader {
	struct input in;
	struct layout *events;
	size_t n_events, events_cap;
	size_t n_sampling;       /* events that are no dummies */
	char **names;            /* by event, owned; NULL: not known */
	size_t n_names, names_cap;
	bool is_mixed;           /* the events differ in layout */
	bool has_common_id;      /* and yet have their ids at the same places */
	bool has_build_ids;      /* an event asked for build ids in mappings */
	struct u64_map ids;      /* event id to index into events */
	struct perf_data_info info;
	char *texts[5];          /* owned: what info points to */
	uint64_t data_end;       /* file offset; UINT64_MAX: the end of the input */
	uint8_t *build_ids;      /* owned: records of file mode's build-id table */
	size_t build_ids_len, build_ids_at;
	size_t pending;          /* bytes of the record last returned */
	uint64_t offset, skipped;
	int error;               /* sticky */
	uint8_t aligned[UINT16_MAX + 1] __attribute__((aligned(8)));
};

/* A bounded piece of a record.  Its reads set `bad` instead of going beyond the end. */
struct span {
	uint8_t *at, *end;
	bool bad;
};

static inline size_t span_left(const struct span *s)
{
	return (size_t)(s->end - s->at);
}

/* Step over n bytes and return their place, or NULL. */
static inline uint8_t *span_take(struct span *s, uint64_t n)
{
	uint8_t *p = s->at;

	if (n > span_left(s)) {
		s->bad = true;
		return NULL;
	}
	s->at += n;
	return p;
}

static inline uint64_t span_u64(struct span *s)
{
	const uint8_t *p = span_take(s, sizeof(uint64_t));
	uint64_t v = 0;

	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t span_u32(struct span *s)
{
	const uint8_t *p = span_take(s, sizeof(uint32_t));
	uint32_t v = 0;

	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

/* n elements of `size` bytes. */
static inline uint8_t *span_array(struct span *s, uint64_t n, size_t size)
{
	if (n > span_left(s) / size) {
		s->bad = true;
		return NULL;
	}
	return span_take(s, n * size);
}

/* The NUL-terminated text that begins here, or NULL and bad. */
static inline char *span_text(struct span *s)
{
	char *text = (char *)s->at;
	size_t n = strnlen(text, span_left(s));

	return span_take(s, (uint64_t)n + 1) ? text : NULL;
}

/* perf-data-read-events.c */

/* Add an event from its attr of n bytes and the ids that follow.  0 or a negative errno. */
int perf_data_add_event(struct perf_data_reader *r, const void *attr, size_t n, const void *ids,
			size_t n_ids);
/* Note the name of an event that has this id, or else of the one at that place.  0 or -ENOMEM. */
int perf_data_name_event(struct perf_data_reader *r, const uint64_t *event_id, size_t place,
			 const char *name, size_t n);
/* The name of the event with this id when there are several events that sample, or NULL. */
const char *perf_data_event_name(const struct perf_data_reader *r, uint64_t event_id);
/* The layout of a record, NULL when there is none (unknown id of a sample, or no event at all). */
const struct layout *perf_data_sample_layout(const struct perf_data_reader *r,
					     const struct span *s);
const struct layout *perf_data_other_layout(const struct perf_data_reader *r, const struct span *s);

/* perf-data-read-header.c */

/* Read the head of the file, up to the first record.  0 or a negative errno. */
int perf_data_read_head(struct perf_data_reader *r, int fd);
/* Note what a header feature says; what is malformed or unknown is passed over.  0 or -ENOMEM. */
int perf_data_note_feature(struct perf_data_reader *r, uint64_t feature, struct span s);

/* perf-data-read-sample.c */

/* Decode a sample.  0 or -EBADMSG. */
int perf_data_decode_sample(const struct layout *layout, struct span s,
			    struct perf_data_record *rec);
/* Cut the trailer off s and note its time.  0 or -EBADMSG. */
int perf_data_cut_trailer(const struct layout *layout, struct span *s, uint64_t *time);
