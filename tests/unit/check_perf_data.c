/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of lib/perf-data: round trips, hostile records, every truncation. */
#include "config.h"

#include "lib/perf-data.h"

#include <check.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"
#include "tests/lib/run-tests.h"

static const uint64_t chain[] = { PERF_CONTEXT_USER, 0x401000, 0x402000 };
static const struct perf_data_id id = { .pid = 10, .tid = 11, .cpu = 1, .time = 1000 };

static void put_head(struct buf *b)
{
	const struct perf_data_attr attr = {
		.id = 1, .period_ns = 10101010, .event_name = "cpu-clock", .hostname = "host",
		.release = "6.1", .arch = "x86_64", .cmdline = "a command", .cpus = 2,
	};

	ck_assert_int_eq(perf_data_put_header(b, &attr), 0);
}

static void put_sample(struct buf *b)
{
	const struct perf_data_raw raw = { .magic = PERF_DATA_RAW_MAGIC, .verdict = 2 };
	const struct perf_data_sample s = {
		.id = 1, .ip = 0x401000, .time = 2000, .period = 7, .pid = 10, .tid = 11,
		.cpu = 1, .misc = PERF_RECORD_MISC_USER, .chain = chain, .chain_len = 3,
		.raw = &raw, .raw_len = sizeof(raw),
	};

	ck_assert_int_eq(perf_data_put_sample(b, &s), 0);
}

static void put_records(struct buf *b)
{
	struct perf_data_mmap m = {
		.pid = 10, .tid = 11, .start = 0x400000, .len = 0x1000, .pgoff = 0x2000,
		.maj = 8, .min = 1, .ino = 99, .prot = PROT_READ | PROT_EXEC,
		.flags = MAP_PRIVATE, .filename = "/bin/x",
	};

	ck_assert_int_eq(perf_data_put_meta(b, "cmdline", "a b c"), 0);
	ck_assert_int_eq(perf_data_put_kernel_symbol(b, 5, 9, "schedule", NULL), 0);
	ck_assert_int_eq(perf_data_put_mmap(b, &m, 1, &id), 0);
	m.build_id_len = 20;
	memset(m.build_id, 0xab, 20);
	ck_assert_int_eq(perf_data_put_mmap(b, &m, 1, &id), 0);
	m.kernel = true;
	ck_assert_int_eq(perf_data_put_mmap(b, &m, 1, &id), 0);
	ck_assert_int_eq(perf_data_put_comm(b, 10, 11, "name", true, 1, &id), 0);
	ck_assert_int_eq(perf_data_put_task(b, PERF_RECORD_FORK, 20, 10, 21, 11, 1, &id), 0);
	put_sample(b);
	ck_assert_int_eq(perf_data_put_lost_samples(b, 4, 1, &id), 0);
	ck_assert_int_eq(perf_data_put_round(b, true), 0);
}

/* A reader of these bytes, and the descriptor it reads. */
static int open_bytes(const void *bytes, size_t n, struct perf_data_reader **r, int *fd)
{
	*fd = memfd_create("stream", MFD_CLOEXEC);
	ck_assert_int_ge(*fd, 0);
	ck_assert_int_eq(write_all(*fd, bytes, n), 0);
	ck_assert_int_eq(lseek(*fd, 0, SEEK_SET), 0);
	return perf_data_reader_open(r, *fd);
}

/* Read all records of the bytes: the result of the last read or of the opening. */
static int read_all_records(const void *bytes, size_t n, size_t *records)
{
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd, got = open_bytes(bytes, n, &r, &fd);

	*records = 0;
	if (!got) {
		while ((got = perf_data_next(r, &rec)) > 0)
			(*records)++;
		ck_assert_int_eq(perf_data_next(r, &rec), got);
		perf_data_reader_close(r);
	}
	close(fd);
	return got;
}

static void expect_kind(struct perf_data_reader *r, struct perf_data_record *rec,
			enum perf_data_kind kind)
{
	ck_assert_int_eq(perf_data_next(r, rec), 1);
	ck_assert_int_eq(rec->kind, kind);
}

