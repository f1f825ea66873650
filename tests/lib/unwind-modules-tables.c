/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the mapped files' tables. */
#include "config.h"

#include "unwind-modules.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ALLOWED ((uint64_t)64 << 20)

static struct pool pool;
static struct tables t;
static struct fake fake;

static void open_tables(uint64_t allowed)
{
	struct builder_pipes pipes;

	open_pool(&pool);
	fake = fake_open(&pipes);
	must(!tables_open(&t, &pool, &pipes, 1, allowed), "open the tables");
}

static void close_tables(void)
{
	tables_close(&t);
	if (fake.replies >= 0)
		fake_close(&fake);
	pool_close(&pool);
}

static uint32_t get(uint64_t ino, const char *path)
{
	struct table_key key = { 8, 1, ino, 0 };

	return tables_get(&t, &key, path, 1);
}

static struct abi_object *object(uint32_t id)
{
	return pool_at(&pool, tables_place(&t, id));
}

/* The table that the builder is asked for, or TABLE_NONE. */
static uint32_t asked(char *path)
{
	char scrap[UNWIND_PATH_MAX + 1];
	struct unwind_request r;

	tables_work(&t);
	return fake_hear(&fake, &r, path ? path : scrap) && r.kind == UNWIND_REQUEST_TABLE ?
	       r.id : TABLE_NONE;
}

static void answer(uint32_t id, uint32_t n_parts, uint32_t words)
{
	struct buf bytes = BUF_INIT(ALLOWED);

	put_answer(&bytes, id, n_parts, words);
	fake_say(&fake, bytes.data, bytes.len);
	buf_release(&bytes);
	tables_work(&t);
}

static void build(uint32_t id, uint32_t n_parts, uint32_t words)
{
	tables_want(&t, id);
	must(asked(NULL) == id, "be asked for a table");
	answer(id, n_parts, words);
}

static void grace(void)
{
	must(!pool_wait_grace(&pool), "wait for a grace period");
	tables_after_grace(&t);
}

/* ---- files ---- */

static void test_identity(void)
{
	uint32_t a, n_wrong = 0;
	struct unwind_request r;
	char path[UNWIND_PATH_MAX + 1];

	open_tables(ALLOWED);
	a = get(1, "/a");
	check(get(1, "/a") == a && get(2, "/a") != a && get(1, "/b") != a,
	      "a file is its identity and its path");
	for (uint32_t id = 0; id < 3; id++)
		n_wrong += !tables_place(&t, id) || object(id)->why != VERDICT_PENDING;
	check(!n_wrong && !tables_place(&t, TABLE_NONE), "it has an object, without a table yet");
	check(asked(NULL) == TABLE_NONE, "nobody has wanted it");
	object(1)->wanted = 1;
	tables_work(&t);
	check(fake_hear(&fake, &r, path) && r.id == 1 && r.maj == 8 && r.min == 1 && r.ino == 2 &&
	      !strcmp(path, "/a"), "until a walk does");
	tables_work(&t);
	tables_want(&t, 1);
	check(asked(NULL) == TABLE_NONE, "it is wanted once");
	close_tables();
}

static void test_statuses(void)
{
	uint32_t n_wrong = 0, no_parts;

	open_tables(ALLOWED);
	for (uint32_t status = 1; status < UNWIND_STATUSES; status++) {
		struct unwind_reply r = reply_head(get(status, "/a"), UNWIND_REQUEST_TABLE);

		r.status = status;
		tables_want(&t, r.id);
		n_wrong += asked(NULL) != r.id;
		fake_say(&fake, &r, sizeof(r));
		tables_work(&t);
		n_wrong += object(r.id)->why != VERDICT_NO_INFO;
	}
	no_parts = get(99, "/a");
	build(no_parts, 0, 0);
	check(!n_wrong && t.n_failed == UNWIND_STATUSES && object(no_parts)->why == VERDICT_NO_INFO,
	      "where there is no table, no walk waits for it");
	build(get(100, "/a"), 2, 100);
	check(object(get(100, "/a"))->why == VERDICT_ROOT && t.n_ready == 1 && t.bytes == 800 &&
	      t.n_rows == 2, "where there is one, walks go by it");
	close_tables();
}

