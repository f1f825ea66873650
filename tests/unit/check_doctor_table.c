/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of what --doctor makes of profile's answers. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor-table.h"
#include "tests/lib/run-tests.h"

static int take(struct doctor_table *t, const char *text)
{
	char line[256];

	snprintf(line, sizeof(line), "%s", text);
	return doctor_table_take_line(t, line);
}

START_TEST(lines)
{
	struct doctor_table t = { 0 };

	ck_assert_int_eq(take(&t, "cpu-perf\trefused\tPermission denied"), 0);
	ck_assert_int_eq(t.findings[DOCTOR_CPU_PERF].state, DOCTOR_REFUSED);
	ck_assert_str_eq(t.findings[DOCTOR_CPU_PERF].reason, "Permission denied");
	ck_assert_ptr_nonnull(strstr(t.findings[DOCTOR_CPU_PERF].remedy, "perf_event_paranoid"));
	ck_assert_ptr_null(doctor_table_sampler(&t));
	ck_assert_int_eq(take(&t, "cpu-tick\tworks\t"), 0);
	ck_assert(doctor_table_works(&t, DOCTOR_CPU_TICK));
	ck_assert_ptr_null(t.findings[DOCTOR_CPU_TICK].remedy);
	ck_assert_str_eq(doctor_table_sampler(&t), "by the kernel's tick");
	doctor_table_release(&t);
}
END_TEST

/* What root could open before the drop is not undone by what profile could not. */
START_TEST(known_to_work)
{
	struct doctor_table t = { 0 };

	doctor_table_set(&t, DOCTOR_KPROBE_PERF, DOCTOR_WORKS, NULL, NULL);
	ck_assert_int_eq(take(&t, "kprobe-perf\trefused\tPermission denied"), 0);
	ck_assert(doctor_table_works(&t, DOCTOR_KPROBE_PERF));
	doctor_table_release(&t);
}
END_TEST

START_TEST(bad_lines)
{
	static const char *const bad[] = {
		"", "\t", "\t\t", "cpu-perf", "cpu-perf\tworks", "cpu-perf\tworks\ta\tb",
		"cpu-perf\tperhaps\t", "cpu\tworks\t", "cpu-perf \tworks\t", "CPU-PERF\tworks\t",
	};
	struct doctor_table t = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(take(&t, bad[i]) == -EBADMSG, "accepted: %s", bad[i]);
	for (size_t i = 0; i < DOCTOR_TRIALS; i++)
		ck_assert_int_eq(t.findings[i].state, DOCTOR_UNTRIED);
	doctor_table_release(&t);
}
END_TEST

static bool printed_has(const struct doctor_table *t, const char *text)
{
	struct buf b = BUF_INIT(1 << 16);
	bool has;

	doctor_table_print(t, &b);
	ck_assert_int_eq(buf_put_byte(&b, '\0'), 0);
	has = strstr((const char *)b.data, text);
	buf_release(&b);
	return has;
}

START_TEST(remedies)
{
	struct doctor_table t = { 0 };

	doctor_table_set(&t, DOCTOR_CAPABILITIES, DOCTOR_WORKS, NULL, NULL);
	doctor_table_set(&t, DOCTOR_UPROBE_PERF, DOCTOR_REFUSED, "no", NULL);
	ck_assert(printed_has(&t, "remedy: run it as root\n"));
	/* Without the capabilities root would be asked for all else. */
	doctor_table_set(&t, DOCTOR_CAPABILITIES, DOCTOR_REFUSED, "none", "get them");
	ck_assert(!printed_has(&t, "remedy: run it as root\n"));
	ck_assert(printed_has(&t, "remedy: get them\n"));
	doctor_table_set(&t, DOCTOR_UPROBE_MULTI, DOCTOR_MISSING, "no", NULL);
	ck_assert(printed_has(&t, "remedy: Linux 6.6 or newer\n"));
	doctor_table_release(&t);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("doctor-table");

	tcase_add_test(t, lines);
	tcase_add_test(t, known_to_work);
	tcase_add_test(t, bad_lines);
	tcase_add_test(t, remedies);
	return run_tests("doctor-table", t);
}
