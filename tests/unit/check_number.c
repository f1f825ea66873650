/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of numbers, sizes, durations, switches and id lists. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"
#include "tests/lib/run-tests.h"

START_TEST(numbers)
{
	uint64_t v = 42;

	ck_assert_int_eq(number_parse("0", 0, 10, &v), 0);
	ck_assert_uint_eq(v, 0);
	ck_assert_int_eq(number_parse("18446744073709551615", 0, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, UINT64_MAX);
	v = 42;
	ck_assert_int_eq(number_parse("", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse("-1", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse("+1", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse(" 1", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse("1 ", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse("0x1", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(number_parse("11", 0, 10, &v), -ERANGE);
	ck_assert_int_eq(number_parse("1", 2, 10, &v), -ERANGE);
	ck_assert_int_eq(number_parse("99999999999999999999999", 0, 10, &v), -ERANGE);
	ck_assert_int_eq(number_parse("99999999999999999999", 0, UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(number_parse("18446744073709551616", 0, UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(number_parse("99999999999999999999x", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_uint_eq(v, 42);
}
END_TEST

START_TEST(hundredths)
{
	static const struct { const char *text; uint64_t value; } good[] = {
		{ "0", 0 }, { "1", 100 }, { "0.5", 50 }, { "0.05", 5 }, { "12.34", 1234 }
	};
	static const char *const bad[] = { "", ".5", "1.", "1.234", "1,5", "-1", "1px", "1.5%" };
	uint64_t v = 42;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_int_eq(number_parse_hundredths(bad[i], 1000, &v), -EINVAL);
	ck_assert_int_eq(number_parse_hundredths("10.01", 1000, &v), -ERANGE);
	ck_assert_int_eq(number_parse_hundredths("184467440737095516.99", UINT64_MAX, &v), -ERANGE);
	ck_assert_uint_eq(v, 42);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		ck_assert_int_eq(number_parse_hundredths(good[i].text, 1234, &v), 0);
		ck_assert_uint_eq(v, good[i].value);
	}
}
END_TEST

static const struct {
	const char *text;
	uint64_t ns;
} durations[] = {
	{ "0", 0 }, { "5000", 5000000000 }, { "1ms", 1000000 }, { "2s", 2000000000 },
	{ "3m", 180000000000 }, { "1h", 3600000000000 },
};

START_TEST(duration)
{
	uint64_t ns = 1;

	ck_assert_int_eq(number_parse_duration(durations[_i].text, &ns), 0);
	ck_assert_uint_eq(ns, durations[_i].ns);
}
END_TEST

START_TEST(bad_durations)
{
	uint64_t ns = 7;

	ck_assert_int_eq(number_parse_duration("", &ns), -EINVAL);
	ck_assert_int_eq(number_parse_duration("s", &ns), -EINVAL);
	ck_assert_int_eq(number_parse_duration("1d", &ns), -EINVAL);
	ck_assert_int_eq(number_parse_duration("1 s", &ns), -EINVAL);
	ck_assert_int_eq(number_parse_duration("-1s", &ns), -EINVAL);
	ck_assert_int_eq(number_parse_duration("8785h", &ns), -ERANGE);
	ck_assert_int_eq(number_parse_duration("18446744073709551615h", &ns), -ERANGE);
	ck_assert_uint_eq(ns, 7);
}
END_TEST

START_TEST(sizes)
{
	uint64_t v = 42;

	ck_assert_int_eq(number_parse_size("0", 0, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, 0);
	ck_assert_int_eq(number_parse_size("4096", 1, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, 4096);
	ck_assert_int_eq(number_parse_size("3K", 1, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, 3072);
	ck_assert_int_eq(number_parse_size("512m", 1, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, 536870912);
	ck_assert_int_eq(number_parse_size("17179869183G", 1, UINT64_MAX, &v), 0);
	ck_assert_uint_eq(v, UINT64_MAX - 1073741823);
	v = 42;
	ck_assert_int_eq(number_parse_size("17179869184G", 1, UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(number_parse_size("99999999999999999999", 0, UINT64_MAX - 1, &v), -ERANGE);
	ck_assert_int_eq(number_parse_size("0M", 1, UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(number_parse_size("2K", 1, 2047, &v), -ERANGE);
	ck_assert_int_eq(number_parse_size("", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(number_parse_size("M", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(number_parse_size("1T", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(number_parse_size("1KB", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(number_parse_size("1 K", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(number_parse_size("-1K", 0, UINT64_MAX, &v), -EINVAL);
	ck_assert_uint_eq(v, 42);
}
END_TEST

START_TEST(switches)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };
	static const char *const neither[] = { "", "2", "TRUE", "tru", "truee", " on" };
	bool value;

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		value = false;
		ck_assert_int_eq(number_parse_bool(yes[i], &value), 0);
		ck_assert(value);
		ck_assert_int_eq(number_parse_bool(no[i], &value), 0);
		ck_assert(!value);
	}
	value = true;
	for (size_t i = 0; i < ARRAY_SIZE(neither); i++)
		ck_assert_int_eq(number_parse_bool(neither[i], &value), -EINVAL);
	ck_assert(value);
}
END_TEST

START_TEST(id_lists)
{
	static struct id_list list;

	list.n = 0;
	ck_assert_int_eq(id_list_add(&list, "3, 1\t2,,3"), 0);
	ck_assert_uint_eq(list.n, 3);
	ck_assert_uint_eq(list.ids[0], 3);
	ck_assert_uint_eq(list.ids[1], 1);
	ck_assert_uint_eq(list.ids[2], 2);
	ck_assert_int_eq(id_list_add(&list, "2147483647"), 0);
	ck_assert_uint_eq(list.n, 4);
	ck_assert_int_eq(id_list_add(&list, "5,x"), -EINVAL);
	ck_assert_int_eq(id_list_add(&list, "5;6"), -EINVAL);
	ck_assert_int_eq(id_list_add(&list, "5,0"), -ERANGE);
	ck_assert_int_eq(id_list_add(&list, "2147483648"), -ERANGE);
	ck_assert_uint_eq(list.n, 4);
}
END_TEST

START_TEST(empty_id_list)
{
	static struct id_list list;

	list.n = 0;
	ck_assert_int_eq(id_list_add(&list, ""), -EINVAL);
	ck_assert_int_eq(id_list_add(&list, " ,"), -EINVAL);
}
END_TEST

START_TEST(full_id_list)
{
	static struct id_list list;
	char text[16];

	list.n = 0;
	for (int i = 1; i <= ID_LIST_MAX; i++) {
		snprintf(text, sizeof(text), "%d", i);
		ck_assert_int_eq(id_list_add(&list, text), 0);
	}
	ck_assert_int_eq(id_list_add(&list, "7"), 0);
	ck_assert_int_eq(id_list_add(&list, "5000"), -E2BIG);
	ck_assert_uint_eq(list.n, ID_LIST_MAX);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("number");

	tcase_add_test(t, numbers);
	tcase_add_test(t, hundredths);
	tcase_add_loop_test(t, duration, 0, (int)ARRAY_SIZE(durations));
	tcase_add_test(t, bad_durations);
	tcase_add_test(t, sizes);
	tcase_add_test(t, switches);
	tcase_add_test(t, id_lists);
	tcase_add_test(t, empty_id_list);
	tcase_add_test(t, full_id_list);
	return run_tests("number", t);
}
