/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign text made safe: UTF-8 checking, replacement, prefixes; facts by key. */
#include "config.h"

#include "libexec/render/text.h"

#include <check.h>
#include <string.h>

#include "libexec/render/facts.h"
#include "tests/lib/run-tests.h"

static void cleans_to(const char *in, size_t len, const char *wanted)
{
	struct buf b = BUF_INIT(4096);

	text_clean(&b, in, len);
	buf_put_byte(&b, 0);
	ck_assert_int_eq(b.failed, 0);
	ck_assert_str_eq((char *)b.data, wanted);
	buf_release(&b);
}

#define R "\xef\xbf\xbd"

START_TEST(test_clean)
{
	cleans_to("plain <&>", 9, "plain <&>");
	cleans_to("", 0, "[unknown]");
	cleans_to("a\0b\n\t\x7f", 6, "a" R "b" R R R);
	cleans_to("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d", 9,
		  "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d");
	cleans_to("\xc2\x85\xe2\x80\xae", 5, R R);                      /* C1 control, override */
	cleans_to("\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf", 9, R R R);    /* U+FFFE, U+FFFF, U+FEFF */
}
END_TEST

/* Unicode, table 3-8: one replacement for each maximal part. */
START_TEST(test_invalid)
{
	cleans_to("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", 9, R R R R R R R R "A");
	cleans_to("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", 9, R R R R R R R R "A");
	cleans_to("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", 9, R R R R R "A" R R "B");
	cleans_to("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", 9, R R R R "A");
	cleans_to("\xe2\x82", 2, R);
}
END_TEST

START_TEST(test_prefix)
{
	bool all;

	ck_assert_uint_eq(text_prefix("abc", 3, 2, &all), 2);
	ck_assert(!all);
	ck_assert_uint_eq(text_prefix("abc", 3, 3, &all), 3);
	ck_assert(all);
	ck_assert_uint_eq(text_prefix("\xc3\xa9\xc3\xa9x", 5, 2, &all), 4);
	ck_assert_uint_eq(text_prefix("", 0, 0, &all), 0);
	ck_assert(all);
}
END_TEST

static void take(struct facts *f, const char *comment)
{
	ck_assert_int_eq(facts_take(f, comment, strlen(comment)), 0);
}

START_TEST(test_facts)
{
	static struct facts f;

	take(&f, "frequency 99");
	take(&f, "frequency 100");
	take(&f, "cmdline a\tb  c");
	take(&f, "Not-a-key x");
	take(&f, "");
	take(&f, "flag");
	take(&f, "big 99999999999999999999");
	ck_assert_uint_eq(facts_number(&f, "frequency"), 100);
	ck_assert_str_eq(facts_get(&f, "cmdline"), "a b  c");
	ck_assert_str_eq(facts_get(&f, "flag"), "");
	ck_assert_uint_eq(facts_number(&f, "big"), 0);
	ck_assert_ptr_null(facts_get(&f, "Not-a-key"));
	ck_assert_uint_eq(f.keys.n, 4);
	facts_release(&f);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("text");

	tcase_add_test(tc, test_clean);
	tcase_add_test(tc, test_invalid);
	tcase_add_test(tc, test_prefix);
	tcase_add_test(tc, test_facts);
	return run_tests("render text", tc);
}
