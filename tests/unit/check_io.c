/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of reading a file's first line. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/io.h"
#include "tests/lib/run-tests.h"

/* The first line of a file with this in it, read into size bytes. */
static const char *first_line_of(const char *contents, size_t size)
{
	static char text[64];
	char path[] = "/tmp/check_io.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, contents, strlen(contents)), 0);
	close(fd);
	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(read_first_line(path, text, size), 0);
	unlink(path);
	return text;
}

START_TEST(first_line)
{
	ck_assert_str_eq(first_line_of("0-3\n", 64), "0-3");
	ck_assert_str_eq(first_line_of("one\ntwo\n", 64), "one");
	ck_assert_str_eq(first_line_of("no newline", 64), "no newline");
	ck_assert_str_eq(first_line_of("", 64), "");
	ck_assert_str_eq(first_line_of("\n", 64), "");
}
END_TEST

START_TEST(first_line_is_cut)
{
	ck_assert_str_eq(first_line_of("12345678\n", 8), "1234567");
	ck_assert_str_eq(first_line_of("1234567\n", 8), "1234567");
	ck_assert_str_eq(first_line_of("1", 1), "");
}
END_TEST

START_TEST(first_line_errors)
{
	char text[8] = { "as it is" };

	ck_assert_int_eq(read_first_line("/nonexistent/file", text, sizeof(text)), -ENOENT);
	ck_assert_int_eq(read_first_line("/", text, sizeof(text)), -EISDIR);
	ck_assert_mem_eq(text, "as it is", sizeof(text));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("io");

	tcase_add_test(t, first_line);
	tcase_add_test(t, first_line_is_cut);
	tcase_add_test(t, first_line_errors);
	return run_tests("io", t);
}
