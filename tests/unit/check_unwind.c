/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of symbolize's unwinder: copies of this program's own stack, and synthetic ones. */
#include "config.h"

#include "libexec/symbolize/unwind.h"

#include <check.h>
#include <dwarf.h>
#include <errno.h>
#include <execinfo.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "bpf/unwind-table.h"
#include "tests/lib/run-tests.h"

#define PID 7
#define FRAMES_MAX 128
#define DEPTH 20

static struct address_spaces spaces;
static struct objects objects;
static struct unwind_space where;
static struct unwind_result result;

/* What `capture` has taken: registers, the stack above them, and libgcc's opinion. */
static struct unwind_copy copy;
static uint8_t stack[1 << 20] __attribute__((aligned(8)));
static void *expected[FRAMES_MAX];
static int n_expected;
static uint64_t stack_end;
static volatile int sink;

/* `line` itself is on the stack. */
static void map_line(const char *line)
{
	struct perf_data_mmap m = { .pid = PID };
	struct space_mapping mapping = { .time = 1 };
	char prot[8], path[4096] = "//anon";

	sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %" SCNu64 " %4095[^\n]",
	       &mapping.start, &mapping.end, prot, &mapping.pgoff, &m.maj, &m.min, &m.ino, path);
	if ((uintptr_t)line >= mapping.start && (uintptr_t)line < mapping.end)
		stack_end = mapping.end;
	if (prot[2] != 'x')
		return;
	m.filename = path;
	mapping.object = objects_intern(&objects, &m);
	ck_assert_uint_ne(mapping.object, MAP_NONE);
	ck_assert_int_eq(space_map(&spaces, PID, &mapping), 0);
}

static void map_anonymous(uint64_t start, uint64_t end)
{
	const struct perf_data_mmap m = { .pid = PID, .filename = "//anon" };
	const struct space_mapping mapping = {
		.time = 1, .start = start, .end = end, .object = objects_intern(&objects, &m)
	};

	ck_assert_int_eq(space_map(&spaces, PID, &mapping), 0);
}

static void setup(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[5000];

	spaces = (struct address_spaces){ 0 };
	objects = (struct objects){ .here = true };
	copy = (struct unwind_copy){ 0 };
	ck_assert_ptr_nonnull(maps);
	while (fgets(line, sizeof(line), maps))
		map_line(line);
	fclose(maps);
	where = (struct unwind_space){ &spaces, &objects, space_at(&spaces, PID, 2), 2 };
}

static void teardown(void)
{
	objects_release(&objects);
	spaces_release(&spaces);
}

/* ---- the stack of this program ---- */

/* All of it, the space between variables, too, which a sanitizer guards. */
__attribute__((noinline, no_sanitize("address"))) static void copy_words(const uint64_t *from)
{
	volatile uint64_t *to = (volatile uint64_t *)(void *)stack;

	for (size_t i = 0; i < copy.stack_len / sizeof(*to); i++)
		to[i] = from[i];
}

__attribute__((noinline)) static void capture(void)
{
	static const int order[MACHINE_REGS] = {
		REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
		REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
	};
	ucontext_t uc;

	n_expected = backtrace(expected, FRAMES_MAX);
	getcontext(&uc);
	for (int i = 0; i < MACHINE_REGS; i++)
		copy.regs[i] = (uint64_t)uc.uc_mcontext.gregs[order[i]];
	copy.known = (1u << MACHINE_REGS) - 1;
	copy.full = true;
	copy.stack_len = stack_end - copy.regs[UNWIND_REG_RSP];
	if (copy.stack_len > sizeof(stack))
		copy.stack_len = sizeof(stack);
	copy_words((const uint64_t *)(uintptr_t)copy.regs[UNWIND_REG_RSP]);
	sink++;
}

__attribute__((noinline)) static void recurse(int depth)
{
	volatile char room[48];

	room[depth] = 1;
	if (depth > 1)
		recurse(depth - 1);
	else
		capture();
	sink += room[depth];
}

