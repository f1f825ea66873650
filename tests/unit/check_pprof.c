/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of lib/pprof: round trips, hostile messages, every truncation. */
#include "config.h"

#include "lib/pprof.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "lib/io.h"
#include "tests/lib/run-tests.h"

static void build(struct buf *out, bool delimited)
{
	struct pprof_writer *w = pprof_writer_new();
	struct pprof_line_desc lines[] = {
		{ .name = "inner", .filename = "a.c", .line = 7 },
		{ .name = "outer(int)", .system_name = "_Z5outeri", .line = 300 },
	};
	struct pprof_label_desc labels[] = {
		{ .key = "comm", .str = "gcc \xff" }, { .key = "pid", .num = -3 },
	};
	struct pprof_mapping_desc m = {
		.start = 0x400000, .limit = 0x500000, .file_offset = 0x1000,
		.filename = "/bin/gcc", .build_id = "ab12",
	};
	uint64_t ids[2], mapping;

	ck_assert_ptr_nonnull(w);
	mapping = pprof_add_mapping(w, &m);
	ck_assert_uint_eq(mapping, 1);
	ck_assert_uint_eq(pprof_add_mapping(w, &m), 1);
	ids[0] = pprof_add_location(w, mapping, 0xffffffffffffff80, lines, 2);
	ids[1] = pprof_add_location(w, 0, 0, &lines[1], 1);
	ck_assert_uint_eq(pprof_add_location(w, mapping, 0xffffffffffffff80, lines, 2), ids[0]);
	ck_assert_uint_ne(ids[0], ids[1]);
	pprof_add_sample(w, ids, 2, 5, INT64_C(5000000000), labels, 2);
	pprof_add_sample(w, NULL, 0, 1, 0, NULL, 0);
	pprof_add_comment(w, "frequency 99");
	pprof_set_time(w, 1234567890123, 77);
	pprof_set_period(w, 10101010);
	ck_assert_uint_eq(pprof_sample_count(w), 2);
	ck_assert_int_eq(pprof_writer_finish(w, delimited, out), 0);
	ck_assert_uint_eq(pprof_sample_count(w), 0);
	pprof_writer_free(w);
}

static void expect(const struct pprof_profile *p, uint32_t index, const char *text)
{
	ck_assert_uint_eq(p->strings[index].len, strlen(text));
	ck_assert_mem_eq(p->strings[index].s, text, strlen(text));
}

static void expect_locations(const struct pprof_profile *p)
{
	const struct pprof_location *l = p->locations;
	const struct pprof_line *line = &p->lines[l->first_line];

	ck_assert_uint_eq(p->n_locations, 2);
	ck_assert_uint_eq(l->address, 0xffffffffffffff80);
	ck_assert_uint_eq(l->mapping, 0);
	ck_assert_uint_eq(l->n_lines, 2);
	expect(p, p->functions[line[0].function].name, "inner");
	expect(p, p->functions[line[0].function].filename, "a.c");
	ck_assert_int_eq(line[0].line, 7);
	expect(p, p->functions[line[1].function].system_name, "_Z5outeri");
	ck_assert_int_eq(line[1].line, 300);
	ck_assert_uint_eq(l[1].mapping, PPROF_NONE);
}

static void expect_built(const struct pprof_profile *p)
{
	const struct pprof_sample *s = p->samples;

	expect_locations(p);
	ck_assert_uint_eq(p->n_samples, 2);
	ck_assert_uint_eq(s->n_locations, 2);
	ck_assert_uint_eq(p->location_refs[s->first_location + 1], 1);
	ck_assert_int_eq(p->values[s->first_value], 5);
	ck_assert_int_eq(p->values[s->first_value + 1], INT64_C(5000000000));
	ck_assert_uint_eq(s->n_labels, 2);
	expect(p, p->labels[s->first_label].key, "comm");
	expect(p, p->labels[s->first_label].str, "gcc \xef\xbf\xbd");
	ck_assert_uint_eq(p->labels[s->first_label + 1].str, 0);
	ck_assert_int_eq(p->labels[s->first_label + 1].num, -3);
	ck_assert_uint_eq(s[1].n_locations, 0);
	expect(p, p->comments[0], "frequency 99");
	expect(p, p->types[0].type, "samples");
	expect(p, p->types[1].unit, "nanoseconds");
	expect(p, p->mappings[0].build_id, "ab12");
	ck_assert_uint_eq(p->mappings[0].file_offset, 0x1000);
	ck_assert_int_eq(p->time_nanos, 1234567890123);
	ck_assert_int_eq(p->duration_nanos, 77);
	ck_assert_int_eq(p->period, 10101010);
}

