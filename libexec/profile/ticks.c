// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes each CPU tick: perf events, BPF timers, or the kernel's own tick. */
#include "config.h"

#include "ticks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/clock.h"
#include "lib/io.h"

#define NS_PER_S 1000000000ull
#define NOHZ_FULL "/sys/devices/system/cpu/nohz_full"

static const char *const rung_names[] = { "auto", "perf", "timer", "tick" };

/* In bpf/ticks.bpf.h. */
static const char *const timer_programs[TICKS_PROGRAMS] = { "sample_timer", "arm_timer" };
static const char *const tick_programs[TICKS_PROGRAMS] = { "sample_tick", NULL };

/* What the timer of the kernel's tick may run; they differ by version and by setting. */
static const char *const tick_functions[ABI_TICK_FUNCTIONS] = {
	"tick_nohz_handler", "tick_sched_timer", "tick_nohz_highres_handler",
};

/* From one symbol's start to another's: of interrupts, and where the CPU has FRED. */
static const struct { const char *from, *to; } entry_ranges[ABI_ENTRY_RANGES] = {
	{ "__irqentry_text_start", "__irqentry_text_end" },
	{ "asm_fred_entrypoint_user", "asm_fred_entry_from_kvm" },
};

const char *ticks_rung_name(enum ticks_rung rung)
{
	return rung_names[rung];
}

/* ---- perf events ---- */

static int event_on(const struct ticks_config *c, uint32_t cpu)
{
	const struct cpu_event *given = cpu_events_find(c->events, c->n_events, cpu);

	return given && given->clock_fd >= 0 ? given->clock_fd :
					       cpu_events_open_clock(cpu, NS_PER_S / c->frequency);
}

static int open_events(struct ticks *t)
{
	for (size_t i = 0; i < t->config.n_cpus; i++) {
		t->events[i] = event_on(&t->config, t->config.cpus[i]);
		if (t->events[i] < 0)
			return t->events[i];
	}
	t->rung = TICKS_PERF;
	return 0;
}

/* Attaching enables the event. */
static int start_events(struct ticks *t, struct bpf_program *program)
{
	for (size_t i = 0; i < t->config.n_cpus; i++) {
		t->links[i] = bpf_program__attach_perf_event(program, t->events[i]);
		if (!t->links[i])
			return -errno;
	}
	return 0;
}

static void close_events(struct ticks *t)
{
	for (size_t i = 0; i < t->config.n_cpus; i++) {
		/* A link owns the event that it was made from. */
		if (t->links && t->links[i])
			bpf_link__destroy(t->links[i]);
		else if (t->events && t->events[i] >= 0)
			close(t->events[i]);
	}
	free(t->events);
	free(t->links);
	t->events = NULL;
	t->links = NULL;
}

/* ---- in interrupts ---- */

/* The resolution of the coarse clock is the time between two ticks. */
static uint32_t tick_hz(void)
{
	struct timespec tick = { .tv_nsec = 10000000 };

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return (uint32_t)((NS_PER_S + (uint64_t)tick.tv_nsec / 2) / (uint64_t)tick.tv_nsec);
}

static void set_rung(struct ticks *t, enum ticks_rung rung)
{
	t->rung = rung;
	if (rung == TICKS_TICK && t->config.frequency >= t->hz)
		t->period_ns = NS_PER_S / t->hz;
}

static void close_programs(struct ticks *t)
{
	for (size_t i = 0; i < TICKS_PROGRAMS; i++) {
		if (t->attached[i] >= 0)
			close(t->attached[i]);
		if (t->programs[i] >= 0)
			close(t->programs[i]);
		t->attached[i] = t->programs[i] = -1;
	}
}

static int load_rung(struct ticks *t, enum ticks_rung rung,
		     int (*load)(void *ctx, const char *name), void *ctx)
{
	const char *const *names = rung == TICKS_TIMER ? timer_programs : tick_programs;

	for (size_t i = 0; i < TICKS_PROGRAMS && names[i]; i++) {
		int fd = load(ctx, names[i]);

		if (fd < 0) {
			close_programs(t);
			return fd;
		}
		t->programs[i] = fd;
	}
	set_rung(t, rung);
	return 0;
}

int ticks_load(struct ticks *t, int (*load)(void *ctx, const char *name), void *ctx)
{
	int r = -ENOTSUP;

	if (t->config.rung != TICKS_TICK)
		r = load_rung(t, TICKS_TIMER, load, ctx);
	if (r && t->config.rung != TICKS_TIMER)
		r = load_rung(t, TICKS_TICK, load, ctx);
	return r;
}

static bool has_function(const struct abi_ticks *a)
{
	for (size_t i = 0; i < ABI_TICK_FUNCTIONS; i++)
		if (a->functions[i])
			return true;
	return false;
}