static void unwind(void)
{
	unwind_stack(&where, &copy, stack, &result);
}

/*
 * All frames but the innermost, which called backtrace() and getcontext() at different places.  A
 * sanitizer's backtrace() has a frame of its own before it.
 */
static void expect_same(void)
{
	size_t own = (size_t)n_expected - result.n;

	ck_assert_uint_eq(result.verdict, VERDICT_ROOT);
	ck_assert_uint_le(own, 1);
	for (size_t i = 1; i < result.n; i++)
		ck_assert_uint_eq(result.frames[i], (uint64_t)(uintptr_t)expected[i + own]);
}

START_TEST(own_stack)
{
	recurse(DEPTH);
	unwind();
	ck_assert_int_gt(n_expected, DEPTH);
	expect_same();
}
END_TEST

static void on_signal(int number)
{
	recurse(number % 7 + 1);
}

START_TEST(through_a_signal)
{
	ck_assert_ptr_ne(signal(SIGUSR1, on_signal), SIG_ERR);
	raise(SIGUSR1);
	unwind();
	expect_same();
}
END_TEST

/* Each piece of the copy gives the inner part of the stack, and says that there is more. */
START_TEST(short_copies)
{
	static struct unwind_result whole;
	uint64_t len;

	recurse(DEPTH);
	unwind();
	whole = result;
	len = copy.stack_len;
	for (copy.stack_len = 0; copy.stack_len < len; copy.stack_len += 40) {
		unwind();
		ck_assert_uint_ge(result.n, 1);
		ck_assert_uint_le(result.n, whole.n);
		ck_assert_mem_eq(result.frames, whole.frames, result.n * sizeof(uint64_t));
		if (result.n == whole.n)
			break;
		ck_assert_uint_eq(result.verdict, VERDICT_COPY_ENDS);
	}
	ck_assert_uint_eq(result.n, whole.n);
	copy.stack_len = 16;
	copy.full = false;
	unwind();
	ck_assert_uint_eq(result.verdict, VERDICT_FAULT);
}
END_TEST

/* Whatever is in the copy, it ends, and within bounds. */
START_TEST(damaged_copies)
{
	uint64_t seed = 1, word;

	recurse(DEPTH);
	for (int round = 0; round < 2000; round++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		size_t at = (size_t)(seed >> 33) % (copy.stack_len / 8 < 4000 ?
						     copy.stack_len / 8 : 4000) * 8;

		memcpy(&word, stack + at, 8);
		switch (round % 3) {
		case 0:
			word = seed;
			break;
		case 1:
			word = (uint64_t)(uintptr_t)recurse + (seed >> 58);
			break;
		default:
			word = copy.regs[UNWIND_REG_RSP] + (seed >> 52) / 8 * 8;
		}
		memcpy(stack + at, &word, 8);
		unwind();
		ck_assert_uint_ge(result.n, 1);
		ck_assert_uint_le(result.n, UNWIND_FRAMES_MAX);
	}
}
END_TEST

START_TEST(missing_registers)
{
	recurse(DEPTH);
	for (int reg = 0; reg < UNWIND_REG_RA; reg++) {
		copy.known = ((1u << MACHINE_REGS) - 1) & ~(1u << reg);
		unwind();
		ck_assert_uint_ge(result.n, 1);
	}
}
END_TEST

/* ---- synthetic stacks ---- */

#define CODE UINT64_C(0x10000)
#define STACK UINT64_C(0x7000)

static void begin_synthetic(const uint64_t *words, size_t n)
{
	map_anonymous(CODE, CODE + 0x1000);
	memcpy(stack, words, n * sizeof(*words));
	copy = (struct unwind_copy){ .known = 1u << UNWIND_REG_RBP | 1u << UNWIND_REG_RSP |
					      1u << UNWIND_REG_RA,
				     .full = true, .stack_len = n * sizeof(*words) };
	copy.regs[UNWIND_REG_RSP] = STACK;
	copy.regs[UNWIND_REG_RBP] = STACK + 16;
	copy.regs[UNWIND_REG_RA] = CODE + 5;
}

