/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the lines about probes. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/probe-target.h"
#include "tests/lib/run-tests.h"

static const struct probe_target malloc_return = {
	.spec = 3,
	.kind = PROBE_UPROBE,
	.is_return = true,
	.offset = 0x9d010,
	.size = 419,
	.event = 7,
	.file_fd = 9,
	.file = "/usr/lib/a\tb\\\n/libc.so.6",
	.name = "malloc",
	.shown = "malloc+0x10",
	.why = "",
};

static char *text_of(struct buf *b)
{
	char *text = strndup((const char *)b->data, b->len - 1);

	ck_assert_int_eq(buf_failed(b), 0);
	ck_assert_int_eq(b->data[b->len - 1], '\n');
	ck_assert_ptr_null(strchr(text, '\n'));
	buf_release(b);
	return text;
}

START_TEST(target)
{
	struct buf b = BUF_INIT(PROBE_LINE_MAX);
	struct probe_line line;
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_eq(probe_put_target(&b, &malloc_return), 0);
	text = text_of(&b);
	ck_assert_int_eq(probe_line_parse(&line, text), 0);
	ck_assert_int_eq(line.kind, PROBE_LINE_TARGET);
	ck_assert_uint_eq(line.target.spec, 3);
	ck_assert_int_eq(line.target.kind, PROBE_UPROBE);
	ck_assert(line.target.is_return);
	ck_assert_uint_eq(line.target.offset, 0x9d010);
	ck_assert_uint_eq(line.target.size, 419);
	ck_assert_uint_eq(line.target.semaphore, 0);
	ck_assert_int_eq(line.target.event, 7);
	ck_assert_int_eq(line.target.file_fd, 9);
	ck_assert_str_eq(line.target.file, malloc_return.file);
	ck_assert_str_eq(line.target.name, "malloc");
	ck_assert_str_eq(line.target.shown, "malloc+0x10");
	ck_assert_str_eq(line.target.why, "");
}
END_TEST

START_TEST(others)
{
	struct buf b = BUF_INIT(PROBE_LINE_MAX);
	struct probe_line line;
	CLEANUP_FREE char *note = NULL, *error = NULL, *end = NULL;

	probe_put_note(&b, 1, "a\x01");
	note = text_of(&b);
	ck_assert_int_eq(probe_line_parse(&line, note), 0);
	ck_assert_int_eq(line.kind, PROBE_LINE_NOTE);
	ck_assert_uint_eq(line.spec, 1);
	ck_assert_str_eq(line.text, "a\x01");
	probe_put_error(&b, 2, "no", "");
	error = text_of(&b);
	ck_assert_int_eq(probe_line_parse(&line, error), 0);
	ck_assert_int_eq(line.kind, PROBE_LINE_ERROR);
	ck_assert_str_eq(line.text, "no");
	ck_assert_str_eq(line.hint, "");
	probe_put_end(&b, 12);
	end = text_of(&b);
	ck_assert_int_eq(probe_line_parse(&line, end), 0);
	ck_assert_int_eq(line.kind, PROBE_LINE_END);
	ck_assert_uint_eq(line.lines, 12);
}
END_TEST

static const char *const damaged[] = {
	"", "end", "end\t", "end\t-1", "end\t1\t2", "note\t1", "error\t1\ta", "what\t1",
	"note\t1\t\\", "note\t1\t\\x", "note\t1\t\\x0", "note\t1\t\\x00", "note\t1\t\\xzz",
	"note\t1\t\\n", "note\t4294967296\ta",
	"probe\t0\tuprobe\t0\t1\t2\t3\t\t\t/a\tb\tc",
	"probe\t0\tuprobe\t2\t1\t2\t3\t\t\t/a\tb\tc\t",
	"probe\t0\tother\t0\t1\t2\t3\t\t\t/a\tb\tc\t",
	"probe\t0\tuprobe\t0\tx\t2\t3\t\t\t/a\tb\tc\t",
	"probe\t0\tuprobe\t0\t1\t2\t3\t\t0\t/a\tb\tc\t",
	"probe\t0\tuprobe\t0\t1\t2\t3\t-2\t\t/a\tb\tc\t",
	"probe\t0\tuprobe\t0\t1\t2\t3\t\t\t/a\tb\tc\t\td",
	"1\t2\t3\t4\t5\t6\t7\t8\t9\t0\t1\t2\t3\t4\t5",
};

START_TEST(damage)
{
	CLEANUP_FREE char *text = strdup(damaged[_i]);
	struct probe_line line;

	ck_assert_int_eq(probe_line_parse(&line, text), -EBADMSG);
}
END_TEST

static const struct {
	struct probe_target target;
	const char *name;
} names[] = {
	{ { .kind = PROBE_UPROBE, .file = "/usr/lib/libc.so.6", .shown = "malloc" },
	  "uprobe:libc.so.6:malloc" },
	{ { .kind = PROBE_UPROBE, .is_return = true, .file = "/a", .shown = "f(int)" },
	  "uretprobe:a:f(int)" },
	{ { .kind = PROBE_KPROBE, .file = "", .shown = "vfs_write" }, "kprobe:vfs_write" },
	{ { .kind = PROBE_KPROBE, .is_return = true, .file = "", .shown = "vfs_read" },
	  "kretprobe:vfs_read" },
	{ { .kind = PROBE_TRACEPOINT, .file = "sched", .shown = "sched_switch" },
	  "tracepoint:sched:sched_switch" },
	{ { .kind = PROBE_USDT, .file = "/usr/lib/libc.so.6", .shown = "libc:setjmp" },
	  "usdt:libc:setjmp" },
};

START_TEST(name)
{
	struct buf b = BUF_INIT(PROBE_LINE_MAX);

	ck_assert_int_eq(probe_put_name(&b, &names[_i].target), 0);
	ck_assert_uint_eq(b.len, strlen(names[_i].name));
	ck_assert_mem_eq(b.data, names[_i].name, b.len);
	buf_release(&b);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("probe-target");

	tcase_add_test(t, target);
	tcase_add_test(t, others);
	tcase_add_loop_test(t, damage, 0, (int)ARRAY_SIZE(damaged));
	tcase_add_loop_test(t, name, 0, (int)ARRAY_SIZE(names));
	return run_tests("probe-target", t);
}