static int find_addresses(const struct ksyms *k, struct abi_ticks *a)
{
	for (size_t i = 0; i < ABI_TICK_FUNCTIONS; i++)
		a->functions[i] = tick_functions[i] ? ksyms_address(k, tick_functions[i]) : 0;
	for (size_t i = 0; i < ABI_ENTRY_RANGES; i++) {
		uint64_t from = ksyms_address(k, entry_ranges[i].from);
		uint64_t to = ksyms_address(k, entry_ranges[i].to);

		a->entry_start[i] = from;
		a->entry_bytes[i] = from && to > from ? to - from : 0;
	}
	return a->entry_bytes[0] ? 0 : -ENOENT;
}

static int start_programs(struct ticks *t, const struct ksyms *ksyms)
{
	struct abi_ticks *a = t->shared;
	int r = find_addresses(ksyms, a);

	if (r || (t->rung == TICKS_TICK && !has_function(a)))
		return -ENOENT;
	a->period_ns = t->period_ns;
	a->every = t->rung == TICKS_TICK && t->config.frequency >= t->hz;
	for (size_t i = 0; i < TICKS_PROGRAMS && t->programs[i] >= 0; i++) {
		t->attached[i] = bpf_raw_tracepoint_open(NULL, t->programs[i]);
		if (t->attached[i] < 0)
			return -errno;
	}
	t->started_ns = clock_now_ns();
	a->first_ns = t->started_ns + t->period_ns;
	__atomic_store_n(&a->count, 1, __ATOMIC_RELEASE);
	return 0;
}

/* ---- all ---- */

int ticks_open(struct ticks *t, const struct ticks_config *config)
{
	int r;

	*t = (struct ticks){
		.config = *config,
		.period_ns = NS_PER_S / config->frequency,
		.hz = tick_hz(),
		.programs = { -1, -1 },
		.attached = { -1, -1 },
	};
	t->events = malloc((config->n_cpus + 1) * sizeof(*t->events));
	t->links = calloc(config->n_cpus + 1, sizeof(struct bpf_link *));
	if (!t->events || !t->links)
		return -ENOMEM;
	memset(t->events, -1, (config->n_cpus + 1) * sizeof(*t->events));
	if (config->rung == TICKS_TIMER || config->rung == TICKS_TICK)
		return 0;
	r = open_events(t);
	return config->rung == TICKS_AUTO && (r == -EACCES || r == -EPERM) ? 0 : r;
}

int ticks_start(struct ticks *t, struct bpf_program *program, const struct ksyms *ksyms,
		struct abi_ticks *shared)
{
	t->shared = shared;
	return t->rung == TICKS_PERF ? start_events(t, program) : start_programs(t, ksyms);
}

void ticks_stop(struct ticks *t)
{
	if (t->shared)
		__atomic_store_n(&t->shared->count, 0, __ATOMIC_RELEASE);
	if (!t->stopped_ns)
		t->stopped_ns = clock_now_ns();
	for (size_t i = 0; t->events && i < t->config.n_cpus; i++)
		if (t->events[i] >= 0)
			ioctl(t->events[i], PERF_EVENT_IOC_DISABLE, 0);
}

int ticks_due(const struct ticks *t, size_t i, uint64_t runs, uint64_t *due)
{
	uint64_t ns = (t->stopped_ns ? t->stopped_ns : clock_now_ns()) - t->started_ns;

	if (t->rung == TICKS_PERF && read(t->events[i], &ns, sizeof(ns)) != sizeof(ns))
		return -errno;
	/* A tick at the very edge may have run without a whole period on the clock. */
	*due = ns / t->period_ns > runs ? ns / t->period_ns : runs;
	return 0;
}

void ticks_stopped_cpus(const struct cpulist *of, char text[CPULIST_TEXT_MAX])
{
	struct cpulist stopped = { .n = 0 };
	CLEANUP_CLOSE int fd = open(NOHZ_FULL, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read_full(fd, text, CPULIST_TEXT_MAX - 1);

	text[n > 0 ? n : 0] = '\0';
	if (n > 0 && !cpulist_parse(&stopped, text)) {
		stopped.n = 0;
		for (size_t i = 0; i < ARRAY_SIZE(stopped.bits); i++) {
			stopped.bits[i] &= of->bits[i];
			stopped.n += (uint32_t)__builtin_popcountll(stopped.bits[i]);
		}
	}
	if (!stopped.n || cpulist_format(&stopped, text, CPULIST_TEXT_MAX))
		text[0] = '\0';
}

void ticks_close(struct ticks *t)
{
	close_events(t);
	close_programs(t);
	t->shared = NULL;
}
