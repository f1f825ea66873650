/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callchain to frames. */
#include "config.h"

#include "walk.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>

#include "bpf/abi.h"

#define CONTEXT_USER_DEFERRED ((uint64_t)-640)

struct state {
	struct walk *w;
	struct frames *f;
	const struct stack_key *key;
	uint64_t time;
	uint64_t context;        /* PERF_CONTEXT_* */
	bool first;              /* the next address is exact */
	bool known;              /* the process's mappings are known */
	bool broken;             /* the user stack has ended */
	unsigned n_user;
	uint32_t last;           /* user frame, MAP_NONE: none yet */
};

static int push(struct state *s, uint32_t frame)
{
	if (frame == MAP_NONE)
		return -ENOMEM;
	if (s->w->n < WALK_FRAMES_MAX)
		s->w->frames[s->w->n++] = frame;
	return 0;
}

static int push_named(struct state *s, const char *name)
{
	return push(s, frames_named(s->f, name));
}

/* libc's functions that call main or a thread's function keep no frame pointer, but nothing is lost
 * with the chain there: only _start or the clone system call is further out. */
static bool is_outermost(const struct frames *f, const struct frame *frame)
{
	static const char *const names[] = {
		"_start", "__libc_start_call_main", "__libc_start_main", "__libc_start_main_impl",
		"start_thread", "clone", "__clone", "clone3", "__clone3"
	};

	if (frame->place != PLACE_FILE || !frame->symbolized)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(f->functions[frame->function].name, names[i]))
			return true;
	return false;
}

static int cut_without_pointer(struct state *s)
{
	const struct frame *last = s->last == MAP_NONE ? NULL : &s->f->v[s->last];
	char base[256] = "unmapped code", name[320];

	s->broken = true;
	if (last && is_outermost(s->f, last))
		return 0;
	if (last && last->place == PLACE_JIT)
		snprintf(base, sizeof(base), "generated code");
	else if (last && last->place == PLACE_FILE)
		object_base_name(&s->f->objects->v[last->object], base, sizeof(base));
	snprintf(name, sizeof(name), "[cut: no frame pointer in %s]", base);
	return push_named(s, name);
}

static int push_user(struct state *s, uint64_t addr)
{
	bool exact = s->first;
	uint32_t frame;
	int r;

	if (s->broken)
		return 0;
	r = frames_user(s->f, s->key->pid, s->key->generation, s->key->epoch, s->time,
			exact ? addr : addr - 1, &frame);
	if (r < 0)
		return r;
	if (!r && !exact && s->known)
		return cut_without_pointer(s);
	if (r)
		s->last = frame;
	s->n_user++;
	return push(s, frame);
}

static int push_address(struct state *s, uint64_t addr)
{
	int r;

	switch (s->context) {
	case PERF_CONTEXT_KERNEL:
	case PERF_CONTEXT_HV:
		r = push(s, frames_kernel(s->f, s->first ? addr : addr - 1));
		break;
	case PERF_CONTEXT_USER:
		r = push_user(s, addr);
		break;
	case CONTEXT_USER_DEFERRED:
		return 0;
	default:
		r = s->first ? push_named(s, "[guest]") : 0;
	}
	s->first = false;
	return r;
}

static int push_verdict(struct state *s)
{
	char name[64];

	if (s->broken)
		return 0;
	switch (s->key->verdict) {
	case VERDICT_DEPTH:
		snprintf(name, sizeof(name), "[cut: deeper than %u frames]", s->n_user);
		return push_named(s, name);
	case VERDICT_FAULT:
		return push_named(s, "[cut: stack not readable]");
	case VERDICT_BAD_FRAME:
		return cut_without_pointer(s);
	default:
		return 0;
	}
}

static uint64_t context_of_mode(uint16_t misc)
{
	switch (misc & PERF_RECORD_MISC_CPUMODE_MASK) {
	case PERF_RECORD_MISC_USER:
		return PERF_CONTEXT_USER;
	case PERF_RECORD_MISC_GUEST_KERNEL:
	case PERF_RECORD_MISC_GUEST_USER:
		return PERF_CONTEXT_GUEST;
	default:
		return PERF_CONTEXT_KERNEL;
	}
}

int walk_chain(struct walk *w, struct frames *f, const struct stack_key *key, uint64_t time,
	       const uint64_t *chain, size_t n)
{
	struct state s = { .w = w,
			   .f = f,
			   .key = key,
			   .time = time,
			   .context = context_of_mode(key->misc),
			   .first = true,
			   .last = MAP_NONE,
			   .known = key->generation != SPACE_NONE &&
				    space_has_mappings(f->spaces, key->generation) };
	int r = 0;

	w->n = 0;
	for (size_t i = 0; i < n && !r; i++) {
		if (chain[i] >= (uint64_t)PERF_CONTEXT_MAX) {
			s.context = chain[i];
			s.first = true;
		} else {
			r = push_address(&s, chain[i]);
		}
	}
	return r ? r : push_verdict(&s);
}
