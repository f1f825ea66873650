// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF sampler: its maps, filters and programs. */
#include "config.h"

#include "sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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
/* Walks in progress on a CPU: ticks and what they interrupt, or tasks in the midst of a probe. */
#define SLOTS_FOR_TICKS 4
#define SLOTS_FOR_PROBES 16

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
	bpf->rodata->uprobe_tgid = c->uprobe_tgid;
	bpf->rodata->filter_cpu = c->probe_cpus != NULL;
	if (c->probe_cpus)
		memcpy((void *)bpf->rodata->target_cpus, c->probe_cpus->bits,
		       sizeof(bpf->rodata->target_cpus));
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
	bpf->rodata->slots_per_cpu = c->n_probes ? SLOTS_FOR_PROBES : SLOTS_FOR_TICKS;
	bpf->rodata->copies_below = c->ring_bytes / 4 * 3;
	bpf->bss->copies_left = COPIES_MAX;
	bpf->bss->doubtful_copies_left = DOUBTFUL_PER_SECOND;
	set_filters(bpf, c);
	return 0;
}

static int set_sizes(struct profile_bpf *bpf, const struct sampler_config *c)
{
	uint32_t cpus = (uint32_t)libbpf_num_possible_cpus();
	/* The map's template must be as large as the maps that take turns in it. */
	int r = bpf_map__set_max_entries(bpf->maps.slots, bpf->rodata->slots_per_cpu * cpus);

	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.timers, cpus);
	if (!r && c->n_probes)
		r = bpf_map__set_max_entries(bpf->maps.hits, c->n_probes);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.events, c->ring_bytes);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.counts_a, c->map_entries);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.counts_b, c->map_entries);
	return r;
}

/* Programs at probes are loaded when it is known how they are attached, others where they load. */
static void choose_programs(struct profile_bpf *bpf, const struct sampler_config *c)
{
	bpf_program__set_autoload(bpf->progs.at_uprobe, false);
	bpf_program__set_autoload(bpf->progs.at_uretprobe, false);
	bpf_program__set_autoload(bpf->progs.at_kernel, false);
	bpf_program__set_autoload(bpf->progs.at_syscall, false);
	bpf_program__set_autoload(bpf->progs.sample_timer, false);
	bpf_program__set_autoload(bpf->progs.arm_timer, false);
	bpf_program__set_autoload(bpf->progs.sample_tick, false);
	bpf_program__set_autoload(bpf->progs.sample_cpu,
				  c->ticks && c->ticks->rung == TICKS_PERF);
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

static int load_by_name(void *sampler, const char *name)
{
	const struct sampler_program program = { .name = name };

	return sampler_load_program(sampler, &program);
}

int sampler_open(struct sampler *s, const struct sampler_config *config)
{
	int r;

	*s = (struct sampler){ .config = *config, .ticks = config->ticks };
	s->idle_ns = calloc(config->n_cpus, sizeof(*s->idle_ns));
	s->bpf = profile_bpf__open();
	if (!s->idle_ns || !s->bpf) {
		sampler_close(s);
		return -ENOMEM;
	}
	choose_programs(s->bpf, config);
	r = set_constants(s->bpf, config);
	if (!r)
		r = set_sizes(s->bpf, config);
	if (!r)
		r = profile_bpf__load(s->bpf);
	if (!r)
		r = fill_filters(s);
	if (!r && s->ticks && s->ticks->rung != TICKS_PERF)
		r = ticks_load(s->ticks, load_by_name, s);
	if (r)
		sampler_close(s);
	return r;
}

/* ---- programs for probes ---- */

/* Its maps are those of the sampler, except for the constants. */
static int share_maps(struct profile_bpf *copy, const struct profile_bpf *bpf)
{
	struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map(map, copy->obj) {
		const struct bpf_map *original =
			bpf_object__find_map_by_name(bpf->obj, bpf_map__name(map));

		if (map == copy->maps.rodata || !original)
			continue;
		r = bpf_map__reuse_fd(map, bpf_map__fd(original));
		if (r)
			break;
	}
	return r;
}

static int choose_program(struct profile_bpf *copy, const struct sampler_program *wanted,
			  struct bpf_program **chosen)
{
	struct bpf_program *program;
	int r = 0;

	*chosen = bpf_object__find_program_by_name(copy->obj, wanted->name);
	if (!*chosen)
		return -ENOENT;
	bpf_object__for_each_program(program, copy->obj)
		bpf_program__set_autoload(program, program == *chosen);
	if (wanted->type)
		r = bpf_program__set_type(*chosen, (enum bpf_prog_type)wanted->type);
	if (!r && wanted->attach_type)
		r = bpf_program__set_expected_attach_type(
			*chosen, (enum bpf_attach_type)wanted->attach_type);
	if (!r && wanted->function)
		r = bpf_program__set_attach_target(*chosen, 0, wanted->function);
	return r;
}

static void set_program_constants(struct profile_bpf *copy, const struct profile_bpf *bpf,
				  const struct sampler_program *wanted)
{
	*copy->rodata = *bpf->rodata;
	copy->rodata->only_probe = wanted->only_probe;
	if (wanted->syscall_probes)
		memcpy((void *)copy->rodata->syscall_probes, wanted->syscall_probes,
		       sizeof(copy->rodata->syscall_probes));
}

int sampler_load_program(const struct sampler *s, const struct sampler_program *wanted)
{
	struct profile_bpf *copy = profile_bpf__open();
	struct bpf_program *program;
	int r;

	if (!copy)
		return -errno;
	set_program_constants(copy, s->bpf, wanted);
	r = share_maps(copy, s->bpf);
	if (!r)
		r = choose_program(copy, wanted, &program);
	/* Not by the skeleton, which would also map the maps. */
	if (!r)
		r = bpf_object__load(copy->obj);
	if (!r) {
		r = fcntl(bpf_program__fd(program), F_DUPFD_CLOEXEC, 0);
		r = r < 0 ? -errno : r;
	}
	profile_bpf__destroy(copy);
	return r;
}

int sampler_hits(const struct sampler *s, uint64_t *hits)
{
	size_t cpus = (size_t)libbpf_num_possible_cpus();
	CLEANUP_FREE uint64_t *each = calloc(cpus, sizeof(*each));
	int r = each ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < s->config.n_probes && !r; i++) {
		r = bpf_map__lookup_elem(s->bpf->maps.hits, &i, sizeof(i), each,
					 cpus * sizeof(*each), 0);
		hits[i] = 0;
		for (size_t cpu = 0; cpu < cpus; cpu++)
			hits[i] += each[cpu];
	}
	return r;
}

