// SPDX-License-Identifier: GPL-2.0-or-later
/* The trials of --doctor that concern sampling CPUs and naming what is sampled. */
#include "config.h"

#include "doctor-sampling.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/cpu-events.h"

#include "ksyms.h"
#include "rescans.h"
#include "sampler.h"
#include "scan.h"
#include "sideband.h"
#include "ticks.h"

/* Some samples at a frequency that every kernel allows; a few ticks of the slowest kernel's. */
#define FREQUENCY 250
#define WORK_NS UINT64_C(80000000)
#define RING_BYTES ((uint32_t)1 << 16)
#define MAP_ENTRIES 64
#define FRAMES 16

struct trials {
	const struct options *options;
	uint32_t cpu;
	struct scan scan;
	int scan_result;         /* 0: it is open */
	struct ksyms ksyms;
	int ksyms_result;
};

/* ---- what the iterators tell ---- */

static int try_mappings(struct trials *t)
{
	struct buf b = BUF_INIT(0);
	const char *path;
	size_t at = 0;
	int r = t->scan_result;

	if (!r)
		r = scan_process_mappings(&t->scan, (uint32_t)getpid(), &b);
	if (!r && !scan_next_mapping(&b, &at, &path))
		r = -ENODATA;
	buf_release(&b);
	return r;
}

static int load_symbols(struct trials *t)
{
	struct buf records = BUF_INIT(KSYMS_TEXT_MAX);
	int r = t->scan_result;

	if (!r)
		r = scan_symbols(&t->scan, &records, NULL, NULL);
	if (!r)
		r = ksyms_take(&t->ksyms, &records);
	/* Addresses are zeros where they are hidden. */
	if (!r && !t->ksyms.text_start)
		r = -EACCES;
	buf_release(&records);
	return r;
}

/* ---- samples ---- */

/* Samples are taken of CPUs that work. */
static void work(void)
{
	uint64_t end = clock_now_ns() + WORK_NS;

	while (clock_now_ns() < end)
		;
}

static int sample(struct trials *t, struct ticks *ticks)
{
	const struct sampler_config config = {
		.ticks = ticks,
		.cpus = &t->cpu,
		.n_cpus = 1,
		.cgroup_fd = -1,
		.ns_level = t->scan.ns_level,
		.ns_inum = t->scan.ns_inum,
		.ring_bytes = RING_BYTES,
		.map_entries = MAP_ENTRIES,
		.max_frames = FRAMES,
	};
	struct sampler_account account;
	struct sampler sampler;
	int r = sampler_open(&sampler, &config);

	if (r)
		return r;
	r = sampler_start(&sampler, &t->ksyms);
	if (!r) {
		work();
		sampler_stop(&sampler);
		r = sampler_account(&sampler, &account);
	}
	if (!r && !account.runs)
		r = -ENODATA;
	sampler_close(&sampler);
	return r;
}

static int try_sampler(struct trials *t, enum ticks_rung rung)
{
	const struct ticks_config config = {
		.rung = rung,
		.frequency = FREQUENCY,
		.cpus = &t->cpu,
		.n_cpus = 1,
		.events = t->options->events,
		.n_events = t->options->n_events,
	};
	struct ticks ticks;
	int r = t->scan_result;

	if (!r && rung != TICKS_PERF)
		r = t->ksyms_result;
	if (r)
		return r;
	r = ticks_open(&ticks, &config);
	if (!r)
		r = sample(t, &ticks);
	ticks_close(&ticks);
	return r;
}

/* ---- the side band ---- */

static int count_record(void *ctx, const void *bytes UNUSED, size_t n UNUSED)
{
	(*(size_t *)ctx)++;
	return 0;
}

static int try_sideband(struct trials *t, int (*open_one)(struct sideband *sb,
							  const struct sideband_config *config))
{
	const struct rescans_reader reader = { NULL, NULL, NULL };
	struct rescans rescans;
	const struct sideband_config config = {
		.cpus = &t->cpu,
		.n_cpus = 1,
		.events = t->options->events,
		.n_events = t->options->n_events,
		.ns_level = t->scan.ns_level,
		.ns_inum = t->scan.ns_inum,
		.all = true,
		.rescans = &rescans,
	};
	struct sideband sb = { 0 };
	size_t records = 0;
	int r = t->scan_result;

	if (r)
		return r;
	rescans_init(&rescans, &t->scan, &reader);
	r = open_one(&sb, &config);
	if (!r) {
		doctor_rename_task();
		r = sideband_peek(&sb, count_record, &records);
	}
	if (!r && !records)
		r = -ENODATA;
	sideband_close(&sb);
	rescans_release(&rescans);
	return r;
}

/* It may be refused: then it shows whether others are seen on that CPU. */
static void stay_on(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return;
}

void doctor_try_sampling(const struct options *o,
			 void (*put_line)(struct buf *b, const char *name, int r), struct buf *b)
{
	struct trials t = { .options = o };

	while (o->has_cpus && !cpulist_has(&o->cpus, t.cpu))
		t.cpu++;
	stay_on(t.cpu);
	t.scan_result = scan_open(&t.scan, false);
	t.ksyms_result = load_symbols(&t);
	put_line(b, "programs", t.scan_result);
	put_line(b, "mappings", try_mappings(&t));
	put_line(b, "symbols", t.ksyms_result);
	put_line(b, "sideband-bpf", try_sideband(&t, sideband_open_bpf));
	put_line(b, "sideband-perf", try_sideband(&t, sideband_open_perf));
	put_line(b, "cpu-tick", try_sampler(&t, TICKS_TICK));
	put_line(b, "cpu-timer", try_sampler(&t, TICKS_TIMER));
	put_line(b, "cpu-perf", try_sampler(&t, TICKS_PERF));
	ksyms_release(&t.ksyms);
	if (!t.scan_result)
		scan_close(&t.scan);
}
