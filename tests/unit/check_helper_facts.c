/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of status lines as the front end reads them. */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "helper-facts.h"
#include "tests/lib/run-tests.h"

static struct helper_facts facts;

static void feed(const char *text)
{
	ck_assert_int_eq(helper_facts_feed(&facts, text, strlen(text)), 0);
}

static void reset(void)
{
	helper_facts_release(&facts);
}

START_TEST(lines_cut_anywhere)
{
	feed("sam");
	feed("ples 1");
	ck_assert_ptr_null(helper_facts_get(&facts, "samples"));
	feed("2\nname a b  c\n");
	ck_assert_uint_eq(helper_facts_number(&facts, "samples"), 12);
	ck_assert_str_eq(helper_facts_get(&facts, "name"), "a b  c");
	feed("samples 13\n");
	ck_assert_uint_eq(helper_facts_number(&facts, "samples"), 13);
	ck_assert_uint_eq(facts.n, 2);
}
END_TEST

START_TEST(malformed_lines)
{
	feed("\n \n x\nKEY 1\nnospace\na-b 1\n");
	ck_assert_uint_eq(facts.n, 0);
	feed("empty \n");
	ck_assert_str_eq(helper_facts_get(&facts, "empty"), "");
	ck_assert_uint_eq(helper_facts_number(&facts, "empty"), 0);
	feed("n -5\n");
	ck_assert_uint_eq(helper_facts_number(&facts, "n"), 0);
}
END_TEST

START_TEST(long_line)
{
	for (int i = 0; i < 2 * FACT_LINE_MAX; i++)
		feed("a");
	feed(" 1\nafter 2\n");
	ck_assert_uint_eq(facts.n, 1);
	ck_assert_uint_eq(helper_facts_number(&facts, "after"), 2);
}
END_TEST

START_TEST(too_many)
{
	char line[32];

	for (int i = 0; i < 2 * HELPER_FACTS_MAX; i++) {
		snprintf(line, sizeof(line), "k%d %d\n", i, i);
		feed(line);
	}
	ck_assert_uint_eq(facts.n, HELPER_FACTS_MAX);
	feed("k7 99\n");
	ck_assert_uint_eq(helper_facts_number(&facts, "k7"), 99);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("helper-facts");

	tcase_add_checked_fixture(t, NULL, reset);
	tcase_add_test(t, lines_cut_anywhere);
	tcase_add_test(t, malformed_lines);
	tcase_add_test(t, long_line);
	tcase_add_test(t, too_many);
	return run_tests("helper-facts", t);
}
