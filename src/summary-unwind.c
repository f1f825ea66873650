/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the summary says about user stacks: how many are complete, why the others are not. */
#include "config.h"

#include "summary-unwind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/number.h"

/* A remedy is shown from so many percent of the user stacks on. */
#define REMEDY_PERCENT 1
/* So many files are named in all. */
#define FILES_SHOWN 3

const struct cut_reason cut_reasons[] = {
	{ "no_info", N_("no unwind information"),
	  N_("compile it with -fasynchronous-unwind-tables or -fno-omit-frame-pointer") },
	{ "bad_frame", N_("no frame pointer"),
	  N_("sample without --dwarf=false, or record with perf record --call-graph dwarf") },
	{ "generated", N_("generated code without frame pointers"),
	  N_("let its compiler keep frame pointers (java: -XX:+PreserveFramePointer)") },
	{ "depth", N_("too deep"), N_("raise --max-frames") },
	{ "budget", N_("no memory for unwind tables"), N_("raise --unwind-memory") },
	{ "pending", N_("unwind table not ready"), NULL },
	{ "unsupported", N_("unsupported unwind rule"), NULL },
	{ "bad_cfa", N_("bad unwind information"), NULL },
	{ "unmapped", N_("unmapped code"), NULL },
	{ "fault", N_("stack not readable"), NULL },
	{ "copy_ends", N_("copied stack ends"),
	  N_("copy more of it, as perf record --call-graph dwarf,65528 does") },
};
const size_t n_cut_reasons = ARRAY_SIZE(cut_reasons);

/* symbolize unwinds what the kernel could not: what it says came to the outputs. */
static const struct helper_facts *verdict_facts(const struct summary *sum)
{
	const struct helper *helpers = sum->session->pipeline.helpers;
	const struct helper_facts *shown = &helpers[HELPER_RENDER].facts;

	return helper_facts_get(shown, "samples_read") ? shown : &helpers[HELPER_PROFILE].facts;
}

uint64_t unwind_count(const struct summary *sum, const char *verdict)
{
	char key[64];

	snprintf(key, sizeof(key), "verdict.%s", verdict);
	return helper_facts_number(verdict_facts(sum), key);
}

uint64_t unwind_stacks(const struct summary *sum)
{
	uint64_t n = unwind_count(sum, "root");

	for (size_t i = 0; i < n_cut_reasons; i++)
		if (__builtin_add_overflow(n, unwind_count(sum, cut_reasons[i].key), &n))
			return UINT64_MAX;
	return n;
}

bool unwind_cut_file(const struct summary *sum, size_t rank, struct cut_file *file)
{
	char key[32], reason[32];
	const char *fact;
	int end = 0;

	snprintf(key, sizeof(key), "cut_file.%zu", rank);
	fact = helper_facts_get(verdict_facts(sum), key);
	if (!fact || sscanf(fact, "%" SCNu64 " %31s %n", &file->count, reason, &end) < 2 || !end ||
	    !fact[end])
		return false;
	for (size_t i = 0; i < n_cut_reasons; i++)
		if (!strcmp(cut_reasons[i].key, reason)) {
			file->reason = &cut_reasons[i];
			file->name = fact + end;
			return true;
		}
	return false;
}

/* ---- for people ---- */

/* Rounded down, so that 100 % means all. */
static void print_share(uint64_t part, uint64_t whole, struct buf *b)
{
	double permille = (double)(uint64_t)((double)part / (double)whole * 1000);

	if (part == whole)
		buf_put_str(b, "100 %");
	else
		buf_printf(b, "%.1f %%", permille / 10);
}

static void print_files_of(const struct summary *sum, const struct cut_reason *reason,
			   struct buf *b)
{
	const char *before = " (";
	struct cut_file file;
	size_t shown = 0;

	for (size_t rank = 1; unwind_cut_file(sum, rank, &file); rank++) {
		if (file.reason != reason || shown == FILES_SHOWN)
			continue;
		buf_printf(b, "%s%s", before, file.name);
		before = ", ";
		shown++;
	}
	if (shown)
		buf_put_byte(b, ')');
}

static void print_cuts(const struct summary *sum, struct buf *b)
{
	const char *before = _("; cut: ");

	for (size_t i = 0; i < n_cut_reasons; i++) {
		uint64_t n = unwind_count(sum, cut_reasons[i].key);

		if (!n)
			continue;
		buf_printf(b, "%s%" PRIu64 " %s", before, n, _(cut_reasons[i].text));
		print_files_of(sum, &cut_reasons[i], b);
		before = ", ";
	}
}

void unwind_print_stacks(const struct summary *sum, struct buf *b)
{
	uint64_t stacks = unwind_stacks(sum), foreign = unwind_count(sum, "foreign");
	uint64_t kernel = unwind_count(sum, "no_user");

	if (stacks) {
		buf_put_str(b, _("user stacks: "));
		print_share(unwind_count(sum, "root"), stacks, b);
		buf_printf(b, _(" of %" PRIu64 " complete"), stacks);
		print_cuts(sum, b);
	}
	if (foreign)
		buf_printf(b, _("%sstacks of another profiler: %" PRIu64), stacks ? "; " : "",
			   foreign);
	if (kernel)
		buf_printf(b, _("%skernel only: %" PRIu64), b->len ? "; " : "", kernel);
}

/* The remedy for the most frequent cause that has one. */
void unwind_print_remedy(const struct summary *sum, struct buf *b)
{
	uint64_t stacks = unwind_stacks(sum), most = stacks / 100 * REMEDY_PERCENT;
	const struct cut_reason *worst = NULL;

	for (size_t i = 0; i < n_cut_reasons; i++) {
		uint64_t n = unwind_count(sum, cut_reasons[i].key);

		if (!cut_reasons[i].remedy || n <= most)
			continue;
		worst = &cut_reasons[i];
		most = n;
	}
	if (worst)
		buf_printf(b, _("against \"%s\": %s"), _(worst->text), _(worst->remedy));
}

static uint64_t fact_number(const struct summary *sum, const char *key)
{
	const char *text = summary_fact(sum, key);
	uint64_t value = 0;

	return text && !number_parse(text, 0, UINT64_MAX, &value) ? value : 0;
}

void unwind_print_tables(const struct summary *sum, struct buf *b)
{
	uint64_t tables = fact_number(sum, "unwind_tables");
	uint64_t failed = fact_number(sum, "unwind_failed_files");
	uint64_t lost = fact_number(sum, "lost_copies");

	if (tables)
		buf_printf(b, _("unwind tables: %.1f MiB for %" PRIu64 " files, %" PRIu64 " rows"),
			   (double)fact_number(sum, "unwind_memory") / (1 << 20), tables,
			   fact_number(sum, "unwind_rows"));
	if (failed)
		buf_printf(b, _("%sfiles without a table: %" PRIu64), b->len ? "; " : "", failed);
	if (lost)
		buf_printf(b, _("%scopies of stacks lost: %" PRIu64), b->len ? "; " : "", lost);
}
