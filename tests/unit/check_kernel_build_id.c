/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's build id among its notes, and notes that end early. */
#include "config.h"

#include "libexec/symbolize/kernel-build-id.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "tests/lib/run-tests.h"

#define OTHER 6, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 'L', 'i', 'n', 'u', 'x', 0, 0, 0, 1, 2, 3, 0
#define BUILD_ID 4, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0xab, 0xcd, 0x12, 0

static const uint8_t notes[] = { OTHER, BUILD_ID, OTHER };

START_TEST(is_found)
{
	struct elf_build_id id = { .len = 0 };
	char text[2 * ELF_BUILD_ID_MAX + 1];

	ck_assert_int_eq(kernel_build_id_find(notes, sizeof(notes), &id), 0);
	elf_build_id_hex(&id, text);
	ck_assert_str_eq(text, "abcd12");
}
END_TEST

START_TEST(is_not_found_in_less)
{
	static const uint8_t other[] = { OTHER };
	size_t end = sizeof(other) + sizeof((uint8_t[]){ BUILD_ID });
	struct elf_build_id id = { .len = 0 };

	ck_assert_int_eq(kernel_build_id_find(other, sizeof(other), &id), -ENOENT);
	for (size_t n = 0; n < end; n++) {
		/* Behind the last byte is somebody else's memory, as sanitizers see it. */
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, notes, n);
		ck_assert_int_eq(kernel_build_id_find(copy, n, &id), -ENOENT);
		free(copy);
	}
	ck_assert_int_eq(kernel_build_id_find(notes, end, &id), 0);
}
END_TEST

START_TEST(sizes_are_not_believed)
{
	uint8_t bad[sizeof(notes)];
	struct elf_build_id id = { .len = 0 };

	for (size_t i = 0; i < 8; i++) {
		memcpy(bad, notes, sizeof(notes));
		bad[i] = 0xff;
		ck_assert_int_eq(kernel_build_id_find(bad, sizeof(bad), &id), -ENOENT);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("notes");

	tcase_add_test(tests, is_found);
	tcase_add_test(tests, is_not_found_in_less);
	tcase_add_test(tests, sizes_are_not_believed);
	return run_tests("kernel build id", tests);
}
