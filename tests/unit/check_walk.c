/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of symbolize's walk and kernel-symbols: a chain and a verdict to names. */
#include "config.h"

#include "libexec/symbolize/walk.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "tests/lib/run-tests.h"

#define KERNEL(n) (UINT64_C(0xffffffff81000000) + (n))

static struct walk w;
static struct kernel_symbols kernel;
static struct address_spaces spaces;
static struct objects objects;
static struct frames frames;
static struct stack_key key;

static void setup(void)
{
	kernel = (struct kernel_symbols){ 0 };
	kernel_symbols_init(&kernel);
	spaces = (struct address_spaces){ 0 };
	objects = (struct objects){ 0 };
	frames = (struct frames){ .spaces = &spaces, .objects = &objects, .kernel = &kernel };
	key = (struct stack_key){ .pid = 7, .generation = SPACE_NONE };
}

static void teardown(void)
{
	frames_release(&frames);
	objects_release(&objects);
	spaces_release(&spaces);
	kernel_symbols_release(&kernel);
}

/* Names from the leaf to the root, with ";" between them. */
static const char *walk_names(const uint64_t *chain, size_t n)
{
	static char text[1024];

	text[0] = 0;
	ck_assert_int_eq(walk_chain(&w, &frames, &key, 0, chain, n), 0);
	for (size_t i = 0; i < w.n; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s", i ? ";" : "",
			 frames.functions[frames.v[w.frames[i]].function].name);
	}
	return text;
}

static void add_symbol(uint64_t start, uint64_t end, const char *name, const char *module)
{
	ck_assert_int_eq(kernel_symbols_add(&kernel, start, end, name, module), 0);
}

static void read_kallsyms(const char *text, int result)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
	close(fds[1]);
	ck_assert_int_eq(kernel_symbols_read(&kernel, fds[0]), result);
	close(fds[0]);
}

static const char *kernel_name(uint64_t addr, const char **module)
{
	const char *name = kernel_symbols_find(&kernel, addr, module);

	return name ? name : "-";
}

START_TEST(return_addresses_belong_to_the_call_before)
{
	const uint64_t chain[] = { PERF_CONTEXT_KERNEL, KERNEL(0x110), KERNEL(0x110) };

	add_symbol(KERNEL(0x100), KERNEL(0x110), "caller", "");
	add_symbol(KERNEL(0x110), KERNEL(0x120), "leaf", "");
	ck_assert_str_eq(walk_names(chain, 3), "leaf;caller");
}
END_TEST

/* ---- the ends of user stacks ---- */

#define FILE_AT 0x10000
#define ANON_AT 0x20000

static uint32_t map_at(uint64_t start, uint64_t time, const char *path)
{
	const struct perf_data_mmap m = { .pid = 7, .filename = path };
	const struct space_mapping mapping = {
		.start = start, .end = start + 0x1000, .time = time,
		.object = objects_intern(&objects, &m)
	};

	ck_assert_int_eq(space_map(&spaces, 7, &mapping), 0);
	key.generation = space_at(&spaces, 7, time);
	return mapping.object;
}

/* What each verdict is shown as behind a frame in a file; "": nothing. */
static const struct { uint32_t verdict; const char *text; bool names_file; } ends[] = {
	{ VERDICT_ROOT, "", false },
	{ VERDICT_NO_USER, "", false },
	{ VERDICT_FOREIGN, "", false },
	{ VERDICT_DEPTH, ";[cut: deeper than 1 frames]", false },
	{ VERDICT_FAULT, ";[cut: stack not readable]", false },
	{ VERDICT_BAD_FRAME, ";[cut: no frame pointer in libfoo.so]", true },
	{ VERDICT_NO_INFO, ";[cut: no unwind info in libfoo.so]", true },
	{ VERDICT_PENDING, ";[cut: unwind table of libfoo.so not ready]", true },
	{ VERDICT_BUDGET, ";[cut: no memory for the unwind table of libfoo.so]", true },
	{ VERDICT_UNSUPPORTED, ";[cut: unsupported unwind rule in libfoo.so]", true },
	{ VERDICT_BAD_CFA, ";[cut: bad unwind info in libfoo.so]", true },
	{ VERDICT_GENERATED, ";[cut: no frame pointer in generated code]", false },
	{ VERDICT_COPY_ENDS, ";[cut: copied stack ends]", false },
	{ 999, "", false },
};

START_TEST(every_end_has_its_words)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, FILE_AT + 0x123 };
	uint32_t object = map_at(FILE_AT, 1, "/nowhere/libfoo.so");
	char wanted[128];

	key.verdict = (uint16_t)ends[_i].verdict;
	snprintf(wanted, sizeof(wanted), "[libfoo.so+0x123]%s", ends[_i].text);
	ck_assert_str_eq(walk_names(chain, 2), wanted);
	ck_assert_uint_eq(w.end.verdict, ends[_i].verdict);
	ck_assert_uint_eq(w.end.object, ends[_i].names_file ? object : MAP_NONE);
}
END_TEST

