/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of elf/address-space: histories of processes, told in and out of order. */
#include "config.h"

#include "elf/address-space.h"

#include <check.h>

#include "tests/lib/run-tests.h"

static struct address_spaces spaces;

static void setup(void)
{
	spaces = (struct address_spaces){ 0 };
}

static void teardown(void)
{
	spaces_release(&spaces);
}

static void map(uint32_t pid, uint64_t time, uint64_t start, uint64_t end, uint32_t object)
{
	struct space_mapping m = { .start = start, .end = end, .time = time, .object = object };

	ck_assert_int_eq(space_map(&spaces, pid, &m), 0);
}

/* The object at addr, or -1. */
static int object_at(uint32_t pid, uint64_t time, uint64_t addr)
{
	uint32_t generation = space_at(&spaces, pid, time);
	const struct space_mapping *m = generation == SPACE_NONE ? NULL :
		space_find(&spaces, generation, time, addr);

	return m ? (int)m->object : -1;
}

START_TEST(mappings_have_bounds)
{
	map(1, 0, 0x1000, 0x3000, 7);
	ck_assert_int_eq(object_at(1, 5, 0xfff), -1);
	ck_assert_int_eq(object_at(1, 5, 0x1000), 7);
	ck_assert_int_eq(object_at(1, 5, 0x2fff), 7);
	ck_assert_int_eq(object_at(1, 5, 0x3000), -1);
	ck_assert_int_eq(object_at(1, 5, UINT64_MAX), -1);
	ck_assert_int_eq(object_at(2, 5, 0x1000), -1);
	ck_assert_uint_eq(space_at(&spaces, 2, 5), SPACE_NONE);
}
END_TEST

START_TEST(the_newest_mapping_counts)
{
	map(1, 10, 0x1000, 0x9000, 1);
	map(1, 20, 0x2000, 0x3000, 2);
	map(1, 30, 0x2800, 0x4000, 3);
	ck_assert_int_eq(object_at(1, 15, 0x2900), 1);
	ck_assert_int_eq(object_at(1, 25, 0x2900), 2);
	ck_assert_int_eq(object_at(1, 35, 0x2900), 3);
	ck_assert_int_eq(object_at(1, 35, 0x2100), 2);
	ck_assert_int_eq(object_at(1, 35, 0x8000), 1);
}
END_TEST

START_TEST(a_late_event_counts_from_its_time)
{
	map(1, 30, 0x1000, 0x2000, 3);
	map(1, 10, 0x1000, 0x2000, 1);
	ck_assert_int_eq(object_at(1, 20, 0x1500), 1);
	ck_assert_int_eq(object_at(1, 40, 0x1500), 3);
	/* Before its event there is still no other explanation for an address. */
	ck_assert_int_eq(object_at(1, 5, 0x1500), 1);
}
END_TEST

START_TEST(a_child_sees_its_parent_at_the_fork)
{
	map(1, 0, 0x1000, 0x2000, 1);
	ck_assert_int_eq(space_fork(&spaces, 2, 1, 100), 0);
	map(1, 200, 0x1000, 0x2000, 9);
	map(2, 150, 0x5000, 0x6000, 2);
	ck_assert_int_eq(object_at(2, 300, 0x1000), 1);
	ck_assert_int_eq(object_at(1, 300, 0x1000), 9);
	ck_assert_int_eq(object_at(2, 300, 0x5000), 2);
	ck_assert_int_eq(object_at(1, 300, 0x5000), -1);
	/* Told late, but older than the fork. */
	map(1, 50, 0x7000, 0x8000, 5);
	ck_assert_int_eq(object_at(2, 300, 0x7000), 5);
}
END_TEST

START_TEST(exec_replaces_everything)
{
	map(1, 0, 0x1000, 0x2000, 1);
	ck_assert_int_eq(space_exec(&spaces, 1, 100), 0);
	map(1, 110, 0x4000, 0x5000, 2);
	ck_assert_int_eq(object_at(1, 50, 0x1000), 1);
	ck_assert_int_eq(object_at(1, 120, 0x1000), -1);
	ck_assert_int_eq(object_at(1, 120, 0x4000), 2);
	ck_assert_int_eq(object_at(1, 50, 0x4000), -1);
}
END_TEST

START_TEST(exec_told_late_takes_its_mappings)
{
	map(1, 0, 0x1000, 0x2000, 1);
	map(1, 110, 0x4000, 0x5000, 2);
	ck_assert_int_eq(space_exec(&spaces, 1, 100), 0);
	ck_assert_int_eq(object_at(1, 120, 0x4000), 2);
	ck_assert_int_eq(object_at(1, 120, 0x1000), -1);
	ck_assert_int_eq(object_at(1, 90, 0x1000), 1);
	ck_assert_int_eq(object_at(1, 90, 0x4000), -1);
}
END_TEST

START_TEST(process_ids_are_used_again)
{
	ck_assert_int_eq(space_fork(&spaces, 5, 1, 10), 0);
	map(5, 11, 0x1000, 0x2000, 1);
	space_exit(&spaces, 5, 20);
	ck_assert_int_eq(space_fork(&spaces, 5, 1, 30), 0);
	map(5, 31, 0x1000, 0x2000, 2);
	ck_assert_int_eq(object_at(5, 15, 0x1000), 1);
	ck_assert_int_eq(object_at(5, 25, 0x1000), 1);
	ck_assert_int_eq(object_at(5, 35, 0x1000), 2);
}
END_TEST

