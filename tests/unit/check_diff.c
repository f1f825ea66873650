/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences: is it chance, sums by node, weights, conditions. */
#include "config.h"

#include "libexec/render/condition.h"
#include "libexec/render/diff.h"
#include "libexec/render/significance.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/run-tests.h"

#define FUNCTIONS 200
#define SAMPLES 20000

static struct trie trie;
static struct diff diff;

static void setup(void)
{
	ck_assert_int_eq(trie_init(&trie), 0);
}

static void teardown(void)
{
	diff_release(&diff);
	trie_release(&trie);
}

/* ---- significance ---- */

static void check_p(uint64_t before, uint64_t before_all, uint64_t after, uint64_t after_all,
		    double wanted)
{
	double p = significance_p(before, before_all, after, after_all);

	ck_assert_double_eq_tol(p / wanted, 1, 1e-6);
	p = significance_p(after, after_all, before, before_all);
	ck_assert_double_eq_tol(p / wanted, 1, 1e-6);
}

/* Wanted is the sum of the hypergeometric distribution's tail, in exact fractions, twice. */
START_TEST(test_p)
{
	check_p(1, 4, 3, 4, 0.4857142857142857);
	check_p(0, 10, 5, 15, 0.11304347826086956);
	check_p(0, 1000, 8, 1000, 0.007703480851083897);
	check_p(10, 100, 30, 100, 0.000650410707603421);
	check_p(5, 100000, 8, 1000, 2.2127295396716197e-13);
	check_p(1000, 2000, 1100, 2000, 0.0017176151783842495);
	check_p(50, 50, 40, 50, 0.0011868393451716574);
	check_p(70, 100, 500, 1000, 0.00016980792993823878);
	check_p(100, 1000, 100, 1000, 1);
	check_p(100, 100, 100, 100, 1);
	check_p(0, 100, 0, 100, 1);
	check_p(0, 0, 10, 100, 1);
	ck_assert_double_lt(significance_p(1000000, 100000000, 1010000, 100000000), 1e-6);
	ck_assert_double_gt(significance_p(1000000, 100000000, 1001000, 100000000), 0.1);
}
END_TEST

/* As above as far as 1 %; beyond that the binomial and the normal distribution. */
START_TEST(test_p_of_many)
{
	static const struct { uint64_t before, before_all, after, after_all; double p; } cases[] = {
		{ 30000, 100000, 31300, 100000, 2.9689252823974854e-10 },
		{ 25000, 1000000, 26500, 1000000, 2.19305534651185e-11 },
		{ 0, UINT64_C(10000000000000), 20, UINT64_C(10000000000000), 1.9073486328125e-06 },
		{ 3, UINT64_C(1000000000000), 40, UINT64_C(10000000000000), 0.8854903512348493 },
		{ UINT64_C(1000000000000), UINT64_C(10000000000000),
		  UINT64_C(1000004000000), UINT64_C(10000000000000), 0.002869144608330625 }
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double p = significance_p(cases[i].before, cases[i].before_all, cases[i].after,
					  cases[i].after_all);

		ck_assert_double_eq_tol(p / cases[i].p, 1, 0.01);
	}
	ck_assert_double_eq(significance_p(20000000580, 20000000580, 20000001160, 20000001160), 1);
	ck_assert_double_eq(significance_p(UINT64_MAX / 4, UINT64_MAX / 2, UINT64_MAX / 4,
					   UINT64_MAX / 2), 1);
}
END_TEST

START_TEST(test_limit)
{
	double none[] = { 0.9, 0.02, 0.5 }, some[] = { 0.9, 0.001, 0.006, 0.5 };

	ck_assert_double_lt(significance_limit(none, 3), 0);
	ck_assert_double_lt(significance_limit(NULL, 0), 0);
	/* 0.006 is more than a half of 0.01, which two of four may have. */
	ck_assert_double_eq(significance_limit(some, 4), 0.001);
	some[0] = 0.004;
	some[1] = 0.001;
	some[2] = 0.9;
	some[3] = 0.5;
	ck_assert_double_eq(significance_limit(some, 4), 0.004);
}
END_TEST

/* ---- profiles drawn at random, the same in each run ---- */

static uint64_t random_state = 88172645463325252u;

/* Marsaglia's xorshift. */
static uint64_t draw(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* SAMPLES samples of functions of very different shares; one has twice its share when `doubled`. */
static void add_profile(int doubled)
{
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t r = draw() % 10000;
		uint32_t stack[2], f = (uint32_t)(r * r / 10000 * r * FUNCTIONS / 100000000);
		char name[16];

		if (doubled >= 0 && r >= 9000 && r < 9200)
			f = (uint32_t)doubled;
		snprintf(name, sizeof(name), "f%u", f);
		stack[0] = trie_frame(&trie, "main", 4, FRAME_USER);
		stack[1] = trie_frame(&trie, name, strlen(name), FRAME_USER);
		ck_assert_int_eq(trie_add(&trie, stack, 2, 1), 0);
	}
}