/* What is mapped as we know by now had no table yet. */
START_TEST(code_that_was_in_no_known_mapping)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, FILE_AT + 0x123 };

	key.verdict = VERDICT_UNMAPPED;
	ck_assert_str_eq(walk_names(chain, 2), "[0x10123];[cut: unmapped code]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_UNMAPPED);
	map_at(FILE_AT, 1, "/nowhere/libfoo.so");
	ck_assert_str_eq(walk_names(chain, 2),
			 "[libfoo.so+0x123];[cut: unwind table of libfoo.so not ready]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_PENDING);
}
END_TEST

START_TEST(generated_code_has_no_file)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, ANON_AT + 1 };

	map_at(ANON_AT, 1, "//anon");
	key.verdict = VERDICT_BAD_FRAME;
	ck_assert_str_eq(walk_names(chain, 2),
			 "[anon+0x20001];[cut: no frame pointer in generated code]");
	ck_assert_uint_eq(w.end.object, MAP_NONE);
}
END_TEST

/* Only a walk by frame pointers is broken where a return address leads nowhere. */
START_TEST(unmapped_return_addresses)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, FILE_AT + 0x123, 0x5001, 0x6001 };

	map_at(FILE_AT, 1, "/nowhere/libfoo.so");
	ck_assert_str_eq(walk_names(chain, 4), "[libfoo.so+0x123];[0x5000];[0x6000]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_ROOT);
	key.flags = STACK_BY_POINTERS;
	ck_assert_str_eq(walk_names(chain, 4),
			 "[libfoo.so+0x123];[cut: no frame pointer in libfoo.so]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_BAD_FRAME);
}
END_TEST

/* The page that the kernel maps for probes begins with where probed functions return to. */
START_TEST(a_return_probe_is_no_address)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, FILE_AT + 0x123, ANON_AT, FILE_AT + 0x201 };
	const uint64_t slot[] = { PERF_CONTEXT_USER, FILE_AT + 0x123, ANON_AT + 0x81 };

	map_at(FILE_AT, 1, "/nowhere/libfoo.so");
	map_at(ANON_AT, 1, "[uprobes]");
	key.flags = STACK_BY_POINTERS;
	ck_assert_str_eq(walk_names(chain, 4), "[libfoo.so+0x123];[uretprobe];[libfoo.so+0x200]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_ROOT);
	ck_assert_str_eq(walk_names(chain, 3), "[libfoo.so+0x123];[uretprobe]");
	ck_assert_str_eq(walk_names(slot, 3), "[libfoo.so+0x123];[uprobes+0x20080]");
	key.verdict = VERDICT_UNMAPPED;
	ck_assert_str_eq(walk_names(chain, 3),
			 "[libfoo.so+0x123];[uretprobe];[cut: caller hidden by a return probe]");
	key.gap = 2;
	ck_assert_str_eq(walk_names(chain, 4),
			 "[libfoo.so+0x123];[uretprobe];[cut: middle frames left out];"
			 "[libfoo.so+0x200];[cut: unwind table of libfoo.so not ready]");
}
END_TEST

START_TEST(a_left_out_middle_is_marked)
{
	const uint64_t chain[] = { PERF_CONTEXT_KERNEL, KERNEL(1), PERF_CONTEXT_USER, 0x1000,
				   0x2001, 0x3001 };

	key.gap = 2;
	ck_assert_str_eq(walk_names(chain, 6),
			 "[kernel+0xffffffff81000001];[0x1000];[0x2000];"
			 "[cut: middle frames left out];[0x3000]");
	ck_assert_uint_eq(w.end.verdict, VERDICT_DEPTH);
	key.verdict = VERDICT_FAULT;
	walk_names(chain, 6);
	ck_assert_uint_eq(w.end.verdict, VERDICT_FAULT);
}
END_TEST

/* An event may be read after the sample that needs it. */
START_TEST(a_late_mapping_mends_the_stack)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, FILE_AT + 0x123 };

	map_at(ANON_AT, 1, "//anon");
	ck_assert_str_eq(walk_names(chain, 2), "[0x10123]");
	map_at(FILE_AT, 9, "/nowhere/libfoo.so");
	ck_assert_str_eq(walk_names(chain, 2), "[libfoo.so+0x123]");
}
END_TEST

static uint64_t trampoline;

static void on_signal(int number)
{
	(void)number;
	trampoline = (uint64_t)(uintptr_t)__builtin_return_address(0);
}

/* Map the file of this process that has the address. */
static void map_real(uint64_t address)
{
	struct space_mapping mapping;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[5000], path[4096];

	ck_assert_ptr_nonnull(maps);
	while (fgets(line, sizeof(line), maps)) {
		struct perf_data_mmap m = { .pid = 7, .filename = path };

		mapping = (struct space_mapping){ .time = 1 };
		path[0] = 0;
		sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*u %4095[^\n]",
		       &mapping.start, &mapping.end, &mapping.pgoff, path);
		if (address < mapping.start || address >= mapping.end)
			continue;
		mapping.object = objects_intern(&objects, &m);
		ck_assert_int_eq(space_map(&spaces, 7, &mapping), 0);
		key.generation = space_at(&spaces, 7, 1);
		break;
	}
	fclose(maps);
}

