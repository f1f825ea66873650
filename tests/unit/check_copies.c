/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of symbolize's copies: how what was unwound takes the place of a chain's user part. */
#include "config.h"

#include "libexec/symbolize/copies.h"

#include <check.h>
#include <linux/perf_event.h>
#include <string.h>

#include "tests/lib/run-tests.h"

#define CODE UINT64_C(0x10000)
#define STACK UINT64_C(0x7000)
#define KERNEL UINT64_C(0xffffffff81000000)

static struct address_spaces spaces;
static struct objects objects;
static struct copies copies;
static struct unwind_space where;
static struct waiting w;
static struct stack_key key;

/* Frame pointers through generated code: CODE + 5, + 6, + 7, then nothing. */
static const uint64_t stack[] = { 1, 2, STACK + 40, CODE + 6, 3, STACK + 56, CODE + 7, 0, 0 };
static const uint64_t regs[] = { STACK + 16, STACK, CODE + 5 };
static struct perf_data_sample sample;

static void setup(void)
{
	const struct perf_data_mmap m = { .pid = 7, .filename = "//anon" };
	struct space_mapping mapping = { .start = CODE, .end = CODE + 0x1000, .time = 1 };

	spaces = (struct address_spaces){ 0 };
	objects = (struct objects){ 0 };
	copies = COPIES_INIT;
	mapping.object = objects_intern(&objects, &m);
	ck_assert_int_eq(space_map(&spaces, 7, &mapping), 0);
	where = (struct unwind_space){ &spaces, &objects, space_at(&spaces, 7, 2), 2 };
	w = (struct waiting){ .kind = WAITING_SAMPLE, .sample = { .count = 3 } };
	key = (struct stack_key){ .verdict = VERDICT_PENDING, .gap = 9,
				  .misc = PERF_RECORD_MISC_KERNEL, .flags = STACK_BY_POINTERS };
	sample = (struct perf_data_sample){
		.regs_abi = PERF_SAMPLE_REGS_ABI_64,
		.regs_mask = 1 << 6 | 1 << 7 | 1 << 8,   /* bp, sp, ip */
		.regs = regs, .stack = stack, .stack_len = sizeof(stack), .stack_full = true,
	};
}

static void teardown(void)
{
	copies_release(&copies);
	objects_release(&objects);
	spaces_release(&spaces);
}

/* Pack the chain with the sample's copy, unwind, and compare with what is expected. */
static void expect(const uint64_t *chain, size_t n, const uint64_t *expected, size_t n_expected)
{
	const uint64_t *block, *got;
	size_t n_got;

	ck_assert_int_eq(copies_pack(&copies, &sample, chain, n, &w, &block), 0);
	got = copies_unwind(&copies, &where, &w, block, &key, &n_got);
	ck_assert_uint_eq(n_got, n_expected);
	ck_assert_mem_eq(got, expected, n_expected * sizeof(*expected));
}

static void expect_unwound(void)
{
	ck_assert_uint_eq(key.verdict, VERDICT_GENERATED);
	ck_assert_uint_eq(key.gap, 0);
	ck_assert_uint_eq(key.flags, STACK_FROM_COPY);
}

static void expect_untouched(void)
{
	ck_assert_uint_eq(key.verdict, VERDICT_PENDING);
	ck_assert_uint_eq(key.gap, 9);
	ck_assert_uint_eq(key.flags, STACK_BY_POINTERS);
}

START_TEST(behind_the_kernel_part)
{
	const uint64_t chain[] = { PERF_CONTEXT_KERNEL, KERNEL };
	const uint64_t expected[] = { PERF_CONTEXT_KERNEL, KERNEL, PERF_CONTEXT_USER,
				      CODE + 5, CODE + 6, CODE + 7 };

	expect(chain, 2, expected, 6);
	expect_unwound();
}
END_TEST

START_TEST(in_place_of_the_user_part)
{
	const uint64_t chain[] = { PERF_CONTEXT_KERNEL, KERNEL, PERF_CONTEXT_USER, CODE, CODE + 1 };
	const uint64_t expected[] = { PERF_CONTEXT_KERNEL, KERNEL, PERF_CONTEXT_USER,
				      CODE + 5, CODE + 6, CODE + 7 };

	expect(chain, 5, expected, 6);
	expect_unwound();
}
END_TEST

START_TEST(in_place_of_a_lone_address)
{
	const uint64_t chain[] = { CODE + 5 };
	const uint64_t user[] = { PERF_CONTEXT_USER, CODE + 5, CODE + 6, CODE + 7 };
	const uint64_t kernel[] = { KERNEL, PERF_CONTEXT_USER, CODE + 5, CODE + 6, CODE + 7 };

	key.misc = PERF_RECORD_MISC_USER;
	expect(chain, 1, user, 4);
	key.misc = PERF_RECORD_MISC_KERNEL;
	expect(kernel, 1, kernel, 5);
}
END_TEST

START_TEST(a_longer_chain_is_kept)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, CODE, CODE + 1, CODE + 2, CODE + 3 };

	expect(chain, 5, chain, 5);
	expect_untouched();
}
END_TEST

START_TEST(without_a_copy_nothing_changes)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, CODE };

	sample.regs_abi = PERF_SAMPLE_REGS_ABI_NONE;
	expect(chain, 2, chain, 2);
	expect_untouched();
	ck_assert_uint_eq(w.sample.copy_len, 0);
}
END_TEST

START_TEST(copies_beyond_the_limit_are_counted)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, CODE };
	const uint64_t expected[] = { PERF_CONTEXT_USER, CODE + 5, CODE + 6, CODE + 7 };

	copies.max = 1;
	expect(chain, 2, expected, 4);
	ck_assert_uint_eq(copies.skipped, 0);
	expect(chain, 2, chain, 2);
	ck_assert_uint_eq(copies.skipped, 3);
	copies.done = 0;
	expect(chain, 2, expected, 4);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, behind_the_kernel_part);
	tcase_add_test(t, in_place_of_the_user_part);
	tcase_add_test(t, in_place_of_a_lone_address);
	tcase_add_test(t, a_longer_chain_is_kept);
	tcase_add_test(t, without_a_copy_nothing_changes);
	tcase_add_test(t, copies_beyond_the_limit_are_counted);
	return run_tests("copies", t);
}
