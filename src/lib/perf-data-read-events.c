/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events of a perf.data stream: their layouts, and which one a record belongs to. */
#include "config.h"

#include "lib/perf-data-read.h"

#include <errno.h>

#include "lib/vec.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static unsigned int count_bits(uint64_t v)
{
	return (unsigned int)__builtin_popcountll(v);
}

/* Index of the 64-bit word of a sample that holds the id, or -1. */
static int id_place(const struct layout *l)
{
	const uint64_t before = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME |
				PERF_SAMPLE_ADDR;

	if (l->sample_type & PERF_SAMPLE_IDENTIFIER)
		return 0;
	if (l->sample_type & PERF_SAMPLE_ID)
		return (int)count_bits(l->sample_type & before);
	return -1;
}

/* The same in a trailer, counted from the record's end, 1 being the last word. */
static int id_place_from_end(const struct layout *l)
{
	if (!l->id_all)
		return -1;
	if (l->sample_type & PERF_SAMPLE_IDENTIFIER)
		return 1;
	if (l->sample_type & PERF_SAMPLE_ID)
		return 1 + (int)count_bits(l->sample_type &
					   (PERF_SAMPLE_CPU | PERF_SAMPLE_STREAM_ID));
	return -1;
}

static void compare_with_first(struct perf_data_reader *r, const struct layout *l)
{
	const struct layout *first = &r->events[0];

	if (r->n_events == 1)
		r->has_common_id = id_place(l) >= 0;
	if (memcmp(l, first, sizeof(*l)))
		r->is_mixed = true;
	if (id_place(l) != id_place(first) || id_place_from_end(l) != id_place_from_end(first))
		r->has_common_id = false;
}

static void note_period(struct perf_data_info *info, const struct perf_event_attr *attr)
{
	bool is_clock = attr->type == PERF_TYPE_SOFTWARE &&
			(attr->config == PERF_COUNT_SW_CPU_CLOCK ||
			 attr->config == PERF_COUNT_SW_TASK_CLOCK);

	if (attr->freq)
		info->frequency = attr->sample_freq;
	if (is_clock && !attr->freq)
		info->period_ns = attr->sample_period;
	else if (is_clock && attr->sample_freq)
		info->period_ns = NS_PER_SECOND / attr->sample_freq;
}

/*
 * A dummy event only makes the kernel tell of mappings and names.  A tracepoint's samples are its
 * hits unless it has a period or a frequency; probes of perf are tracepoints.
 */
static void note_meaning(struct perf_data_reader *r, const struct perf_event_attr *attr)
{
	bool is_hit = attr->type == PERF_TYPE_TRACEPOINT && !attr->freq && attr->sample_period <= 1;

	if (attr->type == PERF_TYPE_SOFTWARE && attr->config == PERF_COUNT_SW_DUMMY)
		return;
	r->info.counts_hits = is_hit && (!r->n_sampling || r->info.counts_hits);
	r->n_sampling++;
}

static int add_ids(struct perf_data_reader *r, const uint8_t *ids, size_t n, uint32_t event)
{
	uint64_t id;
	uint32_t *place;

	if (n > IDS_MAX || r->ids.n > IDS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		memcpy(&id, ids + i * sizeof(id), sizeof(id));
		place = u64_map_put(&r->ids, id);
		if (!place)
			return -ENOMEM;
		*place = event;
	}
	return 0;
}

int perf_data_add_event(struct perf_data_reader *r, const void *attr, size_t n, const void *ids,
			size_t n_ids)
{
	struct perf_event_attr a = { 0 };
	struct layout l;

	if (n < PERF_ATTR_SMALLEST || r->n_events >= EVENTS_MAX)
		return -EBADMSG;
	memcpy(&a, attr, n < sizeof(a) ? n : sizeof(a));
	l = (struct layout){
		.sample_type = a.sample_type, .read_format = a.read_format,
		.branch_type = a.branch_sample_type, .regs_user = a.sample_regs_user,
		.regs_intr = a.sample_regs_intr, .id_all = a.sample_id_all,
	};
	if (VEC_PUSH(r->events, r->n_events, r->events_cap, l))
		return -ENOMEM;
	r->has_build_ids |= a.build_id;
	if (r->n_events == 1)
		note_period(&r->info, &a);
	note_meaning(r, &a);
	compare_with_first(r, &l);
	return add_ids(r, ids, n_ids, (uint32_t)r->n_events - 1);
}

int perf_data_name_event(struct perf_data_reader *r, const uint64_t *event_id, size_t place,
			 const char *name, size_t n)
{
	uint32_t event = event_id ? u64_map_get(&r->ids, *event_id) : MAP_NONE;
	size_t i = event == MAP_NONE ? place : event;

	if (i >= EVENTS_MAX)
		return 0;
	if (VEC_RESERVE(r->names, r->names_cap, i + 1))
		return -ENOMEM;
	while (r->n_names <= i)
		r->names[r->n_names++] = NULL;
	if (r->names[i])
		return 0;
	r->names[i] = strndup(name, n);
	return r->names[i] ? 0 : -ENOMEM;
}

const char *perf_data_event_name(const struct perf_data_reader *r, uint64_t event_id)
{
	uint32_t event = r->n_sampling > 1 ? u64_map_get(&r->ids, event_id) : MAP_NONE;

	return event < r->n_names ? r->names[event] : NULL;
}

static const struct layout *find_event(const struct perf_data_reader *r, const uint8_t *id_bytes)
{
	uint64_t id;
	uint32_t event;

	memcpy(&id, id_bytes, sizeof(id));
	event = u64_map_get(&r->ids, id);
	return event == MAP_NONE ? NULL : &r->events[event];
}

const struct layout *perf_data_sample_layout(const struct perf_data_reader *r, const struct span *s)
{
	size_t at;

	if (!r->is_mixed)
		return r->n_events ? &r->events[0] : NULL;
	if (!r->has_common_id)
		return NULL;
	at = (size_t)id_place(&r->events[0]) * 8;
	return at + 8 <= span_left(s) ? find_event(r, s->at + at) : NULL;
}

/* Records that perf makes up carry zeros for ids; perf takes the first event for them, too. */
const struct layout *perf_data_other_layout(const struct perf_data_reader *r, const struct span *s)
{
	const struct layout *l = NULL;
	int from_end;

	if (!r->n_events)
		return NULL;
	from_end = id_place_from_end(&r->events[0]);
	if (r->is_mixed && r->has_common_id && from_end > 0 && (size_t)from_end * 8 <= span_left(s))
		l = find_event(r, s->end - from_end * 8);
	return l ? l : &r->events[0];
}
