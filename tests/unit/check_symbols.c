/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of elf/symbol-set, elf/elf-file, elf/symbols and elf/demangle. */
#include "config.h"

#include "elf/symbols.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "elf/demangle.h"
#include "tests/lib/run-tests.h"

static struct symbol_set set;

static void setup(void)
{
	set = SYMBOL_SET_INIT;
}

static void teardown(void)
{
	symbol_set_release(&set);
}

static void add(uint64_t start, uint64_t end, uint32_t rank, const char *name)
{
	struct symbol_draft d = { .start = start, .end = end, .limit = 0x10000, .rank = rank };

	ck_assert_int_eq(symbol_set_add_named(&set, d, name, strlen(name)), 0);
}

static const char *name_at(uint64_t addr)
{
	const struct symbol *symbol = symbol_set_find(&set, addr);

	return symbol ? symbol_set_name(&set, symbol) : "-";
}

#define FUNCTION (SYMBOL_FUNCTION + SYMBOL_GLOBAL)

START_TEST(an_empty_set_finds_nothing)
{
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_NESTED), 0);
	ck_assert_str_eq(name_at(0), "-");
}
END_TEST

START_TEST(the_inner_of_nested_symbols_counts)
{
	add(0x100, 0x200, FUNCTION, "outer");
	add(0x140, 0x150, FUNCTION, "inner");
	add(0x148, 0x14c, FUNCTION, "innermost");
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_NESTED), 0);
	ck_assert_str_eq(name_at(0xff), "-");
	ck_assert_str_eq(name_at(0x100), "outer");
	ck_assert_str_eq(name_at(0x140), "inner");
	ck_assert_str_eq(name_at(0x148), "innermost");
	ck_assert_str_eq(name_at(0x14c), "inner");
	ck_assert_str_eq(name_at(0x1ff), "outer");
	ck_assert_str_eq(name_at(0x200), "-");
}
END_TEST

START_TEST(labels_fill_gaps_only)
{
	add(0x100, 0x180, FUNCTION, "function");
	add(0x140, 0x140, SYMBOL_NOTYPE, "label_inside");
	add(0x1a0, 0x1a0, SYMBOL_NOTYPE, "label");
	add(0x200, 0x210, FUNCTION, "next");
	add(0x300, 0x300, SYMBOL_NOTYPE, "last");
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_NESTED), 0);
	ck_assert_str_eq(name_at(0x150), "function");
	ck_assert_str_eq(name_at(0x1b0), "label");
	ck_assert_str_eq(name_at(0x205), "next");
	ck_assert_str_eq(name_at(0x210), "-");
	ck_assert_str_eq(name_at(0xffff), "last");
	ck_assert_str_eq(name_at(0x10000), "-");
}
END_TEST

START_TEST(aliases_are_chosen_as_perf_does)
{
	add(0x100, 0x110, SYMBOL_FUNCTION + SYMBOL_WEAK, "weak_but_long");
	add(0x100, 0x110, SYMBOL_FUNCTION + SYMBOL_LOCAL, "local");
	add(0x200, 0x210, FUNCTION, "__memcpy_long_name");
	add(0x200, 0x210, FUNCTION, "memcpy");
	add(0x300, 0x310, FUNCTION, "long_name");
	add(0x300, 0x310, FUNCTION, "name");
	add(0x400, 0x400, FUNCTION, "unsized");
	add(0x400, 0x410, SYMBOL_NOTYPE, "sized");
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_NESTED), 0);
	ck_assert_str_eq(name_at(0x100), "local");
	ck_assert_str_eq(name_at(0x200), "memcpy");
	ck_assert_str_eq(name_at(0x300), "long_name");
	ck_assert_str_eq(name_at(0x400), "sized");
}
END_TEST

START_TEST(the_last_of_overlapping_ranges_wins)
{
	add(0x100, 0x200, 0, "first");
	add(0x180, 0x280, 1, "second");
	add(0x120, 0x130, 2, "third");
	add(0x100, 0x104, 3, "fourth");
	add(0x190, 0x1a0, 0, "oldest");
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_LAST_WINS), 0);
	ck_assert_str_eq(name_at(0x103), "fourth");
	ck_assert_str_eq(name_at(0x104), "first");
	ck_assert_str_eq(name_at(0x12f), "third");
	ck_assert_str_eq(name_at(0x130), "first");
	ck_assert_str_eq(name_at(0x195), "second");
	ck_assert_str_eq(name_at(0x27f), "second");
}
END_TEST

