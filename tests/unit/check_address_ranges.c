/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of elf/address-ranges: every lookup is compared with a look at all ranges. */
#include "config.h"

#include "elf/address-ranges.h"

#include <check.h>
#include <string.h>

#include "tests/lib/run-tests.h"

#define SPACE 300
#define OWNERS 200

static struct address_ranges ranges;

static void begin(void)
{
	ranges.n = 0;
}

static void add(uint64_t start, uint64_t end, uint32_t owner)
{
	ck_assert_int_eq(address_ranges_add(&ranges, start, end, owner), 0);
}

/* How often each owner has addr, by address_ranges_next(). */
static void find(uint64_t addr, unsigned int *found)
{
	const struct address_range *range;
	size_t i = SIZE_MAX;
	uint64_t steps = 0, n = 0;

	memset(found, 0, OWNERS * sizeof(*found));
	while ((range = address_ranges_next(&ranges, addr, &i, &steps))) {
		ck_assert(range->start <= addr && addr < range->end);
		found[range->owner]++;
		n++;
	}
	ck_assert_uint_ge(steps, n);
	ck_assert_uint_le(steps, ranges.n);
	ck_assert_ptr_null(address_ranges_next(&ranges, addr, &i, &steps));
}

START_TEST(nothing_is_found_in_nothing)
{
	unsigned int found[OWNERS];

	begin();
	add(5, 5, 0);
	add(7, 6, 0);
	address_ranges_sort(&ranges);
	ck_assert_uint_eq(ranges.n, 0);
	find(5, found);
	ck_assert_uint_eq(found[0], 0);
}
END_TEST

START_TEST(nested_ones_are_all_found)
{
	unsigned int found[OWNERS];

	begin();
	add(20, 30, 2);
	add(0, UINT64_MAX, 0);
	add(10, 100, 1);
	address_ranges_sort(&ranges);
	find(25, found);
	ck_assert(found[0] == 1 && found[1] == 1 && found[2] == 1);
	find(30, found);
	ck_assert(found[0] == 1 && found[1] == 1 && found[2] == 0);
	find(UINT64_MAX - 1, found);
	ck_assert(found[0] == 1 && found[1] == 0 && found[2] == 0);
}
END_TEST

START_TEST(random_ones_as_by_looking_at_all)
{
	uint64_t starts[OWNERS], ends[OWNERS];
	unsigned int found[OWNERS], state = 1;

	begin();
	for (uint32_t i = 0; i < OWNERS; i++) {
		state = state * 1103515245 + 12345;
		starts[i] = (state >> 16) % SPACE;
		state = state * 1103515245 + 12345;
		ends[i] = starts[i] + (state >> 16) % (i % 9 ? 8 : SPACE);
		add(starts[i], ends[i], i);
	}
	address_ranges_sort(&ranges);
	for (uint64_t addr = 0; addr < 2 * SPACE; addr++) {
		find(addr, found);
		for (uint32_t i = 0; i < OWNERS; i++)
			ck_assert_uint_eq(found[i], starts[i] <= addr && addr < ends[i]);
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_test(t, nothing_is_found_in_nothing);
	tcase_add_test(t, nested_ones_are_all_found);
	tcase_add_test(t, random_ones_as_by_looking_at_all);
	int failed = run_tests("address-ranges", t);
	free(ranges.v);
	return failed;
}
