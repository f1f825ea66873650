// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF sampler: its maps and filters, and the CPU events that run it. */
#include "config.h"

#include "sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/profile.bpf.skel.h"

#include "idle-time.h"

/* As in bpf/unwind.bpf.h's loop over them. */
#define TAIL_FRAMES_MAX 64
/* Stacks that may be copied at once, and in each second: of 36 KiB at most. */
#define COPIES_MAX 4096
#define COPIES_PER_SECOND 2048
#define DOUBTFUL_PER_SECOND 128

/* Slots a CPU has; the same as in bpf/maps.bpf.h, where the map's initial size is one CPU's. */
static uint32_t slots_for_all(const struct profile_bpf *bpf)
{
	return bpf_map__max_entries(bpf->maps.slots) * (uint32_t)libbpf_num_possible_cpus();
}

static void set_filters(struct profile_bpf *bpf, const struct sampler_config *c)
{
	for (size_t i = 0; i < c->n_own && i < ABI_OWN_MAX; i++)
		bpf->rodata->own_tgids[i] = c->own[i];
	bpf->rodata->own_count = (uint32_t)c->n_own;
	bpf->rodata->own_only = c->own_only;
	bpf->rodata->filter_tgid = c->filter_pids;
	bpf->rodata->filter_tid = c->n_tids > 0;
	bpf->rodata->filter_cgroup = c->cgroup_fd >= 0;
	bpf->rodata->skip_idle = c->skip_idle;
	if (!c->comm)
		return;
	bpf->rodata->filter_comm = true;
	memcpy((void *)bpf->rodata->comm_match, c->comm->match, sizeof(c->comm->match));
	bpf->rodata->comm_loop = c->comm->loop;
	bpf->rodata->comm_accept = c->comm->accept;
}

/* How many of the frames are kept for the outermost ones of deeper stacks: a power of two. */
static uint32_t tail_frames(uint32_t max_frames)
{
	uint32_t n = TAIL_FRAMES_MAX;

	while (n > max_frames / 2)
		n /= 2;
	return n;
}

static int set_constants(struct profile_bpf *bpf, const struct sampler_config *c)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	bpf->rodata->hash_seed = seed | 1;
	bpf->rodata->ns_level = c->ns_level;
	bpf->rodata->ns_inum = c->ns_inum;
	bpf->rodata->group = c->group;
	bpf->rodata->every_sample = c->every_sample;
	bpf->rodata->wakeup_bytes = c->ring_bytes / 4;
	bpf->rodata->use_tables = c->use_tables;
	bpf->rodata->max_user_frames = c->max_frames;
	bpf->rodata->tail_frames = tail_frames(c->max_frames);
	bpf->rodata->copies_below = c->ring_bytes / 4 * 3;
	bpf->bss->copies_left = COPIES_MAX;
	bpf->bss->doubtful_copies_left = DOUBTFUL_PER_SECOND;
	set_filters(bpf, c);
	return 0;
}

static int set_sizes(struct profile_bpf *bpf, const struct sampler_config *c)
{
	/* The map's template must be as large as the maps that take turns in it. */
	int r = bpf_map__set_max_entries(bpf->maps.slots, slots_for_all(bpf));

	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.events, c->ring_bytes);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.counts_a, c->map_entries);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.counts_b, c->map_entries);
	return r;
}

static int fill_filters(struct sampler *s)
{
	const struct sampler_config *c = &s->config;
	uint32_t zero = 0, one = 1;
	int r = 0;

	for (size_t i = 0; i < c->n_tids && !r; i++)
		r = bpf_map__update_elem(s->bpf->maps.target_tids, &c->tids[i], sizeof(uint32_t),
					 &one, sizeof(one), BPF_ANY);
	if (!r && c->cgroup_fd >= 0)
		r = bpf_map_update_elem(bpf_map__fd(s->bpf->maps.target_cgroup), &zero,
					&c->cgroup_fd, BPF_ANY);
	return r;
}

