/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BPF sampler: its maps and filters, and the programs that ticks or probes run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/compiler.h"
#include "lib/cpulist.h"

#include "glob.h"
#include "ksyms.h"
#include "ticks.h"

struct bpf_object;
struct profile_bpf;

struct sampler_config {
	struct ticks *ticks;     /* open, borrowed; NULL: probes are sampled */
	const uint32_t *cpus;    size_t n_cpus;
	const uint32_t *own;     size_t n_own;      /* profile-bee's own, ABI_OWN_MAX at most */
	bool own_only;           /* sample those, and nothing else */
	bool filter_pids;        /* sampler_target() names the processes */
	const uint32_t *tids;    size_t n_tids;     /* none: all */
	const struct glob *comm; /* NULL: all */
	int cgroup_fd;           /* -1: all */
	bool skip_idle;
	bool every_sample;
	enum abi_group group;
	uint32_t ns_level, ns_inum;
	uint32_t ring_bytes;     /* a power of two, a multiple of the page size */
	uint32_t map_entries;    /* of each count map */
	bool use_tables;         /* walk by unwind tables */
	uint32_t max_frames;     /* of the user part of a stack */
	uint32_t n_probes;       /* not 0: hits of so many probes are sampled, not CPUs */
	const struct cpulist *probe_cpus;    /* hits on other CPUs are left out; NULL: none */
	uint32_t uprobe_tgid;    /* those of others are left out; 0: none */
};

/* A program for probes, to be loaded in one of the ways to attach it. */
struct sampler_program {
	const char *name;        /* in bpf/probes.bpf.h */
	int type;                /* enum bpf_prog_type, 0: as it is there */
	int attach_type;         /* enum bpf_attach_type, 0: none */
	const char *function;    /* of the kernel, for types that are attached to one; or NULL */
	uint32_t only_probe;     /* number of the probe that it is for, plus 1; 0: links tell */
	const uint32_t *syscall_probes;      /* ABI_SYSCALLS_MAX, as in bpf/probes.bpf.h; or NULL */
};

struct sampler {
	struct profile_bpf *bpf;
	struct sampler_config config;
	struct ticks *ticks;     /* the config's */
	uint64_t *idle_ns;       /* of each CPU when it began */
	unsigned active;         /* which of the two count maps the kernel fills */
};

/* Load the programs.  The config's pointers are borrowed while the sampler lives.  0 or -errno. */
int sampler_open(struct sampler *s, const struct sampler_config *config) MUST_CHECK;

/* Attach the following of forks; from then on children of targets are targets. */
int sampler_follow(struct sampler *s) MUST_CHECK;

/*
 * Load the program.  It has the sampler's maps and filters.  Returns a descriptor, the caller's, or
 * a negative errno.
 */
int sampler_load_program(const struct sampler *s, const struct sampler_program *program) MUST_CHECK;

/* Hits of targets that each of the config's n_probes had.  0 or a negative errno. */
int sampler_hits(const struct sampler *s, uint64_t *hits) MUST_CHECK;

/* The loaded object, whose maps the unwinder fills. */
const struct bpf_object *sampler_object(const struct sampler *s);

/* Have the kernel pass mappings on at fork and drop them at exit.  0 or a negative errno. */
int sampler_inherit(struct sampler *s) MUST_CHECK;

/* Let the programs copy some more stacks; to be called each second. */
void sampler_allow_copies(struct sampler *s);

/* Sample this process (an id of our namespace).  0 or a negative errno. */
int sampler_target(struct sampler *s, uint32_t tgid) MUST_CHECK;

/* Count what this process does from now on apart: its code has been replaced.  0 or -errno. */
int sampler_remapped(struct sampler *s, uint32_t tgid) MUST_CHECK;

/* Have the CPUs tick, and sample them.  As ticks_start(). */
int sampler_start(struct sampler *s, const struct ksyms *ksyms) MUST_CHECK;

/* Stop the ticks.  Idempotent. */
void sampler_stop(struct sampler *s);

/* What became of the ticks, summed over the CPUs. */
struct sampler_account {
	struct abi_stats stats;  /* outcomes of the runs */
	uint64_t runs;           /* the sum of the outcomes */
	uint64_t due;            /* time divided by the period, on each CPU */
	uint64_t lost_processes; /* forks that the table of processes had no room for */
	uint64_t idle;           /* due, but the CPU was idle and its timer did not fire */
	struct cpulist starved;  /* CPUs that lost more than half of the others */
};

/* Exact after sampler_stop().  0 or a negative errno. */
int sampler_account(const struct sampler *s, struct sampler_account *account) MUST_CHECK;

/* Descriptor of the ring map. */
int sampler_ring_fd(const struct sampler *s);

/*
 * Let the kernel fill the other count map, and wait until no program uses the previous one.
 * Returns the previous map's descriptor, to be drained before the next flip, or a negative errno.
 */
int sampler_flip_counts(struct sampler *s) MUST_CHECK;

void sampler_close(struct sampler *s);
