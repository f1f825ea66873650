/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary for people. */
#include "config.h"

#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "summary-access.h"
#include "summary-probes.h"
#include "summary-unwind.h"

/* Below this many samples shares mean little. */
#define FEW_SAMPLES 100

#define LINE_BYTES ((size_t)4096)

const struct loss_cause loss_causes[] = {
	{ "lost_ring", N_("ring buffer full") },
	{ "lost_map", N_("table of stacks full") },
	{ "lost_busy", N_("tick late or skipped by the kernel") },
	{ "lost_nested", N_("no memory for another walk") },
};
const size_t n_loss_causes = ARRAY_SIZE(loss_causes);

static const struct helper *helper(const struct summary *sum, enum helper_id id)
{
	return &sum->session->pipeline.helpers[id];
}

const char *summary_fact(const struct summary *sum, const char *key)
{
	static const enum helper_id order[] = { HELPER_PROFILE, HELPER_RENDER, HELPER_SYMBOLIZE };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const char *value = helper_facts_get(&helper(sum, order[i])->facts, key);

		if (value)
			return value;
	}
	return NULL;
}

const char *summary_incomplete(const struct summary *sum)
{
	const char *seen = sum->session->incomplete;

	return seen[0] ? seen : summary_fact(sum, "incomplete");
}

static uint64_t number_of(const struct summary *sum, const char *key)
{
	const char *text = summary_fact(sum, key);
	uint64_t value = 0;

	if (!text || number_parse(text, 0, UINT64_MAX, &value))
		return 0;
	return value;
}

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static double cpu_seconds(const struct session *s)
{
	struct rusage own = { .ru_maxrss = 0 };
	double sum;

	getrusage(RUSAGE_SELF, &own);
	sum = seconds(&own.ru_utime) + seconds(&own.ru_stime);
	for (int i = 0; i < HELPERS; i++)
		sum += seconds(&s->pipeline.helpers[i].usage.ru_utime) +
		       seconds(&s->pipeline.helpers[i].usage.ru_stime);
	return sum;
}

void summary_init(struct summary *sum, const struct session *s)
{
	const struct helper *maker;

	*sum = (struct summary){ .session = s };
	maker = helper(sum, helper(sum, HELPER_RENDER)->started ? HELPER_RENDER : HELPER_PROFILE);
	sum->samples = helper_facts_number(&maker->facts, "samples");
	for (size_t i = 0; i < n_loss_causes; i++)
		if (__builtin_add_overflow(sum->lost, number_of(sum, loss_causes[i].key),
					   &sum->lost))
			sum->lost = UINT64_MAX;
	sum->cpu_seconds = cpu_seconds(s);
	sum->exit_status = session_exit_status(s);
}

/* ---- warnings ---- */

static void warn_no_samples(const struct summary *sum)
{
	const struct options *o = sum->session->options;
	uint64_t left_out = number_of(sum, "left_out");

	if (left_out)
		diag_warn(_("no samples: filters left out all %" PRIu64), left_out);
	else if (o->input)
		diag_warn(_("no samples: %s has none"), o->input);
	else if (o->n_probes)
		diag_warn(_("no samples: no probe was hit; sample longer, or look with "
			    "--list-probes where they go"));
	else if (o->command || o->pids.n || o->tids.n)
		diag_warn(_("no samples: the target did not run on a CPU for long enough; "
			    "sample longer, or faster with --frequency"));
	else
		diag_warn(_("no samples: nothing that was asked for ran; sample longer, or widen "
			    "the target"));
}

/* A guard against faults of our own: all that was taken must be in the output. */
static void warn_if_different(const struct summary *sum)
{
	const struct helper *render = helper(sum, HELPER_RENDER),
			    *profile = helper(sum, HELPER_PROFILE);
	uint64_t taken = helper_facts_number(&profile->facts, "samples");
	uint64_t shown = helper_facts_number(&render->facts, "samples") +
			 helper_facts_number(&render->facts, "left_out");

	if (helper_succeeded(render) && helper_succeeded(profile) && taken != shown)
		diag_warn(_("%" PRIu64 " samples were taken but %" PRIu64 " are in the output"),
			  taken, shown);
}