int sampler_open(struct sampler *s, const struct sampler_config *config)
{
	int r;

	*s = (struct sampler){ .config = *config };
	s->events = malloc(config->n_cpus * sizeof(*s->events));
	s->links = calloc(config->n_cpus, sizeof(struct bpf_link *));
	s->idle_ns = calloc(config->n_cpus, sizeof(*s->idle_ns));
	s->bpf = profile_bpf__open();
	if (!s->events || !s->links || !s->idle_ns || !s->bpf) {
		sampler_close(s);
		return -ENOMEM;
	}
	memset(s->events, -1, config->n_cpus * sizeof(*s->events));
	r = set_constants(s->bpf, config);
	if (!r)
		r = set_sizes(s->bpf, config);
	if (!r)
		r = profile_bpf__load(s->bpf);
	if (!r)
		r = fill_filters(s);
	if (r)
		sampler_close(s);
	return r;
}

int sampler_follow(struct sampler *s)
{
	s->bpf->links.follow_fork = bpf_program__attach(s->bpf->progs.follow_fork);
	if (!s->bpf->links.follow_fork)
		return -errno;
	s->bpf->links.forget_process = bpf_program__attach(s->bpf->progs.forget_process);
	return s->bpf->links.forget_process ? 0 : -errno;
}

void sampler_allow_copies(struct sampler *s)
{
	int left = __atomic_load_n(&s->bpf->bss->copies_left, __ATOMIC_RELAXED);
	int wanted = left < 0 ? COPIES_PER_SECOND : left + COPIES_PER_SECOND;

	__atomic_store_n(&s->bpf->bss->doubtful_copies_left, DOUBTFUL_PER_SECOND, __ATOMIC_RELAXED);
	/* The programs go on counting down meanwhile: a few more or less do not matter. */
	__atomic_store_n(&s->bpf->bss->copies_left, wanted < COPIES_MAX ? wanted : COPIES_MAX,
			 __ATOMIC_RELAXED);
}

int sampler_inherit(struct sampler *s)
{
	s->bpf->links.inherit_mappings = bpf_program__attach(s->bpf->progs.inherit_mappings);
	if (!s->bpf->links.inherit_mappings)
		return -errno;
	s->bpf->links.drop_mappings = bpf_program__attach(s->bpf->progs.drop_mappings);
	return s->bpf->links.drop_mappings ? 0 : -errno;
}

const struct bpf_object *sampler_object(const struct sampler *s)
{
	return s->bpf->obj;
}

int sampler_target(struct sampler *s, uint32_t tgid)
{
	uint32_t one = 1;

	return bpf_map__update_elem(s->bpf->maps.targets, &tgid, sizeof(tgid), &one, sizeof(one),
				    BPF_ANY);
}

int sampler_remapped(struct sampler *s, uint32_t tgid)
{
	uint32_t times = 0;
	int r;

	bpf_map__lookup_elem(s->bpf->maps.remaps, &tgid, sizeof(tgid), &times, sizeof(times), 0);
	times++;
	r = bpf_map__update_elem(s->bpf->maps.remaps, &tgid, sizeof(tgid), &times, sizeof(times),
				 BPF_ANY);
	if (!r)
		s->bpf->bss->any_remap = true;
	/* No room is no failure: the counts of that process may then be named by later code. */
	return r == -E2BIG ? 0 : r;
}

static int event_on(const struct sampler_config *c, uint32_t cpu)
{
	const struct cpu_event *given = cpu_events_find(c->events, c->n_events, cpu);

	return given && given->clock_fd >= 0 ? given->clock_fd :
					       cpu_events_open_clock(cpu, c->period_ns);
}

int sampler_start(struct sampler *s, uint32_t *error_cpu)
{
	int r = idle_time_read(s->config.cpus, s->config.n_cpus, s->idle_ns);

	if (r)
		return r;
	for (size_t i = 0; i < s->config.n_cpus; i++) {
		*error_cpu = s->config.cpus[i];
		s->events[i] = event_on(&s->config, s->config.cpus[i]);
		if (s->events[i] < 0)
			return s->events[i];
	}
	/* Attaching enables the event. */
	for (size_t i = 0; i < s->config.n_cpus; i++) {
		*error_cpu = s->config.cpus[i];
		s->links[i] = bpf_program__attach_perf_event(s->bpf->progs.sample_cpu,
							     s->events[i]);
		if (!s->links[i])
			return -errno;
	}
	return 0;
}