static void expect_mmaps(struct perf_data_reader *r)
{
	struct perf_data_record rec;

	expect_kind(r, &rec, PERF_DATA_MMAP);
	ck_assert_uint_eq(rec.time, 1000);
	ck_assert_uint_eq(rec.mmap.start, 0x400000);
	ck_assert_uint_eq(rec.mmap.ino, 99);
	ck_assert_uint_eq(rec.mmap.build_id_len, 0);
	ck_assert_uint_eq(rec.mmap.prot, PROT_READ | PROT_EXEC);
	ck_assert_str_eq(rec.mmap.filename, "/bin/x");
	expect_kind(r, &rec, PERF_DATA_MMAP);
	ck_assert_uint_eq(rec.mmap.build_id_len, 20);
	ck_assert_uint_eq(rec.mmap.build_id[19], 0xab);
	ck_assert(!rec.mmap.kernel);
	expect_kind(r, &rec, PERF_DATA_MMAP);
	ck_assert(rec.mmap.kernel);
	ck_assert_uint_eq(rec.mmap.pgoff, 0x2000);
}

static void expect_sample(struct perf_data_reader *r)
{
	struct perf_data_record rec;
	struct perf_data_raw raw;

	expect_kind(r, &rec, PERF_DATA_SAMPLE);
	ck_assert_uint_eq(rec.time, 2000);
	ck_assert_uint_eq(rec.sample.tid, 11);
	ck_assert_uint_eq(rec.sample.cpu, 1);
	ck_assert_uint_eq(rec.sample.period, 7);
	ck_assert_uint_eq(rec.sample.chain_len, 3);
	ck_assert_uint_eq((uintptr_t)rec.sample.chain % 8, 0);
	ck_assert_mem_eq(rec.sample.chain, chain, sizeof(chain));
	ck_assert_uint_ge(rec.sample.raw_len, sizeof(raw));
	memcpy(&raw, rec.sample.raw, sizeof(raw));
	ck_assert_uint_eq(raw.verdict, 2);
}