void summary_warn(const struct summary *sum)
{
	uint64_t events = number_of(sum, "lost_events");

	if (sum->session->incomplete[0])
		diag_warn(_("the result is incomplete: %s"), sum->session->incomplete);
	warn_if_different(sum);
	probes_warn(sum);
	if (events)
		diag_warn(_("the kernel lost %" PRIu64
			    " events about mappings: names may be missing"),
			  events);
	if (pipeline_lost_builder(&sum->session->pipeline))
		diag_warn(_("a process that makes unwind tables failed: more stacks may be cut"));
	if (sum->samples == 0 && !summary_incomplete(sum))
		warn_no_samples(sum);
	else if (sum->samples > 0 && sum->samples < FEW_SAMPLES && !sum->session->probes.n)
		diag_warn(_("few samples (%" PRIu64 "): shares mean little"), sum->samples);
}

/* ---- the summary ---- */

static void print_samples(const struct summary *sum, struct buf *b)
{
	const char *achieved = summary_fact(sum, "achieved_hz");
	const char *asked = summary_fact(sum, "frequency"), *stacks = summary_fact(sum, "stacks");
	uint64_t duration = number_of(sum, "duration_ns");

	probes_print_hits(sum, b);
	if (!b->len)
		buf_printf(b, ngettext("%" PRIu64 " sample", "%" PRIu64 " samples", sum->samples),
			   sum->samples);
	if (duration)
		buf_printf(b, _(" in %.2f s"), (double)duration / 1e9);
	if (achieved && asked && !sum->session->probes.n)
		buf_printf(b, _(", %s Hz on each CPU of %s asked"), achieved, asked);
	if (!stacks)
		stacks = summary_fact(sum, "distinct_stacks");
	if (stacks)
		buf_printf(b, _(", %s distinct stacks"), stacks);
}

static void print_before(const struct summary *sum, struct buf *b)
{
	const struct options *o = sum->session->options;
	uint64_t n = number_of(sum, "before_samples");

	if (o->before && summary_fact(sum, "before_samples"))
		buf_printf(b, ngettext("compared with %" PRIu64 " sample of %s",
				       "compared with %" PRIu64 " samples of %s", n), n, o->before);
}

static void print_left_out(const struct summary *sum, struct buf *b)
{
	uint64_t n = number_of(sum, "left_out");

	if (n)
		buf_printf(b, _("left out by filters: %" PRIu64), n);
}

static void print_lost(const struct summary *sum, struct buf *b)
{
	const char *before = " (";

	if (!sum->lost)
		return;
	buf_printf(b, _("lost samples: %" PRIu64), sum->lost);
	for (size_t i = 0; i < n_loss_causes; i++) {
		uint64_t n = number_of(sum, loss_causes[i].key);

		if (!n)
			continue;
		buf_printf(b, "%s%s %" PRIu64, before, _(loss_causes[i].text), n);
		before = ", ";
	}
	buf_put_byte(b, ')');
}

static void print_cpu(const struct summary *sum, struct buf *b)
{
	buf_printf(b, _("profile-bee's own CPU time: %.3f s"), sum->cpu_seconds);
}

static void print_written(const struct summary *sum, struct buf *b)
{
	const struct options *o = sum->session->options;

	for (size_t i = 0; i < o->n_outputs; i++) {
		const struct output_request *out = &o->outputs[i];

		if (!strcmp(out->path, "-") || out->format == FORMAT_SUMMARY ||
		    out->format == FORMAT_MESSAGES ||
		    !session_has_written(sum->session, out->format))
			continue;
		buf_printf(b, "%s%s", b->len ? ", " : _("written: "), out->path);
	}
}

void summary_print(const struct summary *sum)
{
	static void (*const lines[])(const struct summary *, struct buf *) = {
		print_samples, print_before, print_left_out, print_lost,
		access_print_tick, access_print_stopped,
		unwind_print_stacks, unwind_print_remedy, unwind_print_tables, access_print,
		print_cpu, print_written,
	};
	struct buf b = BUF_INIT(LINE_BYTES);

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		buf_clear(&b);
		lines[i](sum, &b);
		if (b.len && i == 0)
			diag_note("%.*s", (int)b.len, (const char *)b.data);
		else if (b.len)
			diag_hint("%.*s", (int)b.len, (const char *)b.data);
		if (i == 0)
			probes_print_each(sum);
	}
	buf_release(&b);
}