void sampler_stop(struct sampler *s)
{
	for (size_t i = 0; i < s->config.n_cpus; i++)
		if (s->events[i] >= 0)
			ioctl(s->events[i], PERF_EVENT_IOC_DISABLE, 0);
}

static uint64_t runs_of(const struct abi_stats *st)
{
	return st->taken + st->filtered + st->idle + st->lost_ring + st->lost_map +
	       st->lost_nested;
}

static void add_stats(struct abi_stats *sum, const struct abi_stats *st)
{
	const uint64_t *from = (const uint64_t *)st;
	uint64_t *to = (uint64_t *)sum;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(uint64_t); i++)
		to[i] += from[i];
}

/*
 * Add one CPU's ticks.  Those that did not run while it was idle are told apart: some machines let
 * the timers of an idle CPU sleep.
 */
static int add_cpu(struct sampler_account *a, const struct abi_stats *st, int event,
		   uint64_t period_ns, uint64_t idle_ns)
{
	uint64_t ns, due, runs = runs_of(st), missed, idle = idle_ns / period_ns;

	if (read(event, &ns, sizeof(ns)) != sizeof(ns))
		return -errno;
	/* A tick at the very edge may have run without a whole period on the event's clock. */
	due = ns / period_ns > runs ? ns / period_ns : runs;
	missed = due - runs;
	idle = idle > st->idle_runs ? idle - st->idle_runs : 0;
	add_stats(&a->stats, st);
	a->runs += runs;
	a->due += due;
	a->idle += idle < missed ? idle : missed;
	return 0;
}

int sampler_account(const struct sampler *s, struct sampler_account *account)
{
	int cpus = libbpf_num_possible_cpus(), r;
	CLEANUP_FREE struct abi_stats *all = calloc((size_t)cpus, sizeof(*all));
	CLEANUP_FREE uint64_t *idle_ns = calloc(s->config.n_cpus, sizeof(*idle_ns));
	uint32_t zero = 0;

	if (!all || !idle_ns)
		return -ENOMEM;
	r = idle_time_read(s->config.cpus, s->config.n_cpus, idle_ns);
	if (!r)
		r = bpf_map__lookup_elem(s->bpf->maps.stats, &zero, sizeof(zero), all,
					 (size_t)cpus * sizeof(*all), 0);
	*account = (struct sampler_account){ .lost_processes = s->bpf->bss->lost_processes };
	for (size_t i = 0; i < s->config.n_cpus && !r; i++)
		r = add_cpu(account, &all[s->config.cpus[i]], s->events[i], s->config.period_ns,
			    idle_ns[i] - s->idle_ns[i]);
	return r;
}

int sampler_ring_fd(const struct sampler *s)
{
	return bpf_map__fd(s->bpf->maps.events);
}

int sampler_flip_counts(struct sampler *s)
{
	int fds[2] = { bpf_map__fd(s->bpf->maps.counts_a), bpf_map__fd(s->bpf->maps.counts_b) };
	int previous = fds[s->active];
	uint32_t zero = 0;

	/* The update of an array of maps returns after a grace period. */
	if (bpf_map_update_elem(bpf_map__fd(s->bpf->maps.counts), &zero, &fds[!s->active],
				BPF_ANY))
		return -errno;
	s->active = !s->active;
	return previous;
}

void sampler_close(struct sampler *s)
{
	for (size_t i = 0; i < s->config.n_cpus; i++) {
		/* A link owns the event that it was made from. */
		if (s->links && s->links[i])
			bpf_link__destroy(s->links[i]);
		else if (s->events && s->events[i] >= 0)
			close(s->events[i]);
	}
	free(s->events);
	free(s->links);
	free(s->idle_ns);
	profile_bpf__destroy(s->bpf);
	*s = (struct sampler){ 0 };
}