/* ---- the index of parts ---- */

static const struct abi_part *index_of(uint32_t id)
{
	return pool_at(&pool, object(id)->parts);
}

static bool is_entry(const struct abi_part *p, uint32_t first, uint32_t n, uint32_t delta,
		     uint32_t bucket)
{
	const struct unwind_part *part = pool_at(&pool, p->part);

	return p->first == first && p->n == n && p->delta == delta &&
	       part->first_bucket == bucket;
}

static void build_segments(uint32_t id, const struct unwind_segment *s, uint32_t n,
			   const uint32_t (*parts)[2], uint32_t n_parts)
{
	struct unwind_reply r = reply_head(id, UNWIND_REQUEST_TABLE);
	uint32_t words[40] = { 0 };

	r.n_segments = n;
	r.n_parts = n_parts;
	tables_want(&t, id);
	must(asked(NULL) == id, "be asked for a table");
	fake_say(&fake, &r, sizeof(r));
	fake_say(&fake, s, n * sizeof(*s));
	for (uint32_t i = 0; i < n_parts; i++) {
		struct unwind_part part = part_head(40);

		part.first_bucket = parts[i][0];
		part.n_buckets = parts[i][1];
		memcpy(words, &part, sizeof(part));
		fake_say(&fake, words, sizeof(words));
		tables_work(&t);
	}
	tables_work(&t);
}

static void test_index(void)
{
	/* Not mapped at their offsets; the second begins in the last block of the first. */
	static const struct unwind_segment two[] = {
		{ .offset = 0x1000, .vaddr = 0x401000, .memsz = 0x2080 },
		{ .offset = 0x3080, .vaddr = 0x404080, .memsz = 0x1000 },
	};
	static const struct unwind_segment odd[] = {
		{ .offset = 0x1001, .vaddr = 0x401000, .memsz = 0x1000 },
		{ .offset = 0, .vaddr = UINT64_MAX - 10, .memsz = 100 },
		{ .offset = 0xf5, .vaddr = UINT64_MAX - 10, .memsz = 10 },
		{ .offset = 0, .vaddr = 0x401000, .memsz = 0 },
	};
	static const uint32_t parts[][2] = { { 0x4010, 0x10 }, { 0x4020, 0x40 } };
	static const uint32_t wide[][2] = { { 0, UINT32_MAX }, { UINT32_MAX, UINT32_MAX } };
	uint32_t a, odder, wider;

	open_tables(ALLOWED);
	a = get(1, "/a");
	build_segments(a, two, 2, parts, 2);
	check(object(a)->why == VERDICT_ROOT && object(a)->n_parts == 3,
	      "each part is found in each segment that has some of it");
	check(is_entry(index_of(a), 0x10, 0x10, 0x4000, 0x4010) &&
	      is_entry(index_of(a) + 1, 0x20, 0x10, 0x4000, 0x4020) &&
	      is_entry(index_of(a) + 2, 0x30, 0x11, 0x4010, 0x4020),
	      "by its place in the file; a shared block is the later segment's");
	odder = get(2, "/a");
	build_segments(odder, odd, 4, parts, 2);
	check(object(odder)->why == VERDICT_NO_INFO, "segments without sense hold nothing");
	wider = get(3, "/a");
	build_segments(wider, two, 2, wide, 2);
	check(object(wider)->why == VERDICT_ROOT && object(wider)->n_parts == 2 &&
	      is_entry(index_of(wider), 0x10, 0x20, 0x4000, 0),
	      "a part is no larger than its segment");
	close_tables();
}

