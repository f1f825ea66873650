// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts of the run, in the stream and as status lines: what was asked, got and lost. */
#include "config.h"

#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <sys/utsname.h>

#include "lib/io.h"

#define NS_PER_S 1000000000ull

/* Names of enum verdict. */
static const char *const verdict_keys[VERDICTS] = {
	"verdict.root", "verdict.no_user", "verdict.depth", "verdict.fault", "verdict.bad_frame",
	"verdict.foreign", "verdict.no_info", "verdict.pending", "verdict.unmapped",
	"verdict.budget", "verdict.unsupported", "verdict.bad_cfa", "verdict.generated",
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void put(struct report *rep, const char *key, const char *value)
{
	stream_meta(rep->stream, key, value);
	status_put(rep->status_fd, key, value);
}

static void put_number(struct report *rep, const char *key, uint64_t value)
{
	stream_meta_number(rep->stream, key, value);
	status_put_number(rep->status_fd, key, value);
}

static void put_group(struct report *rep, enum abi_group group)
{
	if (group != ABI_GROUP_NONE)
		put(rep, "group", group == ABI_GROUP_CPU ? "cpu" : "tid");
}

static void put_sampler(struct report *rep, const struct ticks *ticks)
{
	put(rep, "sampler", ticks_rung_name(ticks->rung));
	if (ticks->rung != TICKS_TICK)
		return;
	put_number(rep, "tick_hz", ticks->hz);
	put(rep, "caution", "work in step with the kernel's tick is under-represented");
}

void report_begin(struct report *rep, const struct options *o, struct stream *stream,
		  uint32_t n_cpus, const struct ticks *ticks)
{
	struct utsname host;

	*rep = (struct report){
		.status_fd = o->status_fd,
		.stream = stream,
		.frequency = o->probes_fd >= 0 ? 0 : o->frequency,
		.cpus = n_cpus,
		.ticks = ticks,
	};
	stream_header(stream, n_cpus);
	if (rep->frequency)
		put_number(rep, "frequency", rep->frequency);
	put_number(rep, "period_ns", stream->period_ns);
	if (ticks)
		put_sampler(rep, ticks);
	put_number(rep, "cpus", n_cpus);
	put(rep, "unwind", o->dwarf ? "tables" : "frame-pointers");
	put_group(rep, o->group);
	put_number(rep, "start_time", clock_ns(CLOCK_REALTIME));
	if (uname(&host) == 0) {
		put(rep, "hostname", host.nodename);
		put(rep, "release", host.release);
	}
}

void report_access(struct report *rep, const struct sideband *sideband, const char *symbols)
{
	put(rep, "sideband", sideband_name(sideband));
	put(rep, "kernel_symbols", symbols);
}

void report_probes(struct report *rep, const struct probes *p)
{
	put(rep, "event", "probes");
	put_number(rep, "probes", p->n);
}

void report_attached(struct report *rep, const struct probes *p)
{
	char key[32];

	for (unsigned i = 0; i < RUNGS; i++)
		if (p->rungs[i])
			put(rep, "probe_rung", probe_rung_name((enum probe_rung)i));
	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].is_attached || !p->list[i].refused)
			continue;
		snprintf(key, sizeof(key), "refused.%zu", i);
		status_put(rep->status_fd, key, p->list[i].refused);
	}
}

void report_live(struct report *rep)
{
	rep->started_ns = clock_ns(CLOCK_MONOTONIC);
	status_put_number(rep->status_fd, "live", 1);
}

void report_stopped(struct report *rep)
{
	rep->stopped_ns = clock_ns(CLOCK_MONOTONIC);
}

void report_progress(const struct report *rep, const struct sampler *sampler)
{
	struct sampler_account account;

	if (rep->status_fd >= 0 && sampler_account(sampler, &account) == 0)
		status_put_number(rep->status_fd, "progress", account.stats.taken);
}

/* Runs a second of each CPU's time, less the time in which it slept, with one decimal. */
static void put_achieved(struct report *rep, const struct sampler_account *a, uint64_t duration_ns)
{
	double slept_ns = (double)a->idle * (double)rep->stream->period_ns;
	double cpu_ns = (double)duration_ns * rep->cpus - slept_ns;
	char text[32];

	if (cpu_ns <= 0)
		return;
	snprintf(text, sizeof(text), "%.1f", (double)a->runs * NS_PER_S / cpu_ns);
	put(rep, "achieved_hz", text);
}

