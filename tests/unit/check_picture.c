/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flame graphs: stacks in reverse, colours of frames, names of palettes. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libexec/render/svg.h"
#include "tests/lib/run-tests.h"

static struct trie trie;
static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* Stacks with much recursion, equal ends, and the empty one. */
static void fill(int stacks)
{
	char name[16];
	uint32_t stack[32];

	ck_assert_int_eq(trie_init(&trie), 0);
	for (int i = 0; i < stacks; i++) {
		uint32_t n = below(32);

		for (uint32_t j = 0; j < n; j++) {
			int len = snprintf(name, sizeof(name), "f%u", below(6));

			stack[j] = trie_frame(&trie, name, (size_t)len, below(FRAME_KINDS));
		}
		ck_assert_int_eq(trie_add(&trie, stack, n, 1 + below(1000)), 0);
	}
	ck_assert_int_eq(trie_finish(&trie), 0);
}

static void assert_same(const struct trie *a, const struct trie *b)
{
	uint32_t i = TRIE_ROOT, j = TRIE_ROOT;

	ck_assert_uint_eq(a->n_nodes, b->n_nodes);
	for (; i != TRIE_NONE; i = trie_next(a, i), j = trie_next(b, j)) {
		ck_assert_uint_eq(a->nodes[i].frame, b->nodes[j].frame);
		ck_assert_uint_eq(a->nodes[i].depth, b->nodes[j].depth);
		ck_assert_uint_eq(a->nodes[i].self, b->nodes[j].self);
		ck_assert_uint_eq(a->nodes[i].total, b->nodes[j].total);
	}
}

START_TEST(reverse_of_reverse)
{
	struct view view = { .trie = &trie }, reversed = { 0 };
	struct trie once, twice;
	struct diff diff;

	seed = (uint64_t)_i + 1;
	fill(_i * 40);
	ck_assert_int_eq(svg_reverse(&once, &diff, &view), 0);
	reversed.trie = &once;
	ck_assert_int_eq(svg_reverse(&twice, &diff, &reversed), 0);
	ck_assert_uint_eq(once.nodes[TRIE_ROOT].total, trie.nodes[TRIE_ROOT].total);
	ck_assert_uint_eq(once.nodes[TRIE_ROOT].self, trie.nodes[TRIE_ROOT].self);
	assert_same(&trie, &twice);
	trie_release(&once);
	trie_release(&twice);
	trie_release(&trie);
}
END_TEST

START_TEST(reverse_merges)
{
	struct view view = { .trie = &trie };
	uint32_t a, b, c;
	struct trie r;
	struct diff diff;

	ck_assert_int_eq(trie_init(&trie), 0);
	a = trie_frame(&trie, "a", 1, FRAME_USER);
	b = trie_frame(&trie, "b", 1, FRAME_USER);
	c = trie_frame(&trie, "c", 1, FRAME_USER);
	ck_assert_int_eq(trie_add(&trie, (uint32_t[]){ a, c }, 2, 5), 0);
	ck_assert_int_eq(trie_add(&trie, (uint32_t[]){ b, c }, 2, 7), 0);
	ck_assert_int_eq(trie_add(&trie, (uint32_t[]){ a }, 1, 1), 0);
	ck_assert_int_eq(trie_finish(&trie), 0);
	ck_assert_int_eq(svg_reverse(&r, &diff, &view), 0);
	ck_assert_uint_eq(r.n_nodes, 5);
	uint32_t node = trie_next(&r, TRIE_ROOT);
	ck_assert_uint_eq(r.nodes[node].frame, a);
	ck_assert_uint_eq(r.nodes[node].total, 1);
	node = trie_next(&r, node);
	ck_assert_uint_eq(r.nodes[node].frame, c);
	ck_assert_uint_eq(r.nodes[node].total, 12);
	trie_release(&r);
	trie_release(&trie);
}
END_TEST

START_TEST(colors)
{
	struct picture picture = PICTURE_DEFAULT;
	struct view view = { .trie = &trie, .picture = &picture };
	struct svg_names names;
	uint32_t frame;

	seed = 9;
	fill(200);
	frame = trie_frame(&trie, "a::b", 4, FRAME_USER);
	ck_assert_int_eq(svg_names_init(&names, &trie), 0);
	ck_assert_int_eq(svg_frame_color(&view, &names, frame).hue, 'y');
	for (picture.palette = 0; picture.palette < PALETTE_MODULE; picture.palette++) {
		for (frame = 0; frame < trie.n_frames; frame++)
			ck_assert_int_eq(svg_frame_color(&view, &names, frame).hue == 'l',
					 trie.frames[frame].kind == FRAME_LABEL);
		ck_assert_int_eq(svg_color_of(&view, &names, TRIE_ROOT).hue, 'l');
	}
	svg_names_release(&names);
	trie_release(&trie);
}
END_TEST

START_TEST(palettes)
{
	for (int palette = 0; palette < PALETTES; palette++)
		ck_assert_int_eq(palette_find(palette_name((enum palette)palette)), palette);
	ck_assert_int_eq(palette_find("mem"), PALETTE_GREEN);
	ck_assert_int_eq(palette_find("rust"), PALETTE_KIND);
	ck_assert_int_eq(palette_find(""), -EINVAL);
	ck_assert_int_eq(palette_find("Kind"), -EINVAL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("picture");

	tcase_add_loop_test(tc, reverse_of_reverse, 0, 20);
	tcase_add_test(tc, reverse_merges);
	tcase_add_test(tc, colors);
	tcase_add_test(tc, palettes);
	return run_tests("picture", tc);
}
