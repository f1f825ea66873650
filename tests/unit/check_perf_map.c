/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of symbolize's perf-map. */
#include "config.h"

#include "libexec/symbolize/perf-map.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/lib/run-tests.h"

static char folder[64], path[96];
static struct perf_maps maps;

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/check-perf-map.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/perf-77.map", folder);
	maps = (struct perf_maps){ .folder = folder };
}

static void teardown(void)
{
	perf_maps_release(&maps);
	unlink(path);
	rmdir(folder);
}

static void write_text(const char *mode, const char *text)
{
	FILE *f = fopen(path, mode);

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static const char *name_at(uint64_t addr)
{
	uint64_t start;
	const char *name = perf_maps_find(&maps, 77, addr, &start);

	return name ? name : "-";
}

START_TEST(lines_are_ranges_with_names)
{
	write_text("w", "1000 10 first\n1010 20 second one\n");
	ck_assert_str_eq(name_at(0xfff), "-");
	ck_assert_str_eq(name_at(0x1000), "first");
	ck_assert_str_eq(name_at(0x100f), "first");
	ck_assert_str_eq(name_at(0x1010), "second one");
	ck_assert_str_eq(name_at(0x1030), "-");
}
END_TEST

START_TEST(the_later_of_overlapping_ranges_counts)
{
	write_text("w", "1000 100 old\n1040 10 new\n");
	ck_assert_str_eq(name_at(0x103f), "old");
	ck_assert_str_eq(name_at(0x1040), "new");
	ck_assert_str_eq(name_at(0x1050), "old");
}
END_TEST

START_TEST(lines_that_cannot_be_read_are_skipped)
{
	write_text("w", "\n1000\n1000 10\nxyz 10 no\n1000 zz no\n2000 0 empty\n"
			"ffffffffffffffff ffff wraps\n3000 10 good\n4000 10 cut");
	ck_assert_str_eq(name_at(0x1000), "-");
	ck_assert_str_eq(name_at(0x2000), "-");
	ck_assert_str_eq(name_at(UINT64_MAX), "-");
	ck_assert_str_eq(name_at(0x3000), "good");
	ck_assert_str_eq(name_at(0x4000), "-");
}
END_TEST

START_TEST(a_map_that_has_grown_is_read_again)
{
	ck_assert_str_eq(name_at(0x1000), "-");
	write_text("w", "1000 10 first\n");
	ck_assert_str_eq(name_at(0x1000), "first");
	write_text("a", "2000 10 later\n");
	ck_assert_str_eq(name_at(0x2000), "later");
}
END_TEST

START_TEST(a_symbolic_link_is_not_followed)
{
	ck_assert_int_eq(symlink("/proc/self/maps", path), 0);
	ck_assert_str_eq(name_at(0x1000), "-");
	ck_assert_int_eq(maps.v[0].error, -ELOOP);
}
END_TEST

START_TEST(a_foreign_file_is_not_read)
{
	/* Only root can make one; no process 77 of that user must live. */
	if (geteuid())
		return;
	write_text("w", "1000 10 forged\n");
	ck_assert_int_eq(chown(path, 54321, 54321), 0);
	ck_assert_str_eq(name_at(0x1000), "-");
	ck_assert_int_eq(maps.v[0].error, -EPERM);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("perf-map");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lines_are_ranges_with_names);
	tcase_add_test(tc, the_later_of_overlapping_ranges_counts);
	tcase_add_test(tc, lines_that_cannot_be_read_are_skipped);
	tcase_add_test(tc, a_map_that_has_grown_is_read_again);
	tcase_add_test(tc, a_symbolic_link_is_not_followed);
	tcase_add_test(tc, a_foreign_file_is_not_read);
	return run_tests("perf-map", tc);
}
