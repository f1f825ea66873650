/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of lib/map. */
#include "config.h"

#include "lib/map.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/run-tests.h"

#define MANY 20000

START_TEST(ids_follow_insertion)
{
	struct map m = { 0 };
	char key[32];
	bool added;

	ck_assert_uint_eq(map_find(&m, "x", 1), MAP_NONE);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			int n = snprintf(key, sizeof(key), "%0*u", (int)(i % 30), i);

			ck_assert_uint_eq(map_intern(&m, key, (size_t)n, &added), i);
			ck_assert_int_eq(added, round == 0);
			ck_assert_uint_eq(map_find(&m, key, (size_t)n), i);
		}
		ck_assert_uint_eq(m.n, MANY);
	}
	ck_assert_str_eq(m.keys[7].bytes, "0000007");
	ck_assert_uint_eq(m.keys[7].len, 7);
	map_release(&m);
}
END_TEST

START_TEST(keys_are_bytes)
{
	struct map m = { 0 };
	CLEANUP_FREE char *large = calloc(3, 1 << 20);

	ck_assert_ptr_nonnull(large);
	ck_assert_uint_eq(map_intern(&m, NULL, 0, NULL), 0);
	ck_assert_uint_eq(map_intern(&m, "\0", 1, NULL), 1);
	ck_assert_uint_eq(map_intern(&m, "\0\0", 2, NULL), 2);
	ck_assert_uint_eq(map_intern(&m, large, 3 << 20, NULL), 3);
	ck_assert_uint_eq(map_intern(&m, "", 0, NULL), 0);
	ck_assert_uint_eq(map_find(&m, large, 3 << 20), 3);
	const char *before = m.keys[1].bytes;
	for (uint32_t i = 0; i < MANY; i++)
		map_intern(&m, &i, sizeof(i), NULL);
	ck_assert_ptr_eq(m.keys[1].bytes, before);
	map_clear(&m);
	ck_assert_uint_eq(map_find(&m, "", 0), MAP_NONE);
	ck_assert_uint_eq(map_intern(&m, "new", 3, NULL), 0);
	map_release(&m);
}
END_TEST

START_TEST(numbers_keep_their_values)
{
	struct u64_map m = { 0 };

	ck_assert_uint_eq(u64_map_get(&m, 0), MAP_NONE);
	for (uint64_t i = 0; i < MANY; i++) {
		uint32_t *v = u64_map_put(&m, i << 40);

		ck_assert_ptr_nonnull(v);
		ck_assert_uint_eq(*v, MAP_NONE);
		*v = (uint32_t)i;
	}
	*u64_map_put(&m, 0) = 77;
	ck_assert_uint_eq(m.n, MANY);
	ck_assert_uint_eq(u64_map_get(&m, 0), 77);
	for (uint64_t i = 1; i < MANY; i++)
		ck_assert_uint_eq(u64_map_get(&m, i << 40), i);
	ck_assert_uint_eq(u64_map_get(&m, 1), MAP_NONE);
	u64_map_clear(&m);
	ck_assert_uint_eq(u64_map_get(&m, 0), MAP_NONE);
	u64_map_release(&m);
}
END_TEST

START_TEST(removed_numbers_do_not_hide_others)
{
	struct u64_map m = { 0 };

	u64_map_remove(&m, 5);
	for (uint64_t i = 0; i < MANY; i++)
		*u64_map_put(&m, i) = (uint32_t)i;
	for (uint64_t i = 0; i < MANY; i += 3)
		u64_map_remove(&m, i);
	u64_map_remove(&m, 0);
	for (uint64_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(u64_map_get(&m, i), i % 3 ? i : MAP_NONE);
	for (uint64_t i = 0; i < MANY; i++)
		u64_map_remove(&m, i);
	ck_assert_uint_eq(m.n, 0);
	*u64_map_put(&m, 9) = 1;
	ck_assert_uint_eq(u64_map_get(&m, 9), 1);
	u64_map_release(&m);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_test(t, ids_follow_insertion);
	tcase_add_test(t, keys_are_bytes);
	tcase_add_test(t, numbers_keep_their_values);
	tcase_add_test(t, removed_numbers_do_not_hide_others);
	return run_tests("map", t);
}
