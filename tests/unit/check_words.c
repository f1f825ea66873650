/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the splitting of --cmd. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "tests/lib/run-tests.h"
#include "words.h"

static const struct {
	const char *text;
	const char *words[6];
} good[] = {
	{ "top -b -n 5", { "top", "-b", "-n", "5" } },
	{ "  a\t b\n", { "a", "b" } },
	{ "a 'b c' \"d e\"", { "a", "b c", "d e" } },
	{ "a'b'\"c\"d", { "abcd" } },
	{ "a\\ b \\'", { "a b", "'" } },
	{ "'\\n' \"\\n\" \"\\\"\\\\\\$\"", { "\\n", "\\n", "\"\\$" } },
	{ "'' \"\"", { "", "" } },
	{ "$HOME * `x` ~", { "$HOME", "*", "`x`", "~" } },
};

START_TEST(good_words)
{
	char **words = NULL;
	size_t i;

	ck_assert_int_eq(words_split(good[_i].text, &words), 0);
	for (i = 0; good[_i].words[i]; i++) {
		ck_assert_ptr_nonnull(words[i]);
		ck_assert_str_eq(words[i], good[_i].words[i]);
	}
	ck_assert_ptr_null(words[i]);
	free(words);
}
END_TEST

START_TEST(bad_words)
{
	char **words = NULL;

	ck_assert_int_eq(words_split("", &words), -EINVAL);
	ck_assert_int_eq(words_split(" \t", &words), -EINVAL);
	ck_assert_int_eq(words_split("a 'b", &words), -EBADMSG);
	ck_assert_int_eq(words_split("a \"b\\\"", &words), -EBADMSG);
	ck_assert_int_eq(words_split("a \\", &words), -EBADMSG);
	ck_assert_ptr_null(words);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("words");

	tcase_add_loop_test(t, good_words, 0, (int)ARRAY_SIZE(good));
	tcase_add_test(t, bad_words);
	return run_tests("words", t);
}
