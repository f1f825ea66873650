/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of lib/buf, lib/vec and lib/utf8. */
#include "config.h"

#include "lib/buf.h"

#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/utf8.h"
#include "lib/vec.h"
#include "tests/lib/run-tests.h"

START_TEST(puts_append)
{
	struct buf b = BUF_INIT(1000);

	ck_assert_int_eq(buf_put_str(&b, "ab"), 0);
	ck_assert_int_eq(buf_put_byte(&b, 'c'), 0);
	ck_assert_int_eq(buf_put_zeros(&b, 2), 0);
	ck_assert_int_eq(buf_printf(&b, "%d-%s", 42, "x"), 0);
	ck_assert_uint_eq(b.len, 9);
	ck_assert_mem_eq(b.data, "abc\0\0" "42-x", 9);
	buf_release(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.max, 1000);
}
END_TEST

START_TEST(maximum_holds)
{
	struct buf b = BUF_INIT(10);

	ck_assert_int_eq(buf_put(&b, "0123456789", 10), 0);
	ck_assert_int_eq(buf_put_byte(&b, 'x'), -EOVERFLOW);
	ck_assert_uint_eq(b.len, 10);
	ck_assert_int_eq(buf_failed(&b), -EOVERFLOW);
	ck_assert_int_eq(buf_put(&b, "", 0), -EOVERFLOW);
	ck_assert_ptr_null(buf_extend(&b, SIZE_MAX));
	buf_clear(&b);
	ck_assert_int_eq(buf_failed(&b), 0);
	ck_assert_int_eq(buf_put(&b, "abc", 3), 0);
	ck_assert_int_eq(buf_put_zeros(&b, SIZE_MAX), -EOVERFLOW);
	buf_release(&b);
}
END_TEST

START_TEST(printf_fills_to_the_maximum)
{
	struct buf b = BUF_INIT(600);
	char text[601];

	memset(text, 'y', 600);
	text[600] = '\0';
	ck_assert_int_eq(buf_printf(&b, "%s", text), 0);
	ck_assert_uint_eq(b.len, 600);
	ck_assert_mem_eq(b.data, text, 600);
	ck_assert_int_eq(buf_printf(&b, "%s", "z"), -EOVERFLOW);
	ck_assert_uint_eq(b.len, 600);
	buf_release(&b);
}
END_TEST

START_TEST(vectors_grow)
{
	uint32_t *v = NULL;
	size_t n = 0, cap = 0;

	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_int_eq(VEC_PUSH(v, n, cap, i), 0);
	ck_assert_uint_eq(n, 1000);
	ck_assert_uint_eq(v[999], 999);
	ck_assert_int_eq(VEC_RESERVE(v, cap, SIZE_MAX / 2), -ENOMEM);
	ck_assert_uint_eq(v[0], 0);
	free(v);
}
END_TEST

static const struct { const char *in, *out; } texts[] = {
	{ "plain", "plain" },
	{ "ascii, then \xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d",
	  "ascii, then \xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d" },
	{ "\xff", "\xef\xbf\xbd" },
	{ "a\xc3", "a\xef\xbf\xbd" },
	{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
	{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* surrogate */
	{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "12345678\x80z", "12345678\xef\xbf\xbdz" },
};

START_TEST(utf8_is_repaired)
{
	const char *in = texts[_i].in, *out = texts[_i].out;
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(utf8_put(&b, in, strlen(in)), 0);
	ck_assert_uint_eq(b.len, strlen(out));
	ck_assert_mem_eq(b.data, out, b.len);
	ck_assert_uint_eq(utf8_put_size(in, strlen(in)), b.len);
	ck_assert_int_eq(utf8_is_valid(in, strlen(in)), !strcmp(in, out));
	ck_assert(utf8_is_valid(out, strlen(out)));
	buf_release(&b);
}
END_TEST

START_TEST(prefixes_end_anywhere)
{
	static const int v[] = { 1, 2, 2, 3, 5, 8, 13 };

	for (size_t n = 0; n <= ARRAY_SIZE(v); n++) {
		for (int below = 0; below <= 14; below++) {
			size_t wanted = 0;

			while (wanted < n && v[wanted] < below)
				wanted++;
			ck_assert_uint_eq(VEC_PREFIX(n, i, v[i] < below), wanted);
		}
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_test(t, puts_append);
	tcase_add_test(t, maximum_holds);
	tcase_add_test(t, printf_fills_to_the_maximum);
	tcase_add_test(t, vectors_grow);
	tcase_add_test(t, prefixes_end_anywhere);
	tcase_add_loop_test(t, utf8_is_repaired, 0, ARRAY_SIZE(texts));
	return run_tests("buf", t);
}
