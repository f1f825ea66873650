/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store of samples: what is one and what is not, and what a trim does to it. */
#include "config.h"

#include "libexec/render/samples.h"

#include <check.h>
#include <errno.h>

#include "libexec/render/samples-trim.h"
#include "tests/lib/run-tests.h"

/* A store with places of frames 0 to 9, whose roles are given. */
static void fill(struct samples *s, uint32_t places[10], enum place_role first)
{
	for (uint32_t i = 0; i < 10; i++)
		places[i] = samples_plain_place(s, i, i ? PLACE_NAME : first);
}

START_TEST(equal_samples_are_one)
{
	struct samples s = { .n = 0 };
	struct sample_labels labels = SAMPLE_LABELS_NONE, other = SAMPLE_LABELS_NONE, got;
	uint32_t p[10], stack[3];

	fill(&s, p, PLACE_NAME);
	other.pid = 7;
	ck_assert_int_eq(samples_add(&s, &labels, p, 3, (struct sample_value){ 1, 10 }), 0);
	ck_assert_int_eq(samples_add(&s, &other, p, 3, (struct sample_value){ 2, 20 }), 0);
	ck_assert_int_eq(samples_add(&s, &labels, p, 3, (struct sample_value){ 4, 40 }), 0);
	ck_assert_int_eq(samples_add(&s, &labels, p, 2, (struct sample_value){ 8, 80 }), 0);
	ck_assert_uint_eq(s.n, 3);
	ck_assert_uint_eq(s.values[0].count, 5);
	ck_assert_uint_eq(s.values[0].ns, 50);
	ck_assert_uint_eq(samples_get(&s, 1, &got), 3);
	ck_assert_int_eq(got.pid, 7);
	ck_assert(got.tid == SAMPLES_NO_NUMBER);
	samples_get_stack(&s, 1, stack);
	ck_assert_mem_eq(stack, p, sizeof(stack));
	samples_release(&s);
}
END_TEST

START_TEST(sums_do_not_wrap)
{
	struct samples s = { .n = 0 };
	uint32_t p[10];

	fill(&s, p, PLACE_NAME);
	ck_assert_int_eq(samples_add(&s, &SAMPLE_LABELS_NONE, p, 1,
				     (struct sample_value){ UINT64_MAX, 0 }), 0);
	ck_assert_int_eq(samples_add(&s, &SAMPLE_LABELS_NONE, p, 1,
				     (struct sample_value){ 1, 5 }), -EOVERFLOW);
	ck_assert_uint_eq(s.values[0].count, UINT64_MAX);
	ck_assert_uint_eq(s.values[0].ns, 0);
	samples_release(&s);
}
END_TEST

START_TEST(hidden_labels_are_left_out)
{
	struct samples s = { .n = 0 };
	struct sample_labels labels = SAMPLE_LABELS_NONE, got;
	uint32_t p[10];
	int err = 0;

	fill(&s, p, PLACE_COMM);
	labels.comm = samples_string(&s, "thread", 6, &err);
	labels.process = samples_string(&s, "program", 7, &err);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(samples_string(&s, "", 0, &err), SAMPLES_NONE);
	ck_assert_int_eq(samples_add(&s, &labels, p, 3, (struct sample_value){ 1, 0 }), 0);
	ck_assert_int_eq(samples_add(&s, &labels, p + 1, 2, (struct sample_value){ 1, 0 }), 0);
	samples_get(&s, 0, &got);
	ck_assert_str_eq(samples_text(&s, got.comm), "thread");
	samples_get(&s, 1, &got);
	ck_assert_str_eq(samples_text(&s, got.comm), "");
	ck_assert_str_eq(samples_text(&s, got.process), "program");
	samples_release(&s);
}
END_TEST

/* Frames of one letter each, the n-th being frame n - 1. */
static void add_frames(struct trie *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(trie_frame(t, &"abcdefghij"[i], 1, FRAME_USER), i);
}

START_TEST(trimmed_stacks_end_in_one_frame)
{
	static const uint32_t kept[] = { 0, 1 }, small[] = { 0, 9 };
	struct samples s = { .n = 0 };
	struct sample_labels labels;
	uint32_t p[10], stack[2];
	struct trie t;

	ck_assert_int_eq(trie_init(&t), 0);
	add_frames(&t, 10);
	fill(&s, p, PLACE_NAME);
	/* a;b, a;c;d and a;c, of which c was small. */
	ck_assert_int_eq(samples_add(&s, &SAMPLE_LABELS_NONE, p, 2,
				     (struct sample_value){ 90, 9 }), 0);
	ck_assert_int_eq(samples_add(&s, &SAMPLE_LABELS_NONE, (uint32_t[]){ p[0], p[2], p[3] }, 3,
				     (struct sample_value){ 1, 1 }), 0);
	ck_assert_int_eq(samples_add(&s, &SAMPLE_LABELS_NONE, (uint32_t[]){ p[0], p[2] }, 2,
				     (struct sample_value){ 2, 2 }), 0);
	ck_assert_int_eq(trie_add(&t, kept, 2, 90), 0);
	ck_assert_int_eq(trie_add(&t, small, 2, 3), 0);
	ck_assert_int_eq(samples_trim(&s, &t, 9), 0);
	ck_assert_uint_eq(s.n, 2);
	ck_assert_uint_eq(s.values[0].count, 90);
	ck_assert_uint_eq(s.values[1].count, 3);
	ck_assert_uint_eq(s.values[1].ns, 3);
	ck_assert_uint_eq(samples_get(&s, 1, &labels), 2);
	samples_get_stack(&s, 1, stack);
	ck_assert_uint_eq(s.places[stack[0]].frame, 0);
	ck_assert_uint_eq(s.places[stack[1]].frame, 9);
	samples_release(&s);
	trie_release(&t);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("samples");

	tcase_add_test(tests, equal_samples_are_one);
	tcase_add_test(tests, sums_do_not_wrap);
	tcase_add_test(tests, hidden_labels_are_left_out);
	tcase_add_test(tests, trimmed_stacks_end_in_one_frame);
	return run_tests("samples", tests);
}
