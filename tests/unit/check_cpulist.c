/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of CPU lists. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "lib/cpulist.h"
#include "tests/lib/run-tests.h"

static const struct {
	const char *text, *shortest;
	uint32_t n;
} good[] = {
	{ "0", "0", 1 },
	{ "0-3,8\n", "0-3,8", 5 },
	{ "3,1,2,2", "1-3", 3 },
	{ "63-64,8191", "63-64,8191", 3 },
	{ "0-8191", "0-8191", 8192 },
};

START_TEST(good_list)
{
	struct cpulist list;
	char text[CPULIST_TEXT_MAX];

	memset(&list, 0xff, sizeof(list));
	ck_assert_int_eq(cpulist_parse(&list, good[_i].text), 0);
	ck_assert_uint_eq(list.n, good[_i].n);
	ck_assert_int_eq(cpulist_format(&list, text, sizeof(text)), 0);
	ck_assert_str_eq(text, good[_i].shortest);
}
END_TEST

static const struct {
	const char *text;
	int err;
} bad[] = {
	{ "", -EINVAL }, { ",", -EINVAL }, { "1,", -EINVAL }, { "1-", -EINVAL }, { "-1", -EINVAL },
	{ "3-1", -EINVAL }, { "1 2", -EINVAL }, { "0x1", -EINVAL }, { "1\n2", -EINVAL },
	{ "8192", -ERANGE }, { "0-8192", -ERANGE }, { "99999999999999999999", -ERANGE },
};

START_TEST(bad_list)
{
	struct cpulist list = { .n = 77 };

	ck_assert_int_eq(cpulist_parse(&list, bad[_i].text), bad[_i].err);
	ck_assert_uint_eq(list.n, 77);
}
END_TEST

START_TEST(first_outside)
{
	struct cpulist a, b;

	ck_assert_int_eq(cpulist_parse(&a, "1,4-6"), 0);
	ck_assert_int_eq(cpulist_parse(&b, "0-5"), 0);
	ck_assert_int_eq(cpulist_first_outside(&a, &b), 6);
	ck_assert_int_eq(cpulist_parse(&a, "1"), 0);
	ck_assert_int_eq(cpulist_first_outside(&a, &b), -1);
	ck_assert(!cpulist_has(&b, CPULIST_MAX));
}
END_TEST

START_TEST(no_room)
{
	struct cpulist list;
	char text[4];

	ck_assert_int_eq(cpulist_parse(&list, "10-11"), 0);
	ck_assert_int_eq(cpulist_format(&list, text, sizeof(text)), -ENOSPC);
	ck_assert_int_eq(cpulist_format(&list, text, 0), -ENOSPC);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("cpulist");

	tcase_add_loop_test(t, good_list, 0, (int)ARRAY_SIZE(good));
	tcase_add_loop_test(t, bad_list, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(t, first_outside);
	tcase_add_test(t, no_room);
	return run_tests("cpulist", t);
}