START_TEST(round_trip)
{
	struct buf b = BUF_INIT(1 << 20);
	struct pprof_profile p = { 0 };

	build(&b, false);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pprof_parse(&p, b.data, b.len), 0);
		expect_built(&p);
	}
	pprof_profile_release(&p);
	buf_release(&b);
}
END_TEST

/* Of hits there is one value, in each message; the many locations show that nothing is torn. */
START_TEST(hits)
{
	struct pprof_writer *w = pprof_writer_new();
	const struct pprof_label_desc label = { .key = "probe", .str = "uprobe:libc.so.6:malloc" };
	struct buf b = BUF_INIT(1 << 20);
	struct pprof_profile p = { 0 };
	uint64_t ids[300];

	ck_assert_ptr_nonnull(w);
	pprof_count_hits(w);
	for (int message = 0; message < 2; message++) {
		for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
			ids[i] = pprof_add_location(w, 0, i + 1, NULL, 0);
		for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
			pprof_add_sample(w, ids, i + 1, (int64_t)i + 1, 1000, &label, i % 2);
		pprof_set_period(w, 10101010);
		buf_clear(&b);
		ck_assert_int_eq(pprof_writer_finish(w, false, &b), 0);
		ck_assert_int_eq(pprof_parse(&p, b.data, b.len), 0);
		ck_assert_uint_eq(p.n_types, 1);
		expect(&p, p.types[0].type, "hits");
		expect(&p, p.types[0].unit, "count");
		expect(&p, p.period_type.type, "probe");
		ck_assert_int_eq(p.period, 1);
		ck_assert_uint_eq(p.n_samples, ARRAY_SIZE(ids));
		for (size_t i = 0; i < p.n_samples; i++) {
			ck_assert_uint_eq(p.samples[i].n_locations, i + 1);
			ck_assert_int_eq(p.values[p.samples[i].first_value], (int64_t)i + 1);
			ck_assert_uint_eq(p.samples[i].n_labels, i % 2);
		}
	}
	pprof_profile_release(&p);
	pprof_writer_free(w);
	buf_release(&b);
}
END_TEST

/* Cut anywhere, a message is malformed or at least never read beyond its end. */
START_TEST(truncations)
{
	struct buf b = BUF_INIT(1 << 20);
	struct pprof_profile p = { 0 };
	int refused = 0;

	build(&b, false);
	for (size_t n = 0; n < b.len; n++) {
		uint8_t *copy = malloc(n + !n);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, b.data, n);
		refused += pprof_parse(&p, copy, n) == -EBADMSG;
		free(copy);
	}
	ck_assert_int_gt(refused, (int)b.len * 8 / 10);
	pprof_profile_release(&p);
	buf_release(&b);
}
END_TEST