/* A deterministic comparison with the obvious algorithm. */
START_TEST(pieces_match_a_plain_search)
{
	enum { N = 300, SPAN = 4096 };
	static uint32_t starts[N], ends[N];
	uint32_t state = 12345;

	for (uint32_t i = 0; i < N; i++) {
		char name[16];

		state = state * 1103515245 + 12345;
		starts[i] = state >> 8 & (SPAN - 1);
		ends[i] = starts[i] + 1 + (state >> 20 & 127);
		snprintf(name, sizeof(name), "%u", i);
		add(starts[i], ends[i], i, name);
	}
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_LAST_WINS), 0);
	for (uint32_t at = 0; at < SPAN; at++) {
		char expected[16] = "-";

		for (uint32_t i = 0; i < N; i++)
			if (at >= starts[i] && at < ends[i])
				snprintf(expected, sizeof(expected), "%u", i);
		ck_assert_str_eq(name_at(at), expected);
	}
}
END_TEST

START_TEST(huge_symbols_are_kept_in_pieces)
{
	add(0x1000, UINT64_C(0x300000000), FUNCTION, "huge");
	ck_assert_int_eq(symbol_set_finish(&set, SYMBOL_SET_NESTED), 0);
	ck_assert_str_eq(name_at(UINT64_C(0x2ffffffff)), "huge");
	ck_assert_str_eq(name_at(UINT64_C(0x300000000)), "-");
}
END_TEST

/* Found through the program's own headers; not static, so that no linker option drops its name. */
int symbols_test_landmark(int n);
__attribute__((noinline)) int symbols_test_landmark(int n)
{
	return n + 1;
}

START_TEST(our_own_file_has_its_functions)
{
	struct elf_file f;
	const char *name = NULL;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	bool found = false;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(elf_file_open(&f, fd), 0);
	ck_assert_uint_ge(f.layout.n_segments, 1);
	ck_assert_int_eq(elf_symbols_load(&set, &f, NULL), 0);
	for (size_t i = 0; i < set.n && !found; i++) {
		name = symbol_set_name(&set, &set.symbols[i]);
		found = !strcmp(name, "symbols_test_landmark");
		if (found)
			ck_assert_ptr_nonnull(elf_layout_segment(&f.layout, set.symbols[i].start));
	}
	ck_assert_msg(found || symbols_test_landmark(1) == 0, "no symbol of our own function");
	elf_file_close(&f);
}
END_TEST

START_TEST(the_vdso_has_names)
{
	const void *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct elf_file f;
	bool found = false;

	if (!image)
		return;
	ck_assert_int_eq(elf_file_open_memory(&f, image, 8192), 0);
	ck_assert_int_eq(elf_symbols_load(&set, &f, NULL), 0);
	for (size_t i = 0; i < set.n; i++)
		found = found || strstr(symbol_set_name(&set, &set.symbols[i]), "clock_gettime");
	ck_assert(found);
	elf_file_close(&f);
}
END_TEST

START_TEST(offsets_are_translated_by_segments)
{
	const struct elf_layout layout = {
		.segments = {
			{ .offset = 0x1234, .vaddr = 0x203234, .filesz = 0x1000, .memsz = 0x1000 },
			{ .offset = 0x5000, .vaddr = 0x900000, .filesz = 0x10, .memsz = 0x2000 },
		},
		.n_segments = 2
	};
	uint64_t vaddr = 0;

	ck_assert_ptr_nonnull(elf_layout_vaddr(&layout, 0x1240, &vaddr));
	ck_assert_uint_eq(vaddr, 0x203240);
	/* The page before and after, which the mapping has but the segment does not. */
	ck_assert_ptr_nonnull(elf_layout_vaddr(&layout, 0x1000, &vaddr));
	ck_assert_uint_eq(vaddr, 0x203000);
	ck_assert_ptr_nonnull(elf_layout_vaddr(&layout, 0x5008, &vaddr));
	ck_assert_uint_eq(vaddr, 0x900008);
	ck_assert_ptr_null(elf_layout_vaddr(&layout, 0x9000, &vaddr));
	ck_assert_ptr_null(elf_layout_segment(&layout, 0x1240));
}
END_TEST