START_TEST(repetitions_are_dropped)
{
	for (unsigned i = 0; i < 10000; i++)
		map(1, i, 0x1000, 0x2000, 1);
	ck_assert_uint_eq(spaces.n_mappings, 1);
	ck_assert_uint_eq(space_epoch(&spaces, space_at(&spaces, 1, 0), UINT64_MAX), 0);
}
END_TEST

START_TEST(an_epoch_ends_when_an_address_changes_its_meaning)
{
	uint32_t generation;

	map(1, 10, 0x1000, 0x2000, 1);
	map(1, 20, 0x3000, 0x4000, 2);
	generation = space_at(&spaces, 1, 30);
	ck_assert_uint_eq(space_epoch(&spaces, generation, 30), 0);
	map(1, 40, 0x1800, 0x1900, 3);
	ck_assert_uint_eq(space_epoch(&spaces, generation, 39), 0);
	ck_assert_uint_eq(space_epoch(&spaces, generation, 40), 1);
}
END_TEST

START_TEST(many_mappings_are_found)
{
	enum { N = 20000 };

	for (unsigned i = 0; i < N; i++)
		map(1, i, 0x1000 + (uint64_t)(i * 7919 % N) * 0x1000,
		    0x1800 + (uint64_t)(i * 7919 % N) * 0x1000, i * 7919 % N);
	for (unsigned i = 0; i < N; i++) {
		ck_assert_int_eq(object_at(1, N, 0x1000 + (uint64_t)i * 0x1000), (int)i);
		ck_assert_int_eq(object_at(1, N, 0x1800 + (uint64_t)i * 0x1000), -1);
	}
}
END_TEST

START_TEST(forks_share_and_are_forgotten)
{
	enum { N = 100000 };

	for (unsigned i = 0; i < 500; i++)
		map(1, 0, 0x100000 + i * 0x1000, 0x101000 + i * 0x1000, i);
	for (unsigned i = 0; i < N; i++) {
		ck_assert_int_eq(space_fork(&spaces, 100 + i, 1, 10 + i), 0);
		space_exit(&spaces, 100 + i, 20 + i);
	}
	ck_assert_uint_eq(spaces.n_mappings, 500);
	ck_assert_int_eq(object_at(100 + N - 1, N + 10, 0x100000 + 499 * 0x1000), 499);
	ck_assert_uint_eq(space_forget(&spaces, N), N - 20);
	ck_assert_uint_eq(space_count(&spaces), 21);
	ck_assert_uint_eq(space_at(&spaces, 100, 50), SPACE_NONE);
	ck_assert_int_eq(object_at(100 + N - 1, N + 10, 0x100000), 0);
	/* What was freed is used again. */
	ck_assert_int_eq(space_fork(&spaces, 100, 1, 2 * N), 0);
	ck_assert_int_eq(object_at(100, 2 * N, 0x100000), 0);
}
END_TEST

START_TEST(a_parent_stays_for_its_children)
{
	map(2, 0, 0x1000, 0x2000, 1);
	ck_assert_int_eq(space_fork(&spaces, 3, 2, 10), 0);
	space_exit(&spaces, 2, 20);
	ck_assert_uint_eq(space_forget(&spaces, 1000), 0);
	ck_assert_int_eq(object_at(3, 2000, 0x1000), 1);
	space_exit(&spaces, 3, 30);
	ck_assert_uint_eq(space_forget(&spaces, 1000), 2);
}
END_TEST

START_TEST(a_process_cannot_be_its_own_ancestor)
{
	ck_assert_int_eq(space_fork(&spaces, 2, 3, 10), 0);
	ck_assert_int_eq(space_fork(&spaces, 3, 2, 10), 0);
	ck_assert_int_eq(space_fork(&spaces, 2, 3, 5), 0);
	ck_assert_int_eq(space_fork(&spaces, 2, 2, 7), 0);
	ck_assert_int_eq(object_at(2, 20, 0x1000), -1);
	ck_assert_int_eq(object_at(3, 20, 0x1000), -1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("histories");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, mappings_have_bounds);
	tcase_add_test(tcase, the_newest_mapping_counts);
	tcase_add_test(tcase, a_late_event_counts_from_its_time);
	tcase_add_test(tcase, a_child_sees_its_parent_at_the_fork);
	tcase_add_test(tcase, exec_replaces_everything);
	tcase_add_test(tcase, exec_told_late_takes_its_mappings);
	tcase_add_test(tcase, process_ids_are_used_again);
	tcase_add_test(tcase, repetitions_are_dropped);
	tcase_add_test(tcase, an_epoch_ends_when_an_address_changes_its_meaning);
	tcase_add_test(tcase, many_mappings_are_found);
	tcase_add_test(tcase, forks_share_and_are_forgotten);
	tcase_add_test(tcase, a_parent_stays_for_its_children);
	tcase_add_test(tcase, a_process_cannot_be_its_own_ancestor);
	return run_tests("address_space", tcase);
}