START_TEST(round_trip)
{
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd;

	put_head(&b);
	put_records(&b);
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	expect_kind(r, &rec, PERF_DATA_META);
	ck_assert_str_eq(rec.meta.key, "cmdline");
	ck_assert_str_eq(rec.meta.value, "a b c");
	expect_kind(r, &rec, PERF_DATA_KERNEL_SYMBOL);
	ck_assert_str_eq(rec.symbol.name, "schedule");
	ck_assert_str_eq(rec.symbol.module, "");
	expect_mmaps(r);
	expect_kind(r, &rec, PERF_DATA_COMM);
	ck_assert_str_eq(rec.comm.comm, "name");
	ck_assert(rec.comm.exec);
	expect_kind(r, &rec, PERF_DATA_FORK);
	ck_assert_uint_eq(rec.task.pid, 20);
	ck_assert_uint_eq(rec.task.ptid, 11);
	expect_sample(r);
	expect_kind(r, &rec, PERF_DATA_LOST);
	ck_assert_uint_eq(rec.lost.lost, 4);
	expect_kind(r, &rec, PERF_DATA_ROUND);
	ck_assert_int_eq(perf_data_next(r, &rec), 0);
	const struct perf_data_info *info = perf_data_reader_info(r);
	ck_assert_str_eq(info->hostname, "host");
	ck_assert_str_eq(info->cmdline, "a command");
	ck_assert_str_eq(info->event_name, "cpu-clock");
	ck_assert_uint_eq(info->period_ns, 10101010);
	ck_assert(info->ours && !info->is_file);
	ck_assert_uint_eq(perf_data_reader_skipped(r), 0);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* The number of hits to a sample is no time between them. */
START_TEST(hits)
{
	const struct perf_data_attr attr = {
		.id = 1, .period_ns = 1, .counts_hits = true, .event_name = "uprobe:x:f",
		.hostname = "host", .release = "6.1", .arch = "x86_64", .cmdline = "x", .cpus = 2,
	};
	const struct perf_data_info *info;
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd;

	ck_assert_int_eq(perf_data_put_header(&b, &attr), 0);
	put_sample(&b);
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	expect_sample(r);
	ck_assert_int_eq(perf_data_next(r, &rec), 0);
	info = perf_data_reader_info(r);
	ck_assert_str_eq(info->event_name, "uprobe:x:f");
	ck_assert_uint_eq(info->period_ns, 0);
	ck_assert_uint_eq(info->frequency, 0);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* What a sample tells about its probe, as written by versions that know of probes or do not. */
static const struct { uint16_t flags; size_t len; uint32_t magic, result; } raws[] = {
	{ PERF_DATA_RAW_PROBE, 36, PERF_DATA_RAW_MAGIC, 7 },
	{ 0, 36, PERF_DATA_RAW_MAGIC, PERF_DATA_NO_PROBE },
	{ 0, 32, PERF_DATA_RAW_MAGIC, PERF_DATA_NO_PROBE },
	{ PERF_DATA_RAW_PROBE, 32, PERF_DATA_RAW_MAGIC, 0 },   /* the padding is its number */
	{ PERF_DATA_RAW_PROBE, 40, PERF_DATA_RAW_MAGIC, 7 },
	{ PERF_DATA_RAW_PROBE, 36, 1, 0 },
	{ PERF_DATA_RAW_PROBE, 28, PERF_DATA_RAW_MAGIC, 0 },
};

START_TEST(probe_numbers)
{
	const struct perf_data_raw written[2] = {
		{ .magic = raws[_i].magic, .flags = raws[_i].flags, .gap = 5, .probe = 7 }
	};
	const struct perf_data_sample s = {
		.id = 1, .ip = 1, .raw = written, .raw_len = raws[_i].len
	};
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	struct perf_data_raw raw = { .gap = 6 };
	bool is_ours = raws[_i].magic == PERF_DATA_RAW_MAGIC && raws[_i].len >= 32;
	int fd;

	put_head(&b);
	ck_assert_int_eq(perf_data_put_sample(&b, &s), 0);
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	expect_kind(r, &rec, PERF_DATA_SAMPLE);
	ck_assert_int_eq(perf_data_raw_of(&rec.sample, &raw), is_ours);
	ck_assert_uint_eq(raw.gap, is_ours ? 5 : 6);
	ck_assert_uint_eq(raw.probe, raws[_i].result);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* A stream may end between records; anywhere else it is cut, and said to be. */
START_TEST(truncations)
{
	struct buf b = BUF_INIT(1 << 20);
	size_t records, whole = 0;

	put_head(&b);
	put_records(&b);
	for (size_t n = 0; n < b.len; n++) {
		int got = read_all_records(b.data, n, &records);

		ck_assert_int_eq(got == 0 || got == (n < 16 ? -ENOEXEC : -ENODATA), 1);
		whole += got == 0;
	}
	/* The head's seven records, ten others less the last, and an empty stream. */
	ck_assert_uint_eq(whole, 17);
	buf_release(&b);
}
END_TEST

/* What a field of the last record is changed to, and what comes of it. */
static const struct { size_t at; uint64_t value; size_t width; int result; } changes[] = {
	{ 6, 0, 2, -EBADMSG },                  /* record size 0 */
	{ 6, 7, 2, -EBADMSG },
	{ 6, 65528, 2, -ENODATA },
	{ 6, 64, 2, -EBADMSG },                 /* ends before the callchain's length */
	{ 56, 4, 8, -EBADMSG },                 /* callchain takes RAW's size */
	{ 56, 1000, 8, -EBADMSG },
	{ 56, UINT64_MAX, 8, -EBADMSG },
	{ 56, UINT64_MAX / 8 + 2, 8, -EBADMSG },
	{ 88, 1000, 4, -EBADMSG },              /* RAW's size */
	{ 88, UINT32_MAX, 4, -EBADMSG },
	{ 0, PERF_USER_COMPRESSED, 4, -ENOTSUP },
	{ 0, PERF_USER_COMPRESSED2, 4, -ENOTSUP },
	{ 0, 200, 4, 0 },                       /* unknown: skipped */
	{ 0, 71, 4, -ENODATA },                 /* AUXTRACE: data behind it */
};

START_TEST(hostile)
{
	struct buf b = BUF_INIT(1 << 20);
	size_t start, records;

	put_head(&b);
	start = b.len;
	put_sample(&b);
	ck_assert_int_eq(read_all_records(b.data, b.len, &records), 0);
	ck_assert_uint_eq(records, 1);
	memcpy(b.data + start + changes[_i].at, &changes[_i].value, changes[_i].width);
	ck_assert_int_eq(read_all_records(b.data, b.len, &records), changes[_i].result);
	ck_assert_uint_eq(records, 0);
	buf_release(&b);
}
END_TEST

START_TEST(other_files)
{
	size_t records;

	ck_assert_int_eq(read_all_records("", 0, &records), -ENOEXEC);
	ck_assert_int_eq(read_all_records("main;foo 12\nmain;bar 1\n", 23, &records), -ENOEXEC);
	ck_assert_int_eq(read_all_records("2ELIFREP\0\0\0\0\0\0\0\x10", 16, &records), -ENOTSUP);
	ck_assert_int_eq(read_all_records("PERFILE2\x11\0\0\0\0\0\0\0", 16, &records), -EBADMSG);
	ck_assert_int_eq(read_all_records("PERFILE2\x10\0\0\0\0\0\0\0", 16, &records), 0);
}
END_TEST

START_TEST(sample_without_event)
{
	struct buf b = BUF_INIT(1 << 20);
	size_t records;

	buf_put(&b, "PERFILE2\x10\0\0\0\0\0\0\0", 16);
	put_sample(&b);
	ck_assert_int_eq(read_all_records(b.data, b.len, &records), -EBADMSG);
	buf_release(&b);
}
END_TEST

/* A HEADER_ATTR record: sample type, whether records have trailers, and one id. */
static void put_event(struct buf *b, uint64_t sample_type, uint64_t event_id)
{
	struct perf_event_attr attr = {
		.size = PERF_ATTR_SIZE_VER0, .sample_type = sample_type, .sample_id_all = 1,
		.sample_regs_user = 0x7, .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID,
	};
	struct perf_event_header h = {
		.type = PERF_USER_HEADER_ATTR, .size = sizeof(h) + PERF_ATTR_SIZE_VER7 + 8,
	};

	attr.size = PERF_ATTR_SIZE_VER7;
	buf_put(b, &h, sizeof(h));
	buf_put(b, &attr, PERF_ATTR_SIZE_VER7);
	buf_put(b, &event_id, 8);
}

static void put_words(struct buf *b, uint32_t type, const uint64_t *words, size_t n)
{
	struct perf_event_header h = { .type = type, .size = (uint16_t)(sizeof(h) + n * 8) };

	buf_put(b, &h, sizeof(h));
	buf_put(b, words, n * 8);
}

/* Two events whose samples differ in every field: they are told apart by the id. */
START_TEST(mixed_events)
{
	const uint64_t all = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_ADDR |
		PERF_SAMPLE_READ | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_BRANCH_STACK |
		PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER | PERF_SAMPLE_WEIGHT |
		PERF_SAMPLE_AUX;
	const uint64_t first[] = {
		1, 0x111, 0xadd, 1, 5, 6, 2, 0x10, 0x20, 1, 1, 2, 3, 2, 7, 8, 9, 8, 55, 8, 99, 0,
	};
	const uint64_t second[] = { 2, 0x222 };
	const uint64_t unknown[] = { 3, 0x333 };
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd;

	buf_put(&b, "PERFILE2\x10\0\0\0\0\0\0\0", 16);
	put_event(&b, all, 1);
	put_event(&b, PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP, 2);
	put_words(&b, PERF_RECORD_SAMPLE, second, 2);
	put_words(&b, PERF_RECORD_SAMPLE, unknown, 2);
	put_words(&b, PERF_RECORD_SAMPLE, first, ARRAY_SIZE(first));
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	expect_kind(r, &rec, PERF_DATA_SAMPLE);
	ck_assert_uint_eq(rec.sample.ip, 0x222);
	ck_assert_uint_eq(rec.sample.chain_len, 0);
	ck_assert_int_eq(perf_data_next(r, &rec), 1);
	ck_assert_uint_eq(perf_data_reader_skipped(r), 1);
	ck_assert_uint_eq(rec.sample.ip, 0x111);
	ck_assert_uint_eq(rec.sample.chain_len, 2);
	ck_assert_uint_eq(rec.sample.chain[1], 0x20);
	ck_assert_uint_eq(rec.sample.regs_mask, 7);
	ck_assert_uint_eq(rec.sample.regs_abi, 2);
	ck_assert_uint_eq(rec.sample.regs[2], 9);
	ck_assert_uint_eq(rec.sample.stack_len, 8);
	ck_assert(rec.sample.stack_full);
	ck_assert_int_eq(perf_data_next(r, &rec), 0);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* ---- registers and copied stacks ---- */

static uint64_t registers[PERF_DATA_REGS_N];

static struct perf_data_sample sample_with_copy(const void *stack, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		registers[i] = 0x1000 + i;
	return (struct perf_data_sample){
		.id = 1, .ip = 0x401000, .time = 2000, .period = 7, .pid = 10, .tid = 11,
		.misc = PERF_RECORD_MISC_USER, .chain = chain, .chain_len = 1,
		.regs_mask = PERF_DATA_REGS_MASK, .regs_abi = PERF_SAMPLE_REGS_ABI_64,
		.regs = registers, .stack = stack, .stack_len = n,
	};
}

/* Write the sample behind a head that announces copies. */
static void put_copy(struct buf *b, const struct perf_data_sample *s)
{
	const struct perf_data_attr attr = { .id = 1, .regs_mask = PERF_DATA_REGS_MASK };

	buf_clear(b);
	ck_assert_int_eq(perf_data_put_header(b, &attr), 0);
	ck_assert_int_eq(perf_data_put_sample(b, s), 0);
}

/* Write, read, and compare with `n` bytes of the stack. */
static void check_copy(struct perf_data_sample *s, size_t n, bool full)
{
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd;

	put_copy(&b, s);
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	expect_kind(r, &rec, PERF_DATA_SAMPLE);
	ck_assert_uint_eq(rec.sample.regs_mask, PERF_DATA_REGS_MASK);
	ck_assert_uint_eq(rec.sample.regs_abi, s->regs_abi);
	if (s->regs_abi)
		ck_assert_mem_eq(rec.sample.regs, registers, sizeof(registers));
	else
		ck_assert_ptr_null(rec.sample.regs);
	ck_assert_uint_eq(rec.sample.stack_len, n);
	if (n)
		ck_assert_mem_eq(rec.sample.stack, s->stack, n);
	ck_assert_int_eq(rec.sample.stack_full, full);
	ck_assert_int_eq(perf_data_next(r, &rec), 0);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}

START_TEST(copies)
{
	static uint8_t stack[70000];
	/* What is left of a record behind its header, the fixed fields, registers and sizes. */
	const size_t most = 65528 - 8 - 56 - 8 - 8 - 8 * (1 + PERF_DATA_REGS_N) - 16;
	struct perf_data_sample s = sample_with_copy(stack, 100);

	for (size_t i = 0; i < sizeof(stack); i++)
		stack[i] = (uint8_t)(i * 7 + i / 256);
	check_copy(&s, 100, false);
	s.stack_len = 104;
	check_copy(&s, 104, false);
	s.stack_full = true;
	check_copy(&s, 104, true);
	s.stack_len = 111;
	check_copy(&s, 104, true);
	s.stack_len = sizeof(stack);
	check_copy(&s, most, true);
	s.chain_len = 3;
	check_copy(&s, most - 16, true);
	s.stack_len = 0;
	check_copy(&s, 0, false);
	s.stack_len = 8;
	s.regs_abi = PERF_SAMPLE_REGS_ABI_NONE;
	check_copy(&s, 0, false);
}
END_TEST

/* Sizes of the last two fields that lie; the sample ends with room 24, three words, used 12. */
static const struct { size_t from_end; uint64_t value; int result; size_t len; } lies[] = {
	{ 8, 25, 0, 24 },                       /* more used than there is room: all of it */
	{ 8, UINT64_MAX, 0, 24 },
	{ 8, 0, 0, 0 },
	{ 40, 15, -EBADMSG, 0 },
	{ 40, 32, -EBADMSG, 0 },
	{ 40, UINT64_MAX, -EBADMSG, 0 },
	{ 40, 0, -EBADMSG, 0 },
	{ 40 + 8 * (1 + PERF_DATA_REGS_N), 0, -EBADMSG, 0 },   /* no registers after all */
};

START_TEST(hostile_copies)
{
	const char stack[12] = "0123456789a";
	struct perf_data_sample s = sample_with_copy(stack, sizeof(stack));
	struct buf b = BUF_INIT(1 << 20);
	struct perf_data_reader *r;
	struct perf_data_record rec;
	int fd;

	put_copy(&b, &s);
	memcpy(b.data + b.len - lies[_i].from_end, &lies[_i].value, 8);
	ck_assert_int_eq(open_bytes(b.data, b.len, &r, &fd), 0);
	ck_assert_int_eq(perf_data_next(r, &rec), lies[_i].result ? lies[_i].result : 1);
	if (!lies[_i].result)
		ck_assert_uint_eq(rec.sample.stack_len, lies[_i].len);
	perf_data_reader_close(r);
	close(fd);
	buf_release(&b);
}
END_TEST

/* Deep chains of both parts fit, and then there is little room for a copy. */
START_TEST(long_chain)
{
	static uint64_t deep[PERF_DATA_CHAIN_MAX];
	static const uint8_t stack[65536];
	struct perf_data_sample s = sample_with_copy(stack, sizeof(stack));
	size_t words = 127 + 4096 + 3;

	ck_assert_uint_ge(PERF_DATA_CHAIN_MAX, words);
	s.chain = deep;
	s.chain_len = PERF_DATA_CHAIN_MAX;
	check_copy(&s, 65528 - 8 - 56 - 8 - 8 * (PERF_DATA_CHAIN_MAX + 1 + PERF_DATA_REGS_N) - 16,
		   true);
}
END_TEST

START_TEST(writer_limits)
{
	struct buf b = BUF_INIT(1 << 20);
	CLEANUP_FREE char *name = malloc(70000);
	struct perf_data_sample s = { .chain_len = PERF_DATA_CHAIN_MAX + 1 };
	size_t records;

	ck_assert_ptr_nonnull(name);
	memset(name, 'n', 69999);
	name[69999] = '\0';
	ck_assert_int_eq(perf_data_put_sample(&b, &s), -EMSGSIZE);
	ck_assert_int_eq(perf_data_put_comm(&b, 1, 1, name, false, 1, &id), -EMSGSIZE);
	ck_assert_int_eq(perf_data_put_kernel_symbol(&b, 1, 2, name, ""), -EMSGSIZE);
	ck_assert_int_eq(perf_data_put_meta(&b, "two words", ""), -EINVAL);
	ck_assert_int_eq(perf_data_put_meta(&b, "", "x"), -EINVAL);
	ck_assert_int_eq(perf_data_put_task(&b, PERF_RECORD_MMAP, 1, 1, 1, 1, 1, &id), -EINVAL);
	s = sample_with_copy(NULL, 0);
	s.regs_mask = 0xff;
	ck_assert_int_eq(perf_data_put_sample(&b, &s), -EINVAL);
	s.regs_mask = PERF_DATA_REGS_MASK;
	s.regs = NULL;
	ck_assert_int_eq(perf_data_put_sample(&b, &s), -EINVAL);
	ck_assert_uint_eq(b.len, 0);
	put_head(&b);
	ck_assert_int_eq(perf_data_put_meta(&b, "cmdline", name), 0);
	ck_assert_int_eq(read_all_records(b.data, b.len, &records), 0);
	ck_assert_uint_eq(records, 1);
	buf_release(&b);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_test(t, round_trip);
	tcase_add_test(t, hits);
	tcase_add_loop_test(t, probe_numbers, 0, ARRAY_SIZE(raws));
	tcase_add_test(t, truncations);
	tcase_add_loop_test(t, hostile, 0, ARRAY_SIZE(changes));
	tcase_add_test(t, other_files);
	tcase_add_test(t, sample_without_event);
	tcase_add_test(t, mixed_events);
	tcase_add_test(t, copies);
	tcase_add_loop_test(t, hostile_copies, 0, ARRAY_SIZE(lies));
	tcase_add_test(t, long_chain);
	tcase_add_test(t, writer_limits);
	return run_tests("perf_data", t);
}