/* The address after a signal trampoline was interrupted, it is no return address. */
START_TEST(signals_interrupt_anywhere)
{
	ck_assert_ptr_ne(signal(SIGUSR1, on_signal), SIG_ERR);
	raise(SIGUSR1);
	map_real(trampoline);
	const uint64_t chain[] = { PERF_CONTEXT_USER, 0x1000, trampoline, 0x2000, 0x3001 };
	const char *names = walk_names(chain, 5);

	ck_assert_msg(!strncmp(names, "[0x1000];", 9), "%s", names);
	ck_assert_ptr_nonnull(strstr(names, ";[0x2000];[0x3000]"));
	const uint64_t inside[] = { PERF_CONTEXT_USER, trampoline, 0x2000, 0x3001 };

	ck_assert_ptr_nonnull(strstr(walk_names(inside, 4), ";[0x2000];[0x3000]"));
}
END_TEST

START_TEST(a_stack_too_deep_says_how_deep)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, 0x1000, 0x2001, 0x3001 };

	key.verdict = VERDICT_DEPTH;
	ck_assert_str_eq(walk_names(chain, 4),
			 "[0x1000];[0x2000];[0x3000];[cut: deeper than 3 frames]");
}
END_TEST

START_TEST(an_unreadable_stack_says_so)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, 0x1000 };

	key.verdict = VERDICT_FAULT;
	ck_assert_str_eq(walk_names(chain, 2), "[0x1000];[cut: stack not readable]");
}
END_TEST

START_TEST(a_whole_stack_has_no_cut)
{
	const uint64_t chain[] = { PERF_CONTEXT_USER, 0x1000 };

	key.verdict = VERDICT_ROOT;
	ck_assert_str_eq(walk_names(chain, 2), "[0x1000]");
	key.verdict = VERDICT_NO_USER;
	ck_assert_str_eq(walk_names(chain, 2), "[0x1000]");
}
END_TEST

START_TEST(a_chain_as_long_as_allowed_is_kept_whole)
{
	static uint64_t chain[STACK_CHAIN_MAX];

	chain[0] = PERF_CONTEXT_USER;
	for (size_t i = 1; i < STACK_CHAIN_MAX; i++)
		chain[i] = 0x1000;
	key.verdict = VERDICT_FAULT;
	ck_assert_int_eq(walk_chain(&w, &frames, &key, 0, chain, STACK_CHAIN_MAX), 0);
	ck_assert_uint_eq(w.n, STACK_CHAIN_MAX);
}
END_TEST

START_TEST(the_recording_counts_before_kallsyms)
{
	const char *module;

	read_kallsyms("ffffffff81000100 T text_one\nffffffff81000200 t of_module\t[some_module]\n"
		      "ffffffff81000300 D data\nnonsense\nffffffff81000400 T last\n", 0);
	add_symbol(KERNEL(0x100), KERNEL(0x110), "own", "own_module");
	ck_assert_str_eq(kernel_name(KERNEL(0x100), &module), "own");
	ck_assert_str_eq(module, "own_module");
	ck_assert_str_eq(kernel_name(KERNEL(0x180), &module), "text_one");
	ck_assert_str_eq(module, "");
	ck_assert_str_eq(kernel_name(KERNEL(0x210), &module), "of_module");
	ck_assert_str_eq(module, "some_module");
	ck_assert_str_eq(kernel_name(KERNEL(0xff), &module), "-");
	ck_assert_uint_eq(kernel_symbols_address(&kernel, "last"), KERNEL(0x400));
	ck_assert_uint_eq(kernel_symbols_address(&kernel, "data"), 0);
}
END_TEST

START_TEST(hidden_addresses_are_no_symbols)
{
	read_kallsyms("0000000000000000 T one\n0000000000000000 T two\n", -ENODATA);
	ck_assert(kernel.hidden);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("walk");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, return_addresses_belong_to_the_call_before);
	tcase_add_loop_test(tc, every_end_has_its_words, 0, ARRAY_SIZE(ends));
	tcase_add_test(tc, code_that_was_in_no_known_mapping);
	tcase_add_test(tc, generated_code_has_no_file);
	tcase_add_test(tc, unmapped_return_addresses);
	tcase_add_test(tc, a_return_probe_is_no_address);
	tcase_add_test(tc, a_left_out_middle_is_marked);
	tcase_add_test(tc, a_late_mapping_mends_the_stack);
	tcase_add_test(tc, signals_interrupt_anywhere);
	tcase_add_test(tc, a_stack_too_deep_says_how_deep);
	tcase_add_test(tc, an_unreadable_stack_says_so);
	tcase_add_test(tc, a_whole_stack_has_no_cut);
	tcase_add_test(tc, a_chain_as_long_as_allowed_is_kept_whole);
	tcase_add_test(tc, the_recording_counts_before_kallsyms);
	tcase_add_test(tc, hidden_addresses_are_no_symbols);
	return run_tests("walk", tc);
}