/* Nodes that differ by more than chance; *found tells whether one is of that function. */
static size_t compare(int doubled, bool *found)
{
	char name[16];
	size_t n = 0;

	snprintf(name, sizeof(name), "f%d", doubled);
	add_profile(-1);
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	add_profile(doubled);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_int_eq(diff_sum(&diff, &trie), 0);
	ck_assert_int_eq(diff_judge(&diff, &trie), 0);
	*found = false;
	for (size_t i = 1; i < trie.n_nodes; i++) {
		if (!(diff.changed[i] & DIFF_SELF))
			continue;
		n++;
		*found |= !strcmp(trie.frames[trie.nodes[i].frame].name, name);
	}
	/* The next pair starts afresh. */
	teardown();
	setup();
	return n;
}

/* Two draws from one profile: at most one pair in a hundred may show anything. */
START_TEST(test_noise)
{
	size_t pairs = 0;
	bool found;

	for (int i = 0; i < 50; i++)
		pairs += compare(-1, &found) > 0;
	ck_assert_uint_le(pairs, 2);
}
END_TEST

/* A function of about 0.5 % of 20,000 samples that gains 2 %: seen each time. */
START_TEST(test_change)
{
	bool found;

	for (int i = 0; i < 20; i++) {
		ck_assert_uint_ge(compare(150, &found), 1);
		ck_assert(found);
	}
}
END_TEST

/* ---- sums ---- */

static uint32_t user(const char *name)
{
	return trie_frame(&trie, name, strlen(name), FRAME_USER);
}

static void add(const char *a, const char *b, uint64_t count)
{
	uint32_t frames[2] = { user(a), b ? user(b) : 0 };

	ck_assert_int_eq(trie_add(&trie, frames, 1u + !!b, count), 0);
}

static void finish(void)
{
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_int_eq(diff_sum(&diff, &trie), 0);
	ck_assert_int_eq(diff_judge(&diff, &trie), 0);
}

static uint32_t find(const char *name)
{
	for (uint32_t i = 1; i < trie.n_nodes; i++)
		if (!strcmp(trie.frames[trie.nodes[i].frame].name, name))
			return i;
	ck_abort_msg("no %s", name);
}

START_TEST(test_sums)
{
	uint32_t gone, new, both, main_;

	add("main", "gone", 40);
	add("main", "both", 60);
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	add("main", "both", 600);
	add("main", "new", 399);
	add("main", NULL, 1);
	finish();
	gone = find("gone");
	new = find("new");
	both = find("both");
	main_ = find("main");
	ck_assert_uint_eq(diff_before_all(&diff), 100);
	ck_assert_uint_eq(trie.nodes[TRIE_ROOT].total, 1000);
	ck_assert_uint_eq(diff.before_total[main_], 100);
	ck_assert_uint_eq(diff.before_self[main_], 0);
	ck_assert_uint_eq(diff.before_total[gone], 40);
	ck_assert_uint_eq(trie.nodes[gone].total, 0);
	ck_assert_uint_eq(diff.before_total[new], 0);
	ck_assert_uint_eq(trie.nodes[new].total, 399);
	ck_assert_uint_eq(diff.changed[gone], DIFF_SELF | DIFF_TOTAL);
	ck_assert_uint_eq(diff.changed[new], DIFF_SELF | DIFF_TOTAL);
	ck_assert_uint_eq(diff.changed[both], 0);
	ck_assert_uint_eq(diff.changed[main_], 0);
	/* Means of 40 % and 0 %, 60 % and 60 %, and the whole. */
	ck_assert_double_eq_tol((double)diff.weight[gone] / DIFF_WEIGHT_ALL, 0.2, 1e-9);
	ck_assert_double_eq_tol((double)diff.weight[both] / DIFF_WEIGHT_ALL, 0.6, 1e-9);
	ck_assert_double_eq_tol((double)diff.weight[TRIE_ROOT] / DIFF_WEIGHT_ALL, 1, 1e-9);
	ck_assert_uint_le(diff.weight[TRIE_ROOT], DIFF_WEIGHT_ALL);
}
END_TEST

/* One profile is empty, or both. */
START_TEST(test_empty)
{
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	finish();
	ck_assert_uint_eq(diff.weight[TRIE_ROOT], 0);
	teardown();
	setup();
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	add("a", "b", 7);
	finish();
	ck_assert_double_eq_tol((double)diff.weight[find("b")] / DIFF_WEIGHT_ALL, 1, 1e-9);
	ck_assert_uint_eq(diff.changed[find("b")], 0);
}
END_TEST