static void expect_frames(size_t n, uint32_t verdict)
{
	unwind();
	ck_assert_uint_eq(result.n, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(result.frames[i], CODE + 5 + i);
	ck_assert_uint_eq(result.verdict, verdict);
}

START_TEST(generated_code_by_frame_pointers)
{
	const uint64_t words[] = { 1, 2, STACK + 40, CODE + 6, 3, STACK + 56, CODE + 7, 0, 0 };

	begin_synthetic(words, ARRAY_SIZE(words));
	expect_frames(3, VERDICT_GENERATED);
}
END_TEST

START_TEST(frame_pointers_that_lead_nowhere)
{
	/* Unaligned, backwards, beyond the copy, to where no code is. */
	const uint64_t bad[][2] = {
		{ STACK + 41, CODE + 7 }, { STACK + 8, CODE + 7 }, { STACK + 4096, CODE + 7 },
		{ STACK + 40, CODE + 0x2000 },
	};
	const uint64_t words[] = { 1, 2, bad[_i][0], CODE + 6, 3, STACK + 56, bad[_i][1], 0 };

	begin_synthetic(words, ARRAY_SIZE(words));
	expect_frames(2, VERDICT_GENERATED);
}
END_TEST

START_TEST(frame_pointers_in_a_circle)
{
	const uint64_t words[] = { 1, 2, STACK + 16, CODE + 6, 0, 0 };

	begin_synthetic(words, ARRAY_SIZE(words));
	expect_frames(2, VERDICT_GENERATED);
}
END_TEST

START_TEST(nothing_is_mapped)
{
	const uint64_t words[] = { 1, 2, 3, 4 };

	begin_synthetic(words, ARRAY_SIZE(words));
	copy.regs[UNWIND_REG_RA] = 0x99;
	unwind();
	ck_assert_uint_eq(result.n, 1);
	ck_assert_uint_eq(result.verdict, VERDICT_UNMAPPED);
	where.generation = SPACE_NONE;
	unwind();
	ck_assert_uint_eq(result.verdict, VERDICT_UNMAPPED);
}
END_TEST

START_TEST(too_deep)
{
	static uint64_t words[4 * UNWIND_FRAMES_MAX];

	for (size_t i = 2; i + 1 < ARRAY_SIZE(words); i += 2) {
		words[i] = STACK + (i + 2) * 8;
		words[i + 1] = CODE + 6;
	}
	begin_synthetic(words, ARRAY_SIZE(words));
	unwind();
	ck_assert_uint_eq(result.n, UNWIND_FRAMES_MAX);
	ck_assert_uint_eq(result.verdict, VERDICT_DEPTH);
}
END_TEST

/* ---- samples and expressions ---- */

START_TEST(copies_of_samples)
{
	const uint64_t regs[3] = { 0xb, 0x5, 0x1 };
	const uint64_t mask = 1 << 1 | 1 << 7 | 1 << 8;   /* bx, sp, ip */
	struct perf_data_sample s = {
		.regs_abi = PERF_SAMPLE_REGS_ABI_64, .regs_mask = mask, .regs = regs,
		.stack = regs, .stack_len = 24, .stack_full = true,
	};

	ck_assert(unwind_copy_of(&s, &copy));
	ck_assert_uint_eq(copy.regs[UNWIND_REG_RBX], 0xb);
	ck_assert_uint_eq(copy.regs[UNWIND_REG_RSP], 0x5);
	ck_assert_uint_eq(copy.regs[UNWIND_REG_RA], 0x1);
	ck_assert_uint_eq(copy.known, 1 << UNWIND_REG_RBX | 1 << UNWIND_REG_RSP |
				      1 << UNWIND_REG_RA);
	ck_assert_uint_eq(copy.stack_len, 24);
	s.regs_mask = 1 << 1 | 1 << 7 | UINT64_C(1) << 63;
	ck_assert(!unwind_copy_of(&s, &copy));
	s.regs_mask = mask;
	s.regs_abi = PERF_SAMPLE_REGS_ABI_32;
	ck_assert(!unwind_copy_of(&s, &copy));
	s.regs_abi = PERF_SAMPLE_REGS_ABI_NONE;
	ck_assert(!unwind_copy_of(&s, &copy));
}
END_TEST

/* What comes of the operations; the copied word at 0x100 is 42. */
static const struct { Dwarf_Op ops[9]; size_t n; int r; uint64_t value; } expressions[] = {
	{ { { .atom = DW_OP_lit5 } }, 1, 0, 5 },
	{ { { .atom = DW_OP_breg7, .number = 8 }, { .atom = DW_OP_deref } }, 2, 0, 42 },
	{ { { .atom = DW_OP_breg7, .number = 9 }, { .atom = DW_OP_deref } }, 2, -EFAULT, 0 },
	/* The rule of procedure linkage tables. */
	{ { { .atom = DW_OP_breg7, .number = 8 }, { .atom = DW_OP_breg16 }, { .atom = DW_OP_lit15 },
	    { .atom = DW_OP_and }, { .atom = DW_OP_lit11 }, { .atom = DW_OP_ge },
	    { .atom = DW_OP_lit3 }, { .atom = DW_OP_shl }, { .atom = DW_OP_plus } }, 9, 0, 0x108 },
	{ { { .atom = DW_OP_breg3 } }, 1, -ENODATA, 0 },
	{ { { .atom = DW_OP_bregx, .number = UINT64_MAX } }, 1, -ENODATA, 0 },
	{ { { .atom = DW_OP_plus } }, 1, -EINVAL, 0 },
	{ { { .atom = DW_OP_lit1 }, { .atom = DW_OP_bra } }, 2, -ENOTSUP, 0 },
	{ { { .atom = DW_OP_lit1 }, { .atom = DW_OP_const1u, .number = 64 },
	    { .atom = DW_OP_shl } }, 3, 0, 0 },
	{ { { .atom = DW_OP_call_frame_cfa }, { .atom = DW_OP_plus_uconst, .number = 16 } },
	  2, 0, 42 },
	{ { { .atom = DW_OP_call_frame_cfa }, { .atom = DW_OP_stack_value } }, 2, 0, 0xf0 },
	{ { { .atom = DW_OP_breg7, .number = 8 }, { .atom = DW_OP_deref_size, .number = 9 } },
	  2, -EINVAL, 0 },
	{ { { 0 } }, 0, -EINVAL, 0 },
};

START_TEST(evaluation)
{
	const uint64_t word = 42;
	const struct machine m = {
		.regs = { [UNWIND_REG_RSP] = 0xf8, [UNWIND_REG_RA] = 0x100b },
		.known = 1 << UNWIND_REG_RSP | 1 << UNWIND_REG_RA, .cfa = 0xf0,
		.stack_start = 0x100, .stack = (const uint8_t *)&word, .stack_len = 8,
	};
	uint64_t value = 0;

	ck_assert_int_eq(machine_evaluate(&m, expressions[_i].ops, expressions[_i].n, &value,
					     NULL), expressions[_i].r);
	if (!expressions[_i].r)
		ck_assert_uint_eq(value, expressions[_i].value);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, own_stack);
	tcase_add_test(t, through_a_signal);
	tcase_add_test(t, short_copies);
	tcase_add_test(t, damaged_copies);
	tcase_add_test(t, missing_registers);
	tcase_add_test(t, generated_code_by_frame_pointers);
	tcase_add_loop_test(t, frame_pointers_that_lead_nowhere, 0, 4);
	tcase_add_test(t, frame_pointers_in_a_circle);
	tcase_add_test(t, nothing_is_mapped);
	tcase_add_test(t, too_deep);
	tcase_add_test(t, copies_of_samples);
	tcase_add_loop_test(t, evaluation, 0, ARRAY_SIZE(expressions));
	return run_tests("unwind", t);
}
