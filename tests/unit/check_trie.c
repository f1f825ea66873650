/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stack trie: merging by frame list, order, totals, wide and deep tries, limits. */
#include "config.h"

#include "lib/trie.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/run-tests.h"

static struct trie trie;

static void setup(void)
{
	ck_assert_int_eq(trie_init(&trie), 0);
}

static void teardown(void)
{
	trie_release(&trie);
}

static uint32_t user(const char *name)
{
	return trie_frame(&trie, name, strlen(name), FRAME_USER);
}

static void add(const char *a, const char *b, const char *c, uint64_t count)
{
	uint32_t frames[3] = { user(a), b ? user(b) : 0, c ? user(c) : 0 };

	ck_assert_int_eq(trie_add(&trie, frames, 1u + !!b + !!c, count), 0);
}

/* "name:self/total" of all nodes in pre-order. */
static const char *text(void)
{
	static char out[4096];
	int n = 0;

	out[0] = '\0';
	for (uint32_t i = trie_next(&trie, TRIE_ROOT); i != TRIE_NONE; i = trie_next(&trie, i)) {
		const struct trie_node *node = &trie.nodes[i];

		n += snprintf(out + n, sizeof(out) - (size_t)n, "%s:%d/%d ",
			      trie.frames[node->frame].name, (int)node->self, (int)node->total);
	}
	return out;
}

START_TEST(test_frames)
{
	uint32_t a = user("a");

	ck_assert_uint_eq(user("a"), a);
	ck_assert_uint_ne(user("b"), a);
	ck_assert_uint_ne(trie_frame(&trie, "a", 1, FRAME_KERNEL), a);
	ck_assert_uint_ne(trie_frame(&trie, "a\0b", 3, FRAME_USER), a);
	ck_assert_uint_eq(trie.n_frames, 4);
	ck_assert_uint_eq(trie.frames[3].len, 3);
	ck_assert_str_eq(trie.frames[a].name, "a");
}
END_TEST

/* A name that extends another must not come between it and its children. */
START_TEST(test_merge)
{
	add("main", "foo", NULL, 10);
	add("main", "foo.cold", NULL, 5);
	add("main", "foo", "bar", 3);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_str_eq(text(), "main:0/18 foo:10/13 bar:3/3 foo.cold:5/5 ");
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].total, 18);
	ck_assert_uint_eq(trie.max_depth, 3);
}
END_TEST

START_TEST(test_order)
{
	uint32_t kernel = trie_frame(&trie, "b", 1, FRAME_KERNEL);

	ck_assert_int_eq(trie_add(&trie, &kernel, 1, 7), 0);
	add("c", NULL, NULL, 1);
	add("ab", NULL, NULL, 2);
	add("b", NULL, NULL, 3);
	add("a", NULL, NULL, 4);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_str_eq(text(), "a:4/4 ab:2/2 b:3/3 b:7/7 c:1/1 ");
}
END_TEST

START_TEST(test_finish_again)
{
	add("b", NULL, NULL, 1);
	ck_assert_int_eq(trie_finish(&trie), 0);
	add("a", "x", NULL, 2);
	add("b", NULL, NULL, 4);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_str_eq(text(), "a:0/2 x:2/2 b:5/5 ");
}
END_TEST

START_TEST(test_wide)
{
	char name[16];

	for (int round = 0; round < 2; round++)
		for (int i = 999; i >= 0; i--) {
			snprintf(name, sizeof(name), "f%03d", i);
			add("main", name, NULL, 1);
		}
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_uint_eq(trie.n_nodes, 1002);
	uint32_t node = trie.nodes[trie.nodes[TRIE_ROOT].first_child].first_child;
	for (int i = 0; i < 1000; i++, node = trie.nodes[node].next_sibling) {
		snprintf(name, sizeof(name), "f%03d", i);
		ck_assert_str_eq(trie.frames[trie.nodes[node].frame].name, name);
		ck_assert_uint_eq(trie.nodes[node].total, 2);
	}
	ck_assert_uint_eq(node, TRIE_NONE);
}
END_TEST

START_TEST(test_deep)
{
	enum { DEPTH = 200000 };
	static uint32_t frames[DEPTH];
	uint32_t a = user("a"), b = user("b"), seen = 0;

	for (int i = 0; i < DEPTH; i++)
		frames[i] = i % 3 ? a : b;
	ck_assert_int_eq(trie_add(&trie, frames, DEPTH, 1), 0);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_uint_eq(trie.max_depth, DEPTH);
	for (uint32_t i = TRIE_ROOT; i != TRIE_NONE; i = trie_next(&trie, i))
		seen++;
	ck_assert_uint_eq(seen, DEPTH + 1);
	ck_assert_uint_eq(trie_skip(&trie, trie.nodes[TRIE_ROOT].first_child), TRIE_NONE);
}
END_TEST

START_TEST(test_overflow)
{
	uint32_t a = user("a");

	ck_assert_int_eq(trie_add(&trie, &a, 1, UINT64_MAX), 0);
	ck_assert_int_eq(trie_add(&trie, &a, 1, 1), -EOVERFLOW);
	ck_assert_int_eq(trie_add(&trie, NULL, 0, 1), -EOVERFLOW);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].total, UINT64_MAX);
}
END_TEST

START_TEST(test_empty)
{
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_str_eq(text(), "");
	ck_assert_int_eq(trie_add(&trie, NULL, 0, 3), 0);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].self, 3);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].total, 3);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("trie");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_frames);
	tcase_add_test(tc, test_merge);
	tcase_add_test(tc, test_order);
	tcase_add_test(tc, test_finish_again);
	tcase_add_test(tc, test_wide);
	tcase_add_test(tc, test_deep);
	tcase_add_test(tc, test_overflow);
	tcase_add_test(tc, test_empty);
	return run_tests("trie", tc);
}
