/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of lib/perf-data: recordings of several events, and what their samples stand for. */
#include "config.h"

#include "lib/perf-data.h"

#include <check.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"
#include "tests/lib/run-tests.h"

static struct perf_data_reader *open_bytes(const struct buf *b, int *fd)
{
	struct perf_data_reader *r;

	*fd = memfd_create("stream", MFD_CLOEXEC);
	ck_assert_int_ge(*fd, 0);
	ck_assert_int_eq(write_all(*fd, b->data, b->len), 0);
	ck_assert_int_eq(lseek(*fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(perf_data_reader_open(&r, *fd), 0);
	return r;
}

static void put_sample(struct buf *b, uint64_t id, uint64_t ip)
{
	struct perf_event_header h = { .type = PERF_RECORD_SAMPLE, .size = sizeof(h) + 16 };

	buf_put(b, &h, sizeof(h));
	buf_put(b, &id, sizeof(id));
	buf_put(b, &ip, sizeof(ip));
}

struct described {
	uint32_t type;
	uint64_t config, period;
	const char *name;
};

static struct perf_event_attr attr_of(const struct described *event)
{
	return (struct perf_event_attr){
		.size = PERF_ATTR_SIZE_VER7, .type = event->type, .config = event->config,
		.sample_period = event->period,
		.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP,
	};
}

/* Event i has the id 100 - i. */
static void put_attrs(struct buf *b, const struct described *events, size_t n)
{
	struct perf_event_header h = { .type = PERF_USER_HEADER_ATTR,
				       .size = sizeof(h) + PERF_ATTR_SIZE_VER7 + 8 };

	buf_put(b, "PERFILE2\x10\0\0\0\0\0\0\0", 16);
	for (uint64_t i = 0; i < n; i++) {
		struct perf_event_attr attr = attr_of(&events[i]);
		uint64_t id = 100 - i;

		buf_put(b, &h, sizeof(h));
		buf_put(b, &attr, PERF_ATTR_SIZE_VER7);
		buf_put(b, &id, sizeof(id));
	}
}

/* Describe them from the last to the first, in `size` bytes at most. */
static void put_descriptions(struct buf *b, const struct described *events, size_t n, size_t size)
{
	const uint32_t head[] = { 12, 0, (uint32_t)n, PERF_ATTR_SIZE_VER7 };
	struct buf desc = BUF_INIT(1 << 16);
	struct perf_event_header h = { .type = PERF_USER_FEATURE };

	buf_put(&desc, head, sizeof(head));
	for (uint64_t i = n; i-- > 0;) {
		struct perf_event_attr attr = attr_of(&events[i]);
		const uint32_t sizes[] = { 1, (uint32_t)strlen(events[i].name) + 1 };
		uint64_t id = 100 - i;

		buf_put(&desc, &attr, PERF_ATTR_SIZE_VER7);
		buf_put(&desc, sizes, sizeof(sizes));
		buf_put(&desc, events[i].name, sizes[1]);
		buf_put(&desc, &id, sizeof(id));
	}
	size = size < desc.len ? size : desc.len;
	h.size = (uint16_t)(sizeof(h) + size);
	buf_put(b, &h, sizeof(h));
	buf_put(b, desc.data, size);
	buf_release(&desc);
}

#define TRACEPOINT(name) { PERF_TYPE_TRACEPOINT, 7, 1, name }
#define DUMMY { PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, 4000, "dummy:HG" }
#define CYCLES { PERF_TYPE_HARDWARE, 0, 4000, "cycles" }

/* What the samples of the first and the second event are said to be. */
static const struct {
	struct described events[3];
	size_t n;
	const char *first, *second;
	bool hits;
} recordings[] = {
	{ { TRACEPOINT("probe:a"), TRACEPOINT("probe:b") }, 2, "probe:a", "probe:b", true },
	{ { TRACEPOINT("probe:a"), CYCLES }, 2, "probe:a", "cycles", false },
	{ { CYCLES, TRACEPOINT("probe:a") }, 2, "cycles", "probe:a", false },
	{ { TRACEPOINT("probe:a") }, 1, NULL, NULL, true },
	{ { TRACEPOINT("probe:a"), DUMMY }, 2, NULL, NULL, true },
	{ { DUMMY, TRACEPOINT("a"), TRACEPOINT("b") }, 3, "dummy:HG", "a", true },
	{ { CYCLES, DUMMY }, 2, NULL, NULL, false },
	{ { { PERF_TYPE_TRACEPOINT, 7, 100, "a" }, DUMMY }, 2, NULL, NULL, false },
};

static void expect_event(struct perf_data_reader *r, uint64_t ip, const char *name)
{
	struct perf_data_record rec;

	ck_assert_int_eq(perf_data_next(r, &rec), 1);
	ck_assert_int_eq(rec.kind, PERF_DATA_SAMPLE);
	ck_assert_uint_eq(rec.sample.ip, ip);
	ck_assert_pstr_eq(rec.sample.event_name, name);
}

START_TEST(event_names)
{
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	int fd;

	put_attrs(&b, recordings[_i].events, recordings[_i].n);
	put_descriptions(&b, recordings[_i].events, recordings[_i].n, SIZE_MAX);
	put_sample(&b, 99, 0x222);
	put_sample(&b, 100, 0x111);
	put_sample(&b, 3, 0x333);
	r = open_bytes(&b, &fd);
	expect_event(r, 0x222, recordings[_i].second);
	expect_event(r, 0x111, recordings[_i].first);
	expect_event(r, 0x333, NULL);
	ck_assert_int_eq(perf_data_reader_info(r)->counts_hits, recordings[_i].hits);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* A description that ends early names the events that it has whole. */
START_TEST(cut_descriptions)
{
	const struct described events[] = { TRACEPOINT("probe:a"), TRACEPOINT("probe:b") };
	const size_t second = 16 + PERF_ATTR_SIZE_VER7 + 8 + 8 + 8;

	for (size_t size = 8; size < 2 * second; size++) {
		size_t first = 2 * second - 16;
		struct buf b = BUF_INIT(1 << 20);
		struct perf_data_reader *r;
		int fd;

		put_attrs(&b, events, 2);
		put_descriptions(&b, events, 2, size);
		put_sample(&b, 99, 0x222);
		put_sample(&b, 100, 0x111);
		r = open_bytes(&b, &fd);
		expect_event(r, 0x222, size >= second ? "probe:b" : NULL);
		expect_event(r, 0x111, size >= first ? "probe:a" : NULL);
		perf_data_reader_close(r);
		close(fd);
		buf_release(&b);
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, event_names, 0, ARRAY_SIZE(recordings));
	tcase_add_test(t, cut_descriptions);
	return run_tests("perf_events", t);
}