/* ---- processes ---- */

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

/* ---- ticks ---- */

int sampler_start(struct sampler *s, const struct ksyms *ksyms)
{
	int r = idle_time_read(s->config.cpus, s->config.n_cpus, s->idle_ns);

	return r ? r : ticks_start(s->ticks, s->bpf->progs.sample_cpu, ksyms, &s->bpf->bss->ticks);
}

void sampler_stop(struct sampler *s)
{
	if (s->ticks)
		ticks_stop(s->ticks);
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
static int add_cpu(struct sampler_account *a, const struct sampler *s, size_t i,
		   const struct abi_stats *st, uint64_t idle_ns)
{
	uint64_t due, runs = runs_of(st), missed, idle = idle_ns / s->ticks->period_ns;
	uint32_t cpu = s->config.cpus[i];
	int r = ticks_due(s->ticks, i, runs, &due);

	if (r)
		return r;
	missed = due - runs;
	idle = idle > st->idle_runs ? idle - st->idle_runs : 0;
	idle = idle < missed ? idle : missed;
	add_stats(&a->stats, st);
	a->runs += runs;
	a->due += due;
	a->idle += idle;
	if (missed - idle > (due - idle) / 2) {
		a->starved.bits[cpu / 64] |= (uint64_t)1 << cpu % 64;
		a->starved.n++;
	}
	return 0;
}

/* Every run is a hit that was due; those that the kernel missed are the attached links' to tell. */
static void add_hits(struct sampler_account *a, const struct abi_stats *all, int cpus)
{
	for (int i = 0; i < cpus; i++) {
		add_stats(&a->stats, &all[i]);
		a->runs += runs_of(&all[i]);
	}
	a->due = a->runs;
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
	if (s->config.n_probes) {
		if (!r)
			add_hits(account, all, cpus);
		return r;
	}
	for (size_t i = 0; i < s->config.n_cpus && !r; i++)
		r = add_cpu(account, s, i, &all[s->config.cpus[i]], idle_ns[i] - s->idle_ns[i]);
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
	free(s->idle_ns);
	profile_bpf__destroy(s->bpf);
	*s = (struct sampler){ 0 };
}
