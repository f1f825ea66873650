/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of symbolize's cuts: every sample under one reason, and the worst files. */
#include "config.h"

#include "libexec/symbolize/cuts.h"

#include <check.h>
#include <stdio.h>

#include "tests/lib/run-tests.h"

static struct objects objects;
static struct facts facts;
static struct cuts cuts;

static void setup(void)
{
	objects = (struct objects){ 0 };
	facts = (struct facts){ 0 };
	cuts = (struct cuts){ 0 };
}

static void teardown(void)
{
	cuts_release(&cuts);
	facts_release(&facts);
	objects_release(&objects);
}

static uint32_t object(const char *path)
{
	const struct perf_data_mmap m = { .filename = path };

	return objects_intern(&objects, &m);
}

static void add(uint32_t verdict, uint32_t object_id, uint64_t count)
{
	const struct stack_end end = { verdict, object_id };

	ck_assert_int_eq(cuts_add(&cuts, &end, false, count), 0);
}

static void report(void)
{
	ck_assert_int_eq(cuts_report(&cuts, &objects, &facts), 0);
}

START_TEST(what_the_recording_says_is_replaced)
{
	ck_assert_int_eq(facts_set(&facts, "verdict.root", "7"), 0);
	ck_assert_int_eq(facts_set(&facts, "verdict.pending", "5"), 0);
	add(VERDICT_ROOT, MAP_NONE, 10);
	add(VERDICT_ROOT, MAP_NONE, 2);
	add(VERDICT_COPY_ENDS, MAP_NONE, 1);
	report();
	ck_assert_uint_eq(facts_number(&facts, "verdict.root"), 12);
	ck_assert_str_eq(facts_get(&facts, "verdict.pending"), "0");
	ck_assert_uint_eq(facts_number(&facts, "verdict.copy_ends"), 1);
	ck_assert_ptr_null(facts_get(&facts, "verdict.fault"));
	ck_assert_ptr_null(facts_get(&facts, "copies_complete"));
	ck_assert_ptr_null(facts_get(&facts, "cut_file.1"));
}
END_TEST

START_TEST(unknown_verdicts_are_no_statement)
{
	add(VERDICTS, MAP_NONE, 1);
	add(UINT32_MAX, MAP_NONE, 2);
	report();
	ck_assert_uint_eq(facts_number(&facts, "verdict.foreign"), 3);
}
END_TEST

START_TEST(the_worst_files_come_first)
{
	uint32_t a = object("/lib/liba.so"), b = object("/lib/b name.so (deleted)");
	char path[32];

	add(VERDICT_NO_INFO, a, 1);
	add(VERDICT_PENDING, a, 5);
	add(VERDICT_NO_INFO, b, 2);
	add(VERDICT_NO_INFO, a, 2);
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "/lib/%d", i);
		add(VERDICT_BAD_CFA, object(path), 1);
	}
	report();
	ck_assert_str_eq(facts_get(&facts, "cut_file.1"), "5 pending liba.so");
	ck_assert_str_eq(facts_get(&facts, "cut_file.2"), "3 no_info liba.so");
	ck_assert_str_eq(facts_get(&facts, "cut_file.3"), "2 no_info b name.so");
	ck_assert_str_eq(facts_get(&facts, "cut_file.8"), "1 bad_cfa 4");
	ck_assert_ptr_null(facts_get(&facts, "cut_file.9"));
	ck_assert_uint_eq(facts_number(&facts, "verdict.no_info"), 5);
}
END_TEST

START_TEST(copies_are_counted_by_what_came_of_them)
{
	const struct stack_end root = { VERDICT_ROOT, MAP_NONE };
	const struct stack_end cut = { VERDICT_COPY_ENDS, MAP_NONE };

	ck_assert_int_eq(cuts_add(&cuts, &root, true, 4), 0);
	ck_assert_int_eq(cuts_add(&cuts, &cut, true, 3), 0);
	add(VERDICT_ROOT, MAP_NONE, 90);
	report();
	ck_assert_uint_eq(facts_number(&facts, "copies_complete"), 4);
	ck_assert_uint_eq(facts_number(&facts, "copies_cut"), 3);
	ck_assert_uint_eq(facts_number(&facts, "verdict.root"), 94);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_the_recording_says_is_replaced);
	tcase_add_test(t, unknown_verdicts_are_no_statement);
	tcase_add_test(t, the_worst_files_come_first);
	tcase_add_test(t, copies_are_counted_by_what_came_of_them);
	return run_tests("cuts", t);
}
