/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of where the kernel's part of a probe's stack begins. */
#include "config.h"

#include <check.h>
#include <string.h>

#include "bpf/abi.h"

#include "lib/buf.h"

#include "libexec/profile/probe-frames.h"
#include "tests/lib/run-tests.h"

#define START 0xffffffff81000000ull
#define BYTES 0x100

/* The kernel's code: function n is from START + n * BYTES on. */
enum function {
	PROGRAM, HANDLER, CALLER, VFS_READ, KSYS_READ, TRACE_RUN, SCHEDULE, INT3, INT3_ISH,
	FUNCTIONS
};

static const char *const functions[FUNCTIONS] = {
	[PROGRAM] = "bpf_prog_0123456789abcdef_at_kernel",
	[HANDLER] = "kprobe_ftrace_handler",
	[CALLER] = "ftrace_regs_caller",
	[VFS_READ] = "vfs_read",
	[KSYS_READ] = "ksys_read",
	[TRACE_RUN] = "bpf_trace_run4",
	[SCHEDULE] = "__schedule",
	[INT3] = "asm_exc_int3",
	[INT3_ISH] = "asm_exc_int3_ish",
};

static struct ksyms table;

static void setup(void)
{
	struct buf records = BUF_INIT(1 << 16);

	for (size_t i = 0; i < FUNCTIONS; i++) {
		size_t name_len = strlen(functions[i]) + 1;
		struct abi_symbol symbol = {
			.start = START + i * BYTES, .name_len = (uint16_t)name_len,
			.module_len = 1, .type = 't',
		};

		buf_put(&records, &symbol, sizeof(symbol));
		buf_put(&records, functions[i], name_len);
		/* The empty name of its module, and up to a multiple of 8. */
		buf_put_zeros(&records, 8 - name_len % 8);
	}
	ck_assert_int_eq(ksyms_take(&table, &records), 0);
	buf_release(&records);
}

static void teardown(void)
{
	ksyms_release(&table);
}

/* An address in the middle of the function. */
static uint64_t in(enum function f)
{
	return START + f * BYTES + BYTES / 2;
}

static size_t machinery(enum probe_kind kind, const char *name, const uint64_t *frames, size_t n)
{
	const struct probe_target t = { .kind = kind, .name = name, .file = "" };

	return probe_frames_machinery(&table, &t, frames, n);
}

static const struct {
	enum probe_kind kind;
	const char *name;
	enum function frames[5];
	size_t n, dropped;
} stacks[] = {
	{ PROBE_KPROBE, "vfs_read", { PROGRAM, HANDLER, CALLER, VFS_READ, KSYS_READ }, 5, 3 },
	/* At its return the caller is first. */
	{ PROBE_KPROBE, "vfs_read", { PROGRAM, HANDLER, CALLER, KSYS_READ }, 4, 3 },
	{ PROBE_TRACEPOINT, "sched_switch", { PROGRAM, TRACE_RUN, SCHEDULE, KSYS_READ }, 4, 2 },
	{ PROBE_TRACEPOINT, "sched_switch", { SCHEDULE, KSYS_READ }, 2, 0 },
	/* Where a breakpoint is hit; its name is all there is to it. */
	{ PROBE_KPROBE, "x", { PROGRAM, INT3, VFS_READ, KSYS_READ }, 4, 2 },
	{ PROBE_KPROBE, "x", { PROGRAM, INT3_ISH, VFS_READ, KSYS_READ }, 4, 1 },
	/* Something that is not known as machinery is between. */
	{ PROBE_TRACEPOINT, "x", { PROGRAM, SCHEDULE, TRACE_RUN, VFS_READ, KSYS_READ }, 5, 3 },
	/* The probed function is of the machinery. */
	{ PROBE_KPROBE, "ftrace_regs_caller", { PROGRAM, HANDLER, CALLER, KSYS_READ }, 4, 2 },
	{ PROBE_TRACEPOINT, "ftrace_regs_caller", { PROGRAM, HANDLER, CALLER, KSYS_READ }, 4, 3 },
	/* Rather all than none. */
	{ PROBE_TRACEPOINT, "x", { PROGRAM, TRACE_RUN }, 2, 0 },
	{ PROBE_KPROBE, "vfs_read", { 0 }, 0, 0 },
};

START_TEST(dropped_frames)
{
	uint64_t frames[5];

	for (size_t i = 0; i < stacks[_i].n; i++)
		frames[i] = in(stacks[_i].frames[i]);
	ck_assert_uint_eq(machinery(stacks[_i].kind, stacks[_i].name, frames, stacks[_i].n),
			  stacks[_i].dropped);
}
END_TEST

/* The first address is exact; a call may be the last instruction of its function. */
START_TEST(bounds_of_functions)
{
	const uint64_t frames[] = {
		START + HANDLER * BYTES, START + VFS_READ * BYTES, START + KSYS_READ * BYTES,
		in(KSYS_READ)
	};
	const uint64_t first_only[] = { START + VFS_READ * BYTES, in(KSYS_READ) };

	/* CALLER, then VFS_READ */
	ck_assert_uint_eq(machinery(PROBE_KPROBE, "vfs_read", frames, 4), 2);
	ck_assert_uint_eq(machinery(PROBE_TRACEPOINT, "x", frames, 4), 2);
	ck_assert_uint_eq(machinery(PROBE_TRACEPOINT, "x", first_only, 2), 0);
}
END_TEST

/* Code that looks like machinery further out is the kernel's own. */
START_TEST(limit)
{
	uint64_t frames[40];

	for (size_t i = 0; i < 40; i++)
		frames[i] = in(HANDLER);
	ck_assert_uint_eq(machinery(PROBE_TRACEPOINT, "x", frames, 40), 16);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("probe-frames");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, dropped_frames, 0, sizeof(stacks) / sizeof(*stacks));
	tcase_add_test(t, bounds_of_functions);
	tcase_add_test(t, limit);
	return run_tests("probe-frames", t);
}