static void test_large_index(void)
{
	struct unwind_segment segments[UNWIND_SEGMENTS_MAX];
	static uint32_t parts[UNWIND_PARTS_MAX][2];
	uint32_t a;

	open_tables(ALLOWED);
	for (uint32_t i = 0; i < UNWIND_SEGMENTS_MAX; i++)
		segments[i] = (struct unwind_segment){ i << 28, 0, 0, 0x10000000 };
	for (uint32_t i = 0; i < UNWIND_PARTS_MAX; i++) {
		parts[i][0] = i;
		parts[i][1] = 1;
	}
	a = get(1, "/a");
	build_segments(a, segments, UNWIND_SEGMENTS_MAX, parts, UNWIND_PARTS_MAX);
	check(object(a)->why == VERDICT_ROOT && object(a)->n_parts == UNWIND_PARTS_MAX,
	      "an index has a limit");
	close_tables();
}

/* ---- room ---- */

static void test_room(void)
{
	uint32_t a, b, c, place;

	open_tables(8000);
	a = get(1, "/a");
	b = get(2, "/b");
	c = get(3, "/c");
	tables_use(&t, a, true);
	build(a, 1, 1000);
	tables_use(&t, b, true);
	tables_use(&t, b, false);
	build(b, 1, 1000);
	build(c, 1, 1000);
	check(object(c)->why == VERDICT_BUDGET && t.n_refused == 1 && t.n_ready == 2,
	      "what has no room is refused");
	object(c)->wanted = 1;
	check(asked(NULL) == TABLE_NONE, "for good, until there is some");
	place = index_of(b)->part;
	grace();
	check(object(a)->why == VERDICT_ROOT && object(b)->why == VERDICT_PENDING &&
	      object(c)->why == VERDICT_PENDING && t.bytes == 4000 && !t.n_refused,
	      "a table that nobody uses makes room");
	tables_use(&t, c, true);
	build(c, 1, 1000);
	check(object(c)->why == VERDICT_ROOT && index_of(c)->part != place,
	      "its memory is not used before a grace period");
	tables_want(&t, b);
	must(asked(NULL) == b, "be asked for a table");
	answer(b, 1, 1000);
	grace();
	check(object(b)->why == VERDICT_BUDGET && object(a)->why == VERDICT_ROOT &&
	      object(c)->why == VERDICT_ROOT, "what is used stays");
	tables_use(&t, a, false);
	grace();
	build(b, 1, 1000);
	check(object(b)->why == VERDICT_ROOT && object(a)->why == VERDICT_PENDING &&
	      index_of(b)->part == place, "until it is not");
	close_tables();
}

static void test_least_used(void)
{
	uint32_t ids[4];

	open_tables(12000);
	for (uint32_t i = 0; i < 4; i++) {
		ids[i] = get(i, "/a");
		tables_use(&t, ids[i], true);
	}
	for (uint32_t i = 0; i < 3; i++)
		build(ids[i], 1, 1000);
	tables_use(&t, ids[2], false);
	tables_use(&t, ids[0], false);
	tables_use(&t, ids[1], false);
	build(ids[3], 1, 1000);
	grace();
	check(object(ids[2])->why == VERDICT_PENDING && object(ids[0])->why == VERDICT_ROOT &&
	      object(ids[1])->why == VERDICT_ROOT, "the one of no use for the longest time goes");
	close_tables();
}

/* ---- files that are written in place ---- */

/* Have the table checked some time later.  The stamp that the builder is told, or 0: it is not. */
static uint64_t stamp_after(uint64_t ms, uint32_t id)
{
	char path[UNWIND_PATH_MAX + 1];
	struct unwind_request r;

	clock_ahead_ns += ms * 1000000;
	tables_check(&t, id);
	tables_work(&t);
	return fake_hear(&fake, &r, path) && r.id == id ? r.stamp : 0;
}

static void answer_status(uint32_t id, enum unwind_status status)
{
	struct unwind_reply r = reply_head(id, UNWIND_REQUEST_TABLE);

	r.status = status;
	fake_say(&fake, &r, sizeof(r));
	tables_work(&t);
}