static void put_stopped(struct report *rep, const struct sampler_account *a)
{
	char text[CPULIST_TEXT_MAX];

	if (!rep->ticks || rep->ticks->rung == TICKS_PERF)
		return;
	ticks_stopped_cpus(&a->starved, text);
	if (text[0])
		put(rep, "tick_stopped", text);
}

static void put_verdicts(struct report *rep, const struct abi_stats *st)
{
	for (unsigned i = 0; i < VERDICTS; i++)
		if (st->verdicts[i])
			put_number(rep, verdict_keys[i], st->verdicts[i]);
}

static void put_unwinding(struct report *rep, const struct sampler_account *a,
			  const struct unwinder *u)
{
	if (!u->on)
		return;
	put_number(rep, "unwind_memory", pool_bytes(&u->pool));
	put_number(rep, "unwind_table_bytes", u->tables.bytes);
	put_number(rep, "unwind_tables", u->tables.n_ready);
	put_number(rep, "unwind_rows", u->tables.n_rows);
	put_number(rep, "unwind_processes", mappings_count_processes(&u->mappings));
	put_number(rep, "unwind_mappings", mappings_count(&u->mappings));
	put_number(rep, "unwind_failed_files", u->tables.n_failed);
	put_number(rep, "unwind_refused_files", u->tables.n_refused);
	put_number(rep, "builders_died", u->tables.builders.n_died);
	put_number(rep, "copies", a->stats.copies);
	put_number(rep, "lost_copies", a->stats.lost_copies);
	put_number(rep, "lost_processes", a->lost_processes + u->mappings.lost_processes);
}

static void put_account(struct report *rep, const struct sampler_account *a,
			const struct collector *c)
{
	uint64_t missed = c->probes ? c->probes->missed : 0;

	put_number(rep, "samples_due", a->due + missed);
	put_number(rep, "samples", c->samples);
	put_number(rep, "filtered", a->stats.filtered);
	put_number(rep, "idle_skipped", a->stats.idle);
	put_number(rep, "idle_unsampled", a->idle);
	put_number(rep, "lost_ring", a->stats.lost_ring + c->unsent);
	put_number(rep, "lost_map", a->stats.lost_map);
	put_number(rep, "lost_nested", a->stats.lost_nested);
	put_number(rep, "lost_busy", a->due - a->runs - a->idle + missed);
	put_number(rep, "lost_events", c->lost_events);
}

/* Hits of each probe that were of a target, and those that the kernel says it missed. */
static int put_hits(struct report *rep, const struct sampler *sampler, const struct probes *p)
{
	CLEANUP_FREE uint64_t *hits = calloc(p->n, sizeof(*hits));
	int r = hits ? sampler_hits(sampler, hits) : -ENOMEM;
	char key[32];

	for (size_t i = 0; i < p->n && !r; i++) {
		snprintf(key, sizeof(key), "hits.%zu", i);
		if (hits[i])
			put_number(rep, key, hits[i]);
		snprintf(key, sizeof(key), "missed.%zu", i);
		if (p->list[i].missed)
			put_number(rep, key, p->list[i].missed);
	}
	return r;
}

int report_end(struct report *rep, const struct sampler *sampler, const struct collector *c)
{
	uint64_t duration = rep->stopped_ns - rep->started_ns;
	struct sampler_account account;
	int r = sampler_account(sampler, &account);

	if (r)
		return r;
	put_number(rep, "duration_ns", duration);
	put_account(rep, &account, c);
	put_number(rep, "distinct_stacks", c->stacks.n_stacks);
	if (c->probes)
		r = put_hits(rep, sampler, c->probes);
	else
		put_achieved(rep, &account, duration);
	put_stopped(rep, &account);
	put_verdicts(rep, &account.stats);
	put_unwinding(rep, &account, c->unwinder);
	if (!r)
		r = stream_finish(rep->stream);
	if (!r)
		status_put_number(rep->status_fd, "done", 1);
	return r;
}
