/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinct samples to pprof messages. */
#pragma once

#include "comms.h"
#include "cuts.h"
#include "frames.h"
#include "lib/pprof.h"
#include "probes.h"
#include "stacks.h"
#include "walk.h"

struct emitter {
	struct pprof_writer *writer;
	struct frames *frames;
	const struct comms *comms;
	const struct probes *probes;
	struct walk walk;
	struct cuts cuts;        /* of what was added to messages */
	uint64_t chain[STACK_CHAIN_MAX];
	struct pprof_line_desc lines[SOURCE_LINES_MAX];
	uint64_t locations[WALK_FRAMES_MAX];
	struct elf_build_id kernel;      /* its build id, of length 0 when not known */
	uint64_t message;        /* number of the current one, from 1 */
	int fd;
};

/* Add all of s to the current message.  0 or a negative errno. */
int emit_stacks(struct emitter *e, const struct stacks *s) MUST_CHECK;

/* Write the current message and begin another.  0 or a negative errno. */
int emit_message(struct emitter *e) MUST_CHECK;