static void test_rewritten(void)
{
	uint32_t a, place;

	open_tables(8000);
	a = get(1, "/a");
	check(!stamp_after(1000, a), "what has no table is not checked");
	build(a, 1, 1000);
	place = index_of(a)->part;
	check(stamp_after(1000, a) == ANSWER_STAMP && object(a)->why == VERDICT_ROOT,
	      "a table is used while it is checked");
	check(!stamp_after(1000, a), "once at a time");
	answer_status(a, UNWIND_UNCHANGED);
	check(!stamp_after(1, a) && object(a)->why == VERDICT_ROOT && t.bytes == 4000,
	      "an unchanged file keeps it, and is not asked for again at once");
	must(stamp_after(1000, a), "be asked");
	answer(a, 1, 1000);
	check(object(a)->why == VERDICT_ROOT && index_of(a)->part != place && t.n_ready == 1 &&
	      t.bytes == 4000, "a file that was written has another");
	must(stamp_after(1000, a), "be asked");
	answer_status(a, UNWIND_UNREADABLE);
	check(object(a)->why == VERDICT_ROOT, "a file that is gone keeps its table");
	must(stamp_after(1000, a), "be asked");
	answer_status(a, UNWIND_NO_INFO);
	check(object(a)->why == VERDICT_NO_INFO && !t.n_ready && !t.bytes &&
	      !t.builders.used_bytes, "one that has none now has none");
	close_tables();
}

static void test_checked_by_the_dead(void)
{
	uint32_t a;

	open_tables(8000);
	a = get(1, "/a");
	build(a, 1, 2000);
	must(stamp_after(1000, a), "be asked");
	answer(a, 1, 2000);
	check(object(a)->why == VERDICT_PENDING && !t.n_refused && !t.bytes,
	      "beside the old table there may be no room for the new one");
	object(a)->wanted = 1;
	must(asked(NULL) == a, "be asked for a table");
	answer(a, 1, 2000);
	check(object(a)->why == VERDICT_ROOT, "afterwards there is");
	close_tables();
	open_tables(8000);
	a = get(1, "/a");
	build(a, 1, 1000);
	must(stamp_after(1000, a), "be asked");
	fake_close(&fake);
	tables_work(&t);
	check(object(a)->why == VERDICT_ROOT && !tables_are_busy(&t),
	      "the end of the builder ends no table");
	close_tables();
}

/* ---- a program's files ---- */

static void put_dependency(struct buf *b, uint64_t ino, const char *path, uint32_t len)
{
	struct unwind_dependency d = { .maj = 8, .min = 1, .ino = ino, .path_len = len };

	buf_put(b, &d, sizeof(d));
	buf_put(b, path, strlen(path));
	buf_put_zeros(b, -strlen(path) & 7);
}

static void prepare(const struct buf *payload, uint32_t n)
{
	struct unwind_reply r = reply_head(UINT32_MAX, UNWIND_REQUEST_DEPENDENCIES);
	char path[UNWIND_PATH_MAX + 1];
	struct unwind_request q;

	tables_prepare(&t, "/bin/program");
	must(fake_hear(&fake, &q, path) && q.kind == r.kind && !strcmp(path, "/bin/program"),
	     "be asked for a program's files");
	r.id = q.id;
	r.n_parts = n;
	r.bytes = payload->len;
	fake_say(&fake, &r, sizeof(r));
	fake_say(&fake, payload->data, payload->len);
	tables_work(&t);
}

