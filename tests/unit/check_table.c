/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of unwind-table-builder/table: parts, gaps, what goes with each part. */
#include "config.h"

#include "libexec/unwind-table-builder/table.h"

#include <check.h>

#include "libexec/unwind-table-builder/lookup.h"
#include "tests/lib/run-tests.h"

static struct table table;

/* n rows of alternating rules, `step` bytes apart. */
static void put_rows(uint64_t start, size_t n, uint64_t step)
{
	for (size_t i = 0; i < n; i++)
		table_put(&table, NULL, start + i * step,
			  UNWIND_RULE(unwind_row(0, UNWIND_RSP, 0, 1 + (i & 1))), 0);
	table_put(&table, NULL, start + n * step, UNWIND_RULE(unwind_row(0, UNWIND_NONE, 0, 0)), 0);
}

static size_t check_parts(void)
{
	uint64_t end = 0;
	size_t at = 0, n = 0;

	while (at < table.parts.len) {
		const struct unwind_part *part = (const void *)(table.parts.data + at);
		long size = lookup_check_part(part, table.parts.len - at);

		ck_assert_int_gt(size, 0);
		ck_assert_uint_ge(part->first_bucket, end);
		end = (uint64_t)part->first_bucket + part->n_buckets;
		at += (size_t)size;
		n++;
	}
	return n;
}

static bool find(uint64_t addr, struct lookup_row *row)
{
	size_t at = 0;

	while (at < table.parts.len) {
		const struct unwind_part *part = (const void *)(table.parts.data + at);

		if (lookup_address(part, addr, row))
			return true;
		at += part->words * 4;
	}
	return false;
}

START_TEST(large_tables_are_cut)
{
	struct lookup_row row;

	ck_assert_int_eq(table_begin(&table, false, 0), 0);
	put_rows(0x1000, 1000000, 3);
	ck_assert_int_eq(table_finish(&table), 0);
	ck_assert_uint_eq(check_parts(), table.n_parts);
	ck_assert_uint_ge(table.n_parts, 4);
	ck_assert_uint_le(table.n_parts, 5);
	for (uint64_t i = 0; i < 1000000; i += 997) {
		ck_assert(find(0x1000 + 3 * i + 2, &row));
		ck_assert_uint_eq(UNWIND_OFFSET(row.row), 1 + (i & 1));
		/* A row that is cut in two begins with its part. */
		ck_assert_uint_le(row.start, 0x1000 + 3 * i + 2);
		ck_assert_uint_gt(row.end, 0x1000 + 3 * i + 2);
	}
	table_release(&table);
}
END_TEST

START_TEST(large_gaps_begin_a_part)
{
	struct lookup_row row;

	ck_assert_int_eq(table_begin(&table, false, 0), 0);
	put_rows(0x1010, 10, 16);
	put_rows(0x90001234, 10, 16);
	put_rows(UNWIND_ADDRESS_MAX - 0x1000, 10, 16);
	ck_assert_int_eq(table_finish(&table), 0);
	ck_assert_uint_eq(check_parts(), 3);
	ck_assert_uint_lt(table.parts.len, 1000);
	ck_assert(!find(0x80000000, &row));
	ck_assert(find(0x90001233, &row));
	ck_assert_uint_eq(UNWIND_KIND(row.row), UNWIND_NONE);
	ck_assert(find(0x90001234, &row));
	ck_assert_uint_eq(row.start, 0x90001234);
	ck_assert(find(UNWIND_ADDRESS_MAX - 0x1000, &row));
	table_release(&table);
}
END_TEST

/* A function of 512 MiB: its index alone needs several parts. */
START_TEST(large_functions_go_on_in_the_next_part)
{
	struct lookup_row row;

	ck_assert_int_eq(table_begin(&table, false, 0), 0);
	put_rows(0x1000, 2, 256 << 20);
	ck_assert_int_eq(table_finish(&table), 0);
	ck_assert_uint_ge(check_parts(), 4);
	for (uint64_t addr = 0x1000; addr < 512 << 20; addr += 65521) {
		ck_assert(find(addr, &row));
		ck_assert_uint_eq(UNWIND_OFFSET(row.row), 1 + (addr >= 0x1000 + (256 << 20)));
	}
	table_release(&table);
}
END_TEST

START_TEST(exotic_entries_go_with_their_part)
{
	struct unwind_exotic exotics[2] = { { .reg = 1 }, { .reg = 2 } };
	struct lookup_row row;

	ck_assert_int_eq(table_begin(&table, true, 0), 0);
	for (uint32_t i = 0; i < 300000; i++)
		table_put(&table, exotics, 0x1000 + 7 * i,
			  UNWIND_RULE(unwind_row(0, UNWIND_EXOTIC, 0, i & 1)), (uint8_t)(i % 3));
	ck_assert_int_eq(table_finish(&table), 0);
	ck_assert_uint_ge(check_parts(), 2);
	for (uint32_t i = 0; i < 300000; i += 101) {
		ck_assert(find(0x1000 + 7 * i, &row));
		ck_assert_uint_eq(row.exotic.reg, 1 + (i & 1));
		ck_assert_uint_eq(row.rbx, i % 3);
	}
	table_release(&table);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, large_tables_are_cut);
	tcase_add_test(tc, large_gaps_begin_a_part);
	tcase_add_test(tc, large_functions_go_on_in_the_next_part);
	tcase_add_test(tc, exotic_entries_go_with_their_part);
	return run_tests("table", tc);
}
