/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of what is taken in about probes: found ones and their results. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "../src/probe-results.h"
#include "../src/probes.h"
#include "tests/lib/run-tests.h"

START_TEST(facts)
{
	struct probe_results r;

	ck_assert_int_eq(probe_results_init(&r, 2), 0);
	ck_assert_int_eq(probe_results_take(&r, "hits.1", "12"), 1);
	ck_assert_int_eq(probe_results_take(&r, "missed.0", "3"), 1);
	ck_assert_int_eq(probe_results_take(&r, "refused.0", "no such function"), 1);
	ck_assert_int_eq(probe_results_take(&r, "refused.0", "not permitted"), 1);
	ck_assert_int_eq(probe_results_take(&r, "probe_rung", "tp_btf"), 1);
	ck_assert_int_eq(probe_results_take(&r, "probe_rung", "uprobe_multi"), 1);
	ck_assert_uint_eq(r.v[1].hits, 12);
	ck_assert_uint_eq(r.v[0].missed, 3);
	ck_assert_str_eq(r.v[0].refused, "not permitted");
	ck_assert_ptr_null(r.v[1].refused);
	ck_assert_uint_eq(r.rungs.len, strlen("tp_btf, uprobe_multi"));
	probe_results_release(&r);
}
END_TEST

static const char *const others[] = {
	"hits.2", "hits.", "hits.-1", "hits.01x", "hits", "hit.1", "missed.99999999999999999999",
	"samples", "",
};

START_TEST(other_facts)
{
	struct probe_results r;

	ck_assert_int_eq(probe_results_init(&r, 2), 0);
	ck_assert_int_eq(probe_results_take(&r, others[_i], "1"), 0);
	ck_assert_int_eq(probe_results_take(&r, "hits.1", "x"), 0);
	ck_assert_uint_eq(r.v[1].hits, 0);
	probe_results_release(&r);
	ck_assert_int_eq(probe_results_init(&r, 0), 0);
	ck_assert_int_eq(probe_results_take(&r, "hits.0", "1"), 0);
	probe_results_release(&r);
}
END_TEST

static int parse(struct probes *p, const char *text)
{
	*p = (struct probes){ .text = BUF_INIT(PROBES_TEXT_MAX) };
	ck_assert_int_eq(buf_put_str(&p->text, text), 0);
	return probes_parse(p, NULL, 0);
}

START_TEST(answer)
{
	struct buf lines = BUF_INIT(PROBES_TEXT_MAX);
	struct probes p;

	ck_assert_int_eq(parse(&p, "note\t0\tit is a link\n"
				   "probe\t0\tuprobe\t0\t4096\t9\t0\t\t\t/lib/a\tf\tf\t\n"
				   "probe\t0\tuprobe\t0\t5000\t9\t0\t\t\t/lib/a\tg\tg\tan IFUNC\n"
				   "error\t1\tno such function\ttry h\n"
				   "end\t4\n"), 0);
	ck_assert_uint_eq(p.n, 2);
	ck_assert_uint_eq(p.n_messages, 2);
	ck_assert(!p.messages[0].is_error);
	ck_assert(p.messages[1].is_error);
	ck_assert_uint_eq(p.messages[1].spec, 1);
	ck_assert_str_eq(p.messages[1].hint, "try h");
	probes_keep_attachable(&p);
	ck_assert_uint_eq(p.n, 1);
	ck_assert_str_eq(p.v[0].name, "f");
	ck_assert_int_eq(probes_put_lines(&p, &lines), 0);
	ck_assert_int_eq(buf_put_byte(&lines, '\0'), 0);
	ck_assert_str_eq((char *)lines.data,
			 "probe\t0\tuprobe\t0\t4096\t9\t0\t\t\t/lib/a\tf\tf\t\nend\t1\n");
	buf_release(&lines);
	probes_release(&p);
}
END_TEST

/* Cut off, counted wrong, something behind it, no path, a descriptor that is not ours. */
static const char *const damaged[] = {
	"", "end\t0", "end\t1\n", "end\t0\nend\t0\n", "end\t0\nx", "note\t0\ta\n", "x\nend\t1\n",
	"probe\t0\tuprobe\t0\t4096\t9\t0\t\t\tlib/a\tf\tf\t\nend\t1\n",
	"probe\t0\tuprobe\t0\t4096\t9\t0\t\t5\t/lib/a\tf\tf\t\nend\t1\n",
	"probe\t0\tuprobe\t0\t4096\t9\t0\t0\t\t/lib/a\tf\tf\t\nend\t1\n",
	"probe\t0\tuprobe\t0\t4096\t9\t0\t\t\t/lib/a\tf\t\t\nend\t1\n",
};

START_TEST(damage)
{
	struct probes p;

	ck_assert_int_eq(parse(&p, damaged[_i]), -EBADMSG);
	probes_release(&p);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("probe-results");

	tcase_add_test(t, facts);
	tcase_add_loop_test(t, other_facts, 0, (int)ARRAY_SIZE(others));
	tcase_add_test(t, answer);
	tcase_add_loop_test(t, damage, 0, (int)ARRAY_SIZE(damaged));
	return run_tests("probe-results", t);
}