static void test_prepared(void)
{
	struct buf payload = BUF_INIT(ALLOWED);
	struct table_key generation = { 8, 1, 11, 5 }, other_device = { 0, 37, 11, 5 };
	uint32_t first, second;
	char path[UNWIND_PATH_MAX + 1];

	open_tables(ALLOWED);
	put_dependency(&payload, 11, "/bin/program", 12);
	put_dependency(&payload, 12, "/lib/library.so", 15);
	put_dependency(&payload, 12, "/lib/library.so", 15);
	prepare(&payload, 3);
	first = asked(path);
	check(first != TABLE_NONE && !strcmp(path, "/bin/program"), "a program's table is made");
	answer(first, 1, 100);
	second = asked(path);
	check(second != TABLE_NONE && !strcmp(path, "/lib/library.so"), "its libraries' are, too");
	answer(second, 1, 100);
	check(!tables_are_busy(&t) && t.n == 2, "each once");
	check(tables_get(&t, &generation, "/bin/program", 1) == first &&
	      get(12, "/lib/library.so") == second, "they are found by path, device and inode");
	check(get(13, "/lib/library.so") != second && get(12, "/lib/other.so") != second &&
	      tables_get(&t, &other_device, "/bin/program", 1) != first,
	      "not by two of them");
	buf_release(&payload);
	close_tables();
}

static void test_prepared_without_room(void)
{
	struct buf one = BUF_INIT(ALLOWED), two = BUF_INIT(ALLOWED);
	struct rlimit before, none;
	uint32_t all, n, table, taken;

	open_tables(ALLOWED);
	put_dependency(&one, 11, "/one", 4);
	put_dependency(&two, 12, "/two", 4);
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){ .rlim_cur = 1, .rlim_max = before.rlim_max };
	n = ABI_CHUNK_WORDS - 16;
	all = pool_alloc(&pool, n);
	setrlimit(RLIMIT_NOFILE, &none);
	prepare(&one, 1);
	setrlimit(RLIMIT_NOFILE, &before);
	check(!t.n && !tables_are_busy(&t), "without room nothing is prepared");
	pool_free(&pool, all, n);
	prepare(&two, 1);
	table = asked(NULL);
	taken = get(11, "/one");
	check(table != TABLE_NONE && get(12, "/two") == table && taken != table &&
	      taken != TABLE_NONE, "and nothing taken for something else");
	buf_release(&one);
	buf_release(&two);
	close_tables();
}

/* Lists of files with no sense in them: no file is read beyond the list's end. */
static void test_hostile_lists(void)
{
	static const uint32_t lengths[] = {
		0, 1, 3, 5, 6, 7, 8, 9, 4096, 4097, 65536, 1u << 31, UINT32_MAX - 6, UINT32_MAX
	};
	struct buf payload = BUF_INIT(ALLOWED);
	size_t limit = 0;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (size_t cut = 0; cut < 40; cut++) {
			buf_clear(&payload);
			put_dependency(&payload, 11, "/a\0b", lengths[i]);
			put_dependency(&payload, 12, "/bcd", 4);
			payload.len -= cut;
			open_tables(ALLOWED);
			prepare(&payload, UINT32_MAX);
			limit = t.n > limit ? t.n : limit;
			close_tables();
		}
	}
	check(limit <= 3, "%zu hostile lists of files", 40 * sizeof(lengths) / sizeof(lengths[0]));
	buf_release(&payload);
	open_tables(ALLOWED);
	for (int i = 0; i < 3000; i++) {
		uint32_t n = draw(200);

		buf_clear(&payload);
		for (uint32_t j = 0; j < n; j++)
			buf_put_byte(&payload, (uint8_t)(draw(4) ? 0 : draw(256)));
		if (n)
			prepare(&payload, draw(5));
		while (asked(NULL) != TABLE_NONE)
			answer((uint32_t)t.n - 1, 0, 0);
		if (t.builders.n_died) {
			close_tables();
			open_tables(ALLOWED);
		}
	}
	check(true, "and 3,000 of chance");
	buf_release(&payload);
	close_tables();
}

void test_tables(void)
{
	test_identity();
	test_statuses();
	test_index();
	test_large_index();
	test_room();
	test_least_used();
	test_rewritten();
	test_checked_by_the_dead();
	test_prepared();
	test_prepared_without_room();
	test_hostile_lists();
}