static const struct { const char *bytes; size_t n; int result; } messages[] = {
	{ "", 0, 0 },
	{ "\x32\x00", 2, 0 },
	{ "\x32\x01x", 3, -EBADMSG },                        /* string 0 is not empty */
	{ "\xfa\x01\x02zz", 5, 0 },                          /* unknown field 31 */
	{ "\x78\x80", 2, -EBADMSG },                         /* cut varint */
	{ "\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, 0 },
	{ "\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11, -EBADMSG },
	{ "\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, -EBADMSG },
	{ "\x00\x00", 2, -EBADMSG },                         /* field 0 */
	{ "\x0b", 1, -EBADMSG },                             /* a group */
	{ "\x22\x00", 2, -EBADMSG },                         /* location without id */
	{ "\x22\x02\x08\x01", 4, 0 },
	{ "\x22\x02\x08\x01\x22\x02\x08\x01", 8, -EBADMSG }, /* the same id twice */
	{ "\x22\x02\x08\x05\x22\x02\x08\x05", 8, -EBADMSG },
	{ "\x22\x02\x08\x05\x22\x02\x08\x01", 8, 0 },
	{ "\x22\x04\x08\x01\x10\x01", 6, -EBADMSG },         /* unknown mapping */
	{ "\x22\x06\x08\x01\x22\x02\x08\x01", 8, -EBADMSG }, /* unknown function */
	{ "\x22\x06\x08\x01\x22\x02\x10\x01", 8, 0 },        /* a line without function */
	{ "\x6a\x01\x01", 3, -EBADMSG },                     /* comment: no such string */
	{ "\x68\x00", 2, 0 },
	{ "\x0a\x00\x12\x03\x12\x01\x05", 7, 0 },            /* one type, one value */
	{ "\x0a\x00\x12\x02\x10\x05", 6, 0 },                /* not packed */
	{ "\x0a\x00\x12\x04\x12\x02\x05\x05", 8, -EBADMSG }, /* one type, two values */
	{ "\x12\x03\x12\x01\x05", 5, -EBADMSG },             /* no type */
	{ "\x0a\x00\x12\x06\x0a\x01\x01\x12\x01\x05", 10, -EBADMSG }, /* unknown location */
	{ "\x12\xff\xff\xff\xff\x0f", 6, -EBADMSG },         /* longer than the message */
	{ "\x0d\x01\x02\x03\x04", 5, 0 - EBADMSG },          /* wrong wire type */
};

START_TEST(hostile)
{
	struct pprof_profile p = { 0 };

	ck_assert_int_eq(pprof_parse(&p, messages[_i].bytes, messages[_i].n), messages[_i].result);
	ck_assert_uint_eq(p.n_strings, !messages[_i].result);
	pprof_profile_release(&p);
}
END_TEST

START_TEST(wrong_ids_are_refused)
{
	struct pprof_writer *w = pprof_writer_new();
	struct buf b = BUF_INIT(1 << 20);
	uint64_t id = 1;

	pprof_add_sample(w, &id, 1, 1, 1, NULL, 0);
	ck_assert_int_eq(pprof_writer_finish(w, true, &b), -EINVAL);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_int_eq(pprof_writer_finish(w, true, &b), 0);
	pprof_writer_free(w);
	buf_release(&b);
}
END_TEST

/* Write n bytes into a pipe, read one message from it and return the result. */
static int read_back(const void *bytes, size_t n, struct buf *b)
{
	int fds[2], got;

	ck_assert_int_eq(pipe_cloexec(fds), 0);
	ck_assert_int_eq(write_all(fds[1], bytes, n), 0);
	close(fds[1]);
	got = pprof_read_message(fds[0], b);
	close(fds[0]);
	return got;
}

START_TEST(delimited)
{
	struct buf out = BUF_INIT(1 << 20), in = BUF_INIT(1 << 20), tiny = BUF_INIT(10);
	struct pprof_profile p = { 0 };

	build(&out, true);
	ck_assert_int_eq(read_back(out.data, out.len, &in), 1);
	ck_assert_int_eq(pprof_parse(&p, in.data, in.len), 0);
	expect_built(&p);
	ck_assert_int_eq(read_back(out.data, 0, &in), 0);
	for (size_t n = 1; n < out.len; n++)
		ck_assert_int_eq(read_back(out.data, n, &in), -ENODATA);
	ck_assert_int_eq(read_back(out.data, out.len, &tiny), -EFBIG);
	ck_assert_int_eq(read_back("\xff\xff\xff\xff\x7f", 5, &in), -EFBIG);
	ck_assert_int_eq(read_back("\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9, &in), -EBADMSG);
	ck_assert_int_eq(read_back("\0", 1, &in), 1);
	ck_assert_uint_eq(in.len, 0);
	pprof_profile_release(&p);
	buf_release(&in);
	buf_release(&out);
	buf_release(&tiny);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_test(t, round_trip);
	tcase_add_test(t, hits);
	tcase_add_test(t, truncations);
	tcase_add_loop_test(t, hostile, 0, ARRAY_SIZE(messages));
	tcase_add_test(t, wrong_ids_are_refused);
	tcase_add_test(t, delimited);
	return run_tests("pprof", t);
}
