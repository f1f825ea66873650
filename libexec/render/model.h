/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From pprof messages to the stack trie: the order of a shown stack and the kind of its frames. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"
#include "lib/map.h"
#include "lib/pprof.h"
#include "lib/trie.h"
#include "diff.h"
#include "facts.h"
#include "filter.h"
#include "samples.h"

/* Frames of a shown stack, inlined calls included; a sample with more is refused. */
#define MODEL_STACK_MAX ((size_t)1 << 20)

struct location_frames {
	uint32_t first, n;       /* into model.location_stack, outermost first */
	uint32_t first_place;    /* of the samples, when they are kept: n of them */
};

/*
 * Root to leaf a stack is: what was hit, if that is told; "comm (pid)" when grouping by process;
 * "cpu_NN" when grouping by CPU; the thread's name; then the sample's locations, inlined calls
 * included.  Of that the filter leaves what is shown.
 */
struct model {
	struct trie trie;
	struct facts facts;
	char *title;                     /* that the input has, or NULL; the model's */
	struct diff *diff;               /* the caller's: where the earlier profile goes when the
					    input is a difference; NULL: that is refused */
	struct filter *filter;           /* the caller's; NULL: everything is shown */
	bool group_by_cpu, group_by_process;
	bool has_hits, has_samples;      /* a message counted hits of probes, or anything else */
	struct samples *samples;         /* NULL, or where samples with addresses go; not owned */
	bool only_labels;                /* samples are kept for their labels alone */

	/* The rest is the model's own. */
	struct pprof_profile profile;
	struct map modules;
	uint32_t *module_of;     size_t n_module_of, module_of_cap;     /* by frame */
	struct location_frames *locations; size_t locations_cap;        /* of this message */
	uint32_t *location_stack; size_t n_location_stack, location_stack_cap;
	uint32_t *label_frames;  size_t label_frames_cap;       /* by string of this message */
	uint32_t *stack;         size_t stack_cap;
	uint32_t *places;        size_t places_cap;     /* as stack, when samples are kept */
};

/* 0 or -ENOMEM. */
int model_init(struct model *m) MUST_CHECK;
void model_release(struct model *m);

/*
 * Add the samples and comments of one undelimited message.  0, -EBADMSG (nothing of it was taken),
 * -ENOMEM or -EOVERFLOW (a part may have been taken).
 */
int model_add(struct model *m, const void *message, size_t n) MUST_CHECK;

/*
 * Add `count` samples of the stack of n frames of m->trie, root first: the way in for inputs
 * without addresses.  0, -ENOMEM or -EOVERFLOW (more frames than MODEL_STACK_MAX, or see
 * trie_add()).
 */
int model_add_stack(struct model *m, const uint32_t *frames, size_t n, uint64_t count) MUST_CHECK;

/*
 * Note that a frame's code is in this file or kernel module; "": it is not known.  0 or -ENOMEM.
 */
int model_note_module(struct model *m, uint32_t frame, const char *module, size_t len) MUST_CHECK;

/* Whether all that was counted is hits of probes. */
bool model_is_of_hits(const struct model *m);

/*
 * Where each frame's code is, by frame: a base name, "[kernel]", a kernel module, or NULL when
 * not known or not one.  The array is the caller's, the names are the model's.  NULL: no memory.
 */
const char **model_modules(const struct model *m) MUST_CHECK;
