/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of stacks: expressions, frames that are taken out, small ones put together. */
#include "config.h"

#include "libexec/render/filter.h"
#include "libexec/render/trim.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/run-tests.h"

static struct trie trie;
static struct filter filter;

static void setup(void)
{
	ck_assert_int_eq(trie_init(&trie), 0);
}

static void teardown(void)
{
	filter_release(&filter);
	trie_release(&trie);
}

static uint32_t user(const char *name)
{
	return trie_frame(&trie, name, strlen(name), FRAME_USER);
}

static int add(enum filter_rule rule, const char *regex)
{
	char reason[PATTERN_REASON_MAX] = "";
	int err = filter_add(&filter, rule, regex, reason);

	ck_assert_int_eq(err == -EINVAL, reason[0] != 0);
	return err;
}

START_TEST(test_pattern)
{
	struct pattern p;
	char reason[PATTERN_REASON_MAX];

	ck_assert_int_eq(pattern_compile(&p, "^a\\x00b$", reason), 0);
	ck_assert(pattern_matches(&p, "a\0b", 3));
	ck_assert(!pattern_matches(&p, "a\0bc", 4));
	ck_assert(!pattern_matches(&p, "", 0));
	pattern_release(&p);
	ck_assert_int_eq(pattern_compile(&p, "b$", reason), 0);
	ck_assert(pattern_matches(&p, "\xff\xc3" "b", 3));
	pattern_release(&p);
	ck_assert_int_eq(pattern_compile(&p, "a(", reason), -EINVAL);
	ck_assert_str_eq(reason, "missing closing parenthesis at byte 2");
	ck_assert_int_eq(pattern_compile(&p, "\xff", reason), -EINVAL);
	ck_assert_int_eq(pattern_compile(&p, "a\\Cb", reason), -EINVAL);
}
END_TEST

/* One kind of backtracking that takes time exponential in the length. */
START_TEST(test_given_up)
{
	static char name[4096];
	struct pattern p;
	char reason[PATTERN_REASON_MAX];

	memset(name, 'a', sizeof(name));
	ck_assert_int_eq(pattern_compile(&p, "^(a+)+$", reason), 0);
	name[sizeof(name) - 1] = 'b';
	ck_assert(!pattern_matches(&p, name, sizeof(name)));
	ck_assert_uint_eq(p.n_given_up, 1);
	ck_assert(pattern_matches(&p, "aaa", 3));
	ck_assert_uint_eq(p.n_given_up, 1);
	pattern_release(&p);
}
END_TEST

START_TEST(test_places)
{
	uint32_t frames[] = { user("a"), user("wrap"), user("a"), user("b"), user("b") };
	uint32_t places[] = { 10, 11, 12, 13, 14 };
	size_t n = 5;

	ck_assert(!filter_is_active(&filter));
	ck_assert_int_eq(add(FILTER_HIDE, "^wrap$"), 0);
	filter.collapse_recursion = true;
	ck_assert_int_eq(filter_stack(&filter, &trie, frames, places, &n, 7), 1);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(frames[0], user("a"));
	ck_assert_uint_eq(frames[1], user("b"));
	ck_assert_uint_eq(places[0], 10);
	ck_assert_uint_eq(places[1], 13);
	ck_assert_uint_eq(filter.left_out, 0);
}
END_TEST

/* Frames that come later are judged, too, and an empty stack has none that is asked for. */
START_TEST(test_later_frames)
{
	uint32_t frame = user("a");
	size_t n = 1;

	ck_assert_int_eq(add(FILTER_FOCUS, "new"), 0);
	ck_assert_int_eq(filter_stack(&filter, &trie, &frame, NULL, &n, 2), 0);
	frame = user("new one");
	ck_assert_int_eq(filter_stack(&filter, &trie, &frame, NULL, &n, 3), 1);
	n = 0;
	ck_assert_int_eq(filter_stack(&filter, &trie, &frame, NULL, &n, 4), 0);
	ck_assert_uint_eq(filter.left_out, 6);
}
END_TEST

START_TEST(test_too_many)
{
	for (int i = 0; i < FILTER_PATTERNS_MAX; i++)
		ck_assert_int_eq(add(FILTER_IGNORE, "a"), 0);
	ck_assert_int_eq(add(FILTER_IGNORE, "a"), -E2BIG);
}
END_TEST

/* Frames keep their numbers, the sum is the same, and what is put together is sorted in. */
START_TEST(test_trim)
{
	uint32_t stack[3] = { user("z"), user("a"), user("deep") }, small;
	uint64_t sum = 0;

	ck_assert_int_eq(trie_add(&trie, stack, 3, 1), 0);
	stack[1] = user("b");
	ck_assert_int_eq(trie_add(&trie, stack, 2, 97), 0);
	stack[1] = user("c");
	ck_assert_int_eq(trie_add(&trie, stack, 2, 1), 0);
	ck_assert_int_eq(trie_add(&trie, stack, 0, 1), 0);
	small = trim_frame(&trie, 2);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_int_eq(trim(&trie, NULL, 2, small), 0);
	ck_assert_uint_eq(trie.n_nodes, 4);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].total, 100);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].self, 1);
	ck_assert_str_eq(trie.frames[small].name, "[less than 2%]");
	ck_assert_uint_eq(user("c"), stack[1]);
	for (uint32_t i = 0; i < trie.n_nodes; i++) {
		sum += trie.nodes[i].self;
		if (trie.nodes[i].frame == small)
			ck_assert_uint_eq(trie.nodes[i].total, 2);
	}
	ck_assert_uint_eq(sum, 100);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("filter");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_pattern);
	tcase_add_test(tc, test_given_up);
	tcase_add_test(tc, test_places);
	tcase_add_test(tc, test_later_frames);
	tcase_add_test(tc, test_too_many);
	tcase_add_test(tc, test_trim);
	return run_tests("filter", tc);
}
