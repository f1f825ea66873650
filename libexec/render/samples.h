/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of distinct samples: stacks with addresses and labels, for the outputs that show them.
 *
 * The trie knows frames by name; pprof, speedscope and the Firefox profiler also want where code
 * is.  The store is filled beside the trie, and only when such an output is asked for.  A stack is
 * a list of places, root first; a place is one frame of the trie at one line of one location, or a
 * frame that has no address (of collapsed stacks), or one that a label of the sample gave.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "lib/pprof.h"

/* In indices: nothing there. */
#define SAMPLES_NONE UINT32_MAX

/* A number of a label that was not given. */
#define SAMPLES_NO_NUMBER INT64_MIN

/* What a frame is in its stack. */
enum place_role {
	PLACE_CODE,              /* a line of a location */
	PLACE_NAME,              /* a frame without an address */
	PLACE_PROBE,             /* from the sample's labels */
	PLACE_PROCESS,
	PLACE_CPU,
	PLACE_COMM,
	PLACE_ROLES
};

struct place {
	uint32_t frame;          /* of the trie */
	uint32_t location;       /* SAMPLES_NONE unless the role is PLACE_CODE */
	uint32_t role;           /* enum place_role */
	uint32_t system_name, file;      /* strings; SAMPLES_NONE: not known */
	int64_t line;            /* 0: not known */
};

struct code_mapping {
	uint64_t start, limit, file_offset;
	uint32_t filename, build_id;     /* strings; SAMPLES_NONE: not known */
};

/* Its places stand together, outermost first: the function, then what is inlined into it. */
struct code_location {
	uint64_t address;
	uint32_t mapping;        /* SAMPLES_NONE: none */
	uint32_t first, n;       /* places, one at least */
	bool is_named;           /* false: the one place is "[file+0xoffset]" for want of a name */
};

/* Labels of a sample: strings or SAMPLES_NONE, numbers or SAMPLES_NO_NUMBER. */
struct sample_labels {
	int64_t pid, tid, cpu;
	uint32_t comm, process, probe;
	uint32_t zero;           /* no padding: compared byte by byte */
};

#define SAMPLE_LABELS_NONE ((struct sample_labels){ \
	.pid = SAMPLES_NO_NUMBER, .tid = SAMPLES_NO_NUMBER, .cpu = SAMPLES_NO_NUMBER, \
	.comm = SAMPLES_NONE, .process = SAMPLES_NONE, .probe = SAMPLES_NONE \
})

struct sample_value {
	uint64_t count, ns;
};

/* Zero-initialise. */
struct samples {
	struct map strings;
	struct place *places;            size_t n_places, places_cap;
	struct code_location *locations; size_t n_locations, locations_cap;
	struct code_mapping *mappings;   size_t n_mappings, mappings_cap;
	struct sample_value *values;     size_t n, values_cap;   /* by sample */
	bool without_time;               /* some sample came without nanoseconds */
	int64_t time_nanos, duration_nanos, period_nanos;        /* 0: not known */

	/* The rest is the store's own. */
	struct map stacks, labels, mapping_keys, location_keys;
	struct u64_map plain_places;     /* (role, frame) -> place */
	uint32_t *key;                   size_t key_cap;
};

void samples_release(struct samples *s);

/* A string's index.  SAMPLES_NONE: it is empty, or memory is out, which *err (-ENOMEM) tells. */
uint32_t samples_string(struct samples *s, const char *text, size_t len, int *err);

/* The string of an index, or "" for SAMPLES_NONE.  The store's. */
const char *samples_text(const struct samples *s, uint32_t string);

/*
 * Take location l of a message whose lines are the given frames of the trie, outermost first: one
 * for each line, or one in all when it has no lines.  *first is the first of as many places.  The
 * same location of another message has the same places.  0, -ENOMEM or -EOVERFLOW (too many).
 */
int samples_take_location(struct samples *s, const struct pprof_profile *p,
			  const struct pprof_location *l, const uint32_t *frames,
			  uint32_t *first) MUST_CHECK;

/* The place of a frame that is no code, or has no address.  SAMPLES_NONE: memory is out. */
uint32_t samples_plain_place(struct samples *s, uint32_t frame, enum place_role role) MUST_CHECK;

/*
 * Add to the sample with this stack, root first, and these labels; comm and probe of the labels
 * are left out unless the stack has places of these roles (a filter may have taken them).
 * 0, -ENOMEM or -EOVERFLOW.
 */
int samples_add(struct samples *s, const struct sample_labels *labels, const uint32_t *places,
		size_t n, struct sample_value value) MUST_CHECK;

/*
 * Move the samples into `taken`, whose samples_get() and samples_get_stack() then work; what they
 * are made of stays.  The caller releases `taken`.
 */
void samples_take(struct samples *s, struct samples *taken);

/* Sample i (below s->n): its labels, and the length of its stack. */
size_t samples_get(const struct samples *s, size_t i, struct sample_labels *labels);

/* Its stack, root first, into places, which has room for that length. */
void samples_get_stack(const struct samples *s, size_t i, uint32_t *places);