START_TEST(test_huge)
{
	add("a", NULL, UINT64_MAX / 2);
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	add("a", NULL, UINT64_MAX / 4);
	finish();
	ck_assert_uint_eq(diff.before_total[find("a")], UINT64_MAX / 2);
	ck_assert_uint_eq(diff.changed[find("a")], 0);
}
END_TEST

/* ---- conditions ---- */

static void judge(const char *text, bool is_diff, struct condition_result *r)
{
	struct condition c;
	char reason[PATTERN_REASON_MAX] = "";

	ck_assert_msg(condition_parse(&c, text, reason) == 0, "%s: %s", text, reason);
	ck_assert_int_eq(condition_judge(&c, &trie, is_diff ? &diff : NULL, r), 0);
	condition_release(&c);
}

static bool holds(const char *text)
{
	struct condition_result r;

	judge(text, true, &r);
	return r.holds;
}

START_TEST(test_conditions)
{
	add("main", "foo", 100);
	add("main", "bar", 900);
	ck_assert_int_eq(diff_take(&diff, &trie), 0);
	add("main", "foo", 120);
	add("main", "bar", 880);
	finish();
	ck_assert(holds("self(/^foo$/) > +1%"));
	ck_assert(holds("  self ( /^foo$/ )>+1.99 %  "));
	ck_assert(!holds("self(/^foo$/) > +2%"));
	ck_assert(holds("self(/^foo$/) >= +2%"));
	ck_assert(!holds("self(/^foo$/) > +1% p<0.01"));
	ck_assert(holds("self(/^foo$/) > +1% p < 0.5"));
	ck_assert(holds("self(/bar/) < -1%"));
	ck_assert(holds("self(/bar/) <= -2%"));
	ck_assert(!holds("self(/bar/) < -2%"));
	ck_assert(!holds("self(/main/) > +0%"));
	ck_assert(!holds("self(/main/) > 0%"));
	ck_assert(holds("total(/main/) >= 100%"));
	ck_assert(holds("self(/foo/) > 11%"));
	ck_assert(!holds("self(/foo/) > 12%"));
	ck_assert(holds("self(/o(o)/) < 13%"));
	ck_assert(holds("self(/foo|bar/) >= 100%"));
	ck_assert(!holds("self(/(a/)b/) > 0%"));
}
END_TEST

/* A function below itself is counted once. */
START_TEST(test_recursion)
{
	uint32_t f = user("f"), g = user("g"), stack[] = { f, f, g, f };
	struct condition_result r;

	ck_assert_int_eq(trie_add(&trie, stack, 4, 5), 0);
	ck_assert_int_eq(trie_add(&trie, stack, 1, 3), 0);
	ck_assert_int_eq(trie_add(&trie, &g, 1, 2), 0);
	ck_assert_int_eq(trie_finish(&trie), 0);
	judge("total(/f/) >= 80%", false, &r);
	ck_assert(r.holds);
	ck_assert_double_eq(r.after, 80);
	ck_assert_double_eq(r.p, 1);
	judge("self(/f/) > 80%", false, &r);
	ck_assert(!r.holds);
}
END_TEST

START_TEST(test_refused)
{
	static const char *const wrong[] = {
		"", "foo", "self", "self(foo) > 1%", "self(/foo/)", "self(/foo/ > 1%",
		"self(/foo/) = 1%", "self(/foo/) > 1", "self(/foo/) > %", "self(/foo/) > +-1%",
		"self(/foo/) > 1% x", "self(/foo/) > 1.2.3%", "self(/foo/) > nan%",
		"self(/(/) > 1%", "all(/foo/) > 1%", "self(/foo/) > +1% p<",
		"self(/foo/) > +1% p<0",
		"self(/foo/) > +1% p<2", "self(/foo/) > 1% p<0.1", "self(/foo/) > +1% q<0.1"
	};
	struct condition c;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char reason[PATTERN_REASON_MAX] = "";

		ck_assert_msg(condition_parse(&c, wrong[i], reason) == -EINVAL, "%s", wrong[i]);
		ck_assert_str_ne(reason, "");
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("diff");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_p);
	tcase_add_test(tc, test_p_of_many);
	tcase_add_test(tc, test_limit);
	tcase_add_test(tc, test_noise);
	tcase_add_test(tc, test_change);
	tcase_add_test(tc, test_sums);
	tcase_add_test(tc, test_empty);
	tcase_add_test(tc, test_huge);
	tcase_add_test(tc, test_conditions);
	tcase_add_test(tc, test_recursion);
	tcase_add_test(tc, test_refused);
	return run_tests("diff", tc);
}