START_TEST(only_regular_files_are_opened)
{
	struct stat st;

	ck_assert_int_eq(elf_path_open("/dev/null", &st), -ENOTSUP);
	ck_assert_int_eq(elf_path_open("/", &st), -ENOTSUP);
	ck_assert_int_eq(elf_path_open("relative", &st), -ENOENT);
	ck_assert_int_eq(elf_path_open("/proc/self/status", &st), -ENOEXEC);
}
END_TEST

START_TEST(damaged_files_are_refused_or_empty)
{
	char path[] = "/tmp/check-symbols-XXXXXX";
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out = mkstemp(path);
	static char bytes[65536];
	ssize_t n = read(in, bytes, sizeof(bytes));
	uint32_t state = 1;

	close(in);
	ck_assert_int_gt(n, 4096);
	unlink(path);
	for (unsigned round = 0; round < 300; round++) {
		struct elf_file f;
		char saved[8];
		size_t at = (state >> 8) % (round < 200 ? 256 : (size_t)n - 8);

		memcpy(saved, bytes + at, sizeof(saved));
		for (size_t i = 0; i < sizeof(saved); i++) {
			state = state * 1103515245 + 12345;
			bytes[at + i] = (char)(state >> 16);
		}
		ck_assert_int_eq(pwrite(out, bytes, (size_t)n, 0), n);
		if (!elf_file_open(&f, dup(out))) {
			ck_assert_int_le(elf_symbols_load(&set, &f, NULL), 0);
			symbol_set_release(&set);
			elf_file_close(&f);
		}
		memcpy(bytes + at, saved, sizeof(saved));
	}
	close(out);
}
END_TEST

static const struct { const char *mangled, *readable; } names[] = {
	{ "_ZNSt6vectorIiSaIiEE9push_backEOi",
	  "std::vector<int, std::allocator<int> >::push_back(int&&)" },
	{ "_Z3foov.cold", "foo() [clone .cold]" },
	{ "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt" },
	{ "_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar" },
	{ "main", NULL },
	{ "_Z", NULL },
	{ "", NULL },
	{ "_start", NULL },
};

START_TEST(names_are_demangled)
{
	char *readable = demangle(names[_i].mangled);

	if (names[_i].readable)
		ck_assert_pstr_eq(readable, names[_i].readable);
	else
		ck_assert_ptr_null(readable);
	free(readable);
}
END_TEST

START_TEST(unfolding_names_are_left_alone)
{
	/* Each class has the one before twice as an argument: 2^30 times the first. */
	char name[1024] = "_Z1fI1AIiiE";
	size_t len = strlen(name);
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (unsigned i = 0; i < 30; i++)
		len += (size_t)snprintf(name + len, sizeof(name) - len, "1%cIS%c_S%c_E",
					'B' + i % 25, digits[i], digits[i]);
	snprintf(name + len, sizeof(name) - len, "Evv");
	char *readable = demangle(name);
	ck_assert(!readable || strlen(readable) < DEMANGLE_OUTPUT_MAX);
	free(readable);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_empty_set_finds_nothing);
	tcase_add_test(tcase, the_inner_of_nested_symbols_counts);
	tcase_add_test(tcase, labels_fill_gaps_only);
	tcase_add_test(tcase, aliases_are_chosen_as_perf_does);
	tcase_add_test(tcase, the_last_of_overlapping_ranges_wins);
	tcase_add_test(tcase, pieces_match_a_plain_search);
	tcase_add_test(tcase, huge_symbols_are_kept_in_pieces);
	tcase_add_test(tcase, our_own_file_has_its_functions);
	tcase_add_test(tcase, the_vdso_has_names);
	tcase_add_test(tcase, offsets_are_translated_by_segments);
	tcase_add_test(tcase, only_regular_files_are_opened);
	tcase_add_test(tcase, damaged_files_are_refused_or_empty);
	tcase_add_loop_test(tcase, names_are_demangled, 0, ARRAY_SIZE(names));
	tcase_add_test(tcase, unfolding_names_are_left_alone);
	return run_tests("symbols", tcase);
}
