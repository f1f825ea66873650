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
	bool exact;              /* the next address is one, not a return address */
	bool known;              /* the process's mappings are known */
	bool broken;             /* the user stack has ended */
	bool is_mapped;          /* the outermost user frame so far */
	bool is_replaced;        /* and it stands for a caller that a return probe hides */
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

static const struct frame *last_frame(const struct state *s)
{
	return s->last == MAP_NONE ? NULL : &s->f->v[s->last];
}

/* ---- the end of a user stack ---- */

static bool is_one_of(const struct state *s, const char *const *names, size_t n)
{
	const struct frame *frame = last_frame(s);

	if (!frame || frame->place != PLACE_FILE || !frame->symbolized)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(s->f->functions[frame->function].name, names[i]))
			return true;
	return false;
}

/* Nothing calls these, whatever is known of how they are unwound; in the dynamic linker _start is
 * called _dl_start_user from its middle on. */
static bool is_root(const struct state *s)
{
	static const char *const names[] = {
		"_start", "_dl_start_user", "clone", "__clone", "clone3", "__clone3",
		"runtime.goexit", "runtime.goexit.abi0", "runtime.mstart", "runtime.mstart.abi0",
		"runtime.rt0_go", "runtime.rt0_go.abi0",
	};

	return is_one_of(s, names, ARRAY_SIZE(names));
}

/* libc's functions that call main or a thread's function keep no frame pointer, but nothing is lost
 * with the chain there: only _start or the clone system call is further out. */
static bool is_called_by_root(const struct state *s)
{
	static const char *const names[] = {
		"__libc_start_call_main", "__libc_start_main", "__libc_start_main_impl",
		"start_thread",
	};

	return is_root(s) || is_one_of(s, names, ARRAY_SIZE(names));
}

/* End with "[cut: BEFORE FILE AFTER]", the file being that of the last frame. */
static int cut(struct state *s, uint32_t verdict, const char *before, const char *after)
{
	const struct frame *last = last_frame(s);
	char base[256] = "unmapped code", name[384];

	s->w->end.verdict = verdict;
	if (last && last->place == PLACE_JIT) {
		snprintf(base, sizeof(base), "generated code");
	} else if (last && last->place == PLACE_FILE) {
		s->w->end.object = last->object;
		object_base_name(&s->f->objects->v[last->object], base, sizeof(base));
	}
	snprintf(name, sizeof(name), "[cut: %s%s%s]", before, base, after);
	return push_named(s, name);
}

static int cut_unnamed(struct state *s, uint32_t verdict, const char *name)
{
	s->w->end.verdict = verdict;
	return push_named(s, name);
}

static int end_at_root(struct state *s)
{
	s->w->end.verdict = VERDICT_ROOT;
	return 0;
}

static int cut_by_depth(struct state *s)
{
	char name[64];

	snprintf(name, sizeof(name), "[cut: deeper than %u frames]", s->n_user);
	return cut_unnamed(s, VERDICT_DEPTH, name);
}

/* What was in no known mapping then, but is in one by now, had no table then either. */
static int push_end(struct state *s, uint32_t verdict)
{
	switch (verdict) {
	case VERDICT_DEPTH:
		return cut_by_depth(s);
	case VERDICT_FAULT:
		return cut_unnamed(s, verdict, "[cut: stack not readable]");
	case VERDICT_COPY_ENDS:
		return cut_unnamed(s, verdict, "[cut: copied stack ends]");
	case VERDICT_UNMAPPED:
		if (s->is_replaced)
			return cut_unnamed(s, verdict, "[cut: caller hidden by a return probe]");
		if (s->is_mapped)
			return push_end(s, VERDICT_PENDING);
		return cut_unnamed(s, verdict, "[cut: unmapped code]");
	case VERDICT_GENERATED:
		return cut_unnamed(s, verdict, "[cut: no frame pointer in generated code]");
	case VERDICT_BAD_FRAME:
		if (is_called_by_root(s))
			return end_at_root(s);
		return cut(s, verdict, "no frame pointer in ", "");
	case VERDICT_NO_INFO:
		if (is_root(s))
			return end_at_root(s);
		return cut(s, verdict, "no unwind info in ", "");
	case VERDICT_PENDING:
		return cut(s, verdict, "unwind table of ", " not ready");
	case VERDICT_BUDGET:
		return cut(s, verdict, "no memory for the unwind table of ", "");
	case VERDICT_UNSUPPORTED:
		return cut(s, verdict, "unsupported unwind rule in ", "");
	case VERDICT_BAD_CFA:
		return cut(s, verdict, "bad unwind info in ", "");
	}
	s->w->end.verdict = verdict;
	return 0;
}

/* ---- frames ---- */

/*
 * The frame of a user address.  1, 0 when nothing is mapped there, or -ENOMEM; *interrupted is set
 * when it is a signal trampoline.
 */
static int find_user(struct state *s, uint64_t addr, uint32_t *frame, bool *interrupted)
{
	const struct stack_key *key = s->key;
	int r = frames_user(s->f, key->pid, key->generation, key->epoch, s->time,
			    s->exact ? addr : addr - 1, frame);

	/* A probe waits for the function's return: the caller's address is replaced, not lost. */
	if (!r && !s->exact && frames_is_return_probe(s->f, key->generation, s->time, addr)) {
		*frame = frames_named(s->f, "[uretprobe]");
		r = *frame == MAP_NONE ? -ENOMEM : 1;
	}
	*interrupted = r == 1 && frames_is_signal(s->f, *frame);
	if (*interrupted && !s->exact)
		r = frames_user(s->f, key->pid, key->generation, key->epoch, s->time, addr, frame);
	return r;
}

static int push_user(struct state *s, uint64_t addr)
{
	bool interrupted;
	uint32_t frame;
	int r;

	if (s->broken)
		return 0;
	r = find_user(s, addr, &frame, &interrupted);
	if (r < 0)
		return r;
	if (!r && !s->exact && s->known && s->key->flags & STACK_BY_POINTERS) {
		s->broken = true;
		return push_end(s, VERDICT_BAD_FRAME);
	}
	s->is_mapped = r;
	s->is_replaced = r && s->f->v[frame].place == PLACE_NOWHERE;
	if (r && !s->is_replaced)
		s->last = frame;
	s->exact = interrupted;
	s->n_user++;
	r = push(s, frame);
	if (r || !s->key->gap || s->n_user != s->key->gap)
		return r;
	return push_named(s, "[cut: middle frames left out]");
}

static int push_address(struct state *s, uint64_t addr)
{
	bool exact = s->exact;

	if (s->context == PERF_CONTEXT_USER)
		return push_user(s, addr);
	s->exact = false;
	switch (s->context) {
	case PERF_CONTEXT_KERNEL:
	case PERF_CONTEXT_HV:
		return push(s, frames_kernel(s->f, exact ? addr : addr - 1));
	case CONTEXT_USER_DEFERRED:
		return 0;
	default:
		return exact ? push_named(s, "[guest]") : 0;
	}
}

/* What is whole but for its middle is not whole. */
static int push_verdict(struct state *s)
{
	int r = s->broken ? 0 : push_end(s, s->key->verdict);

	if (s->key->gap && s->w->end.verdict == VERDICT_ROOT)
		s->w->end.verdict = VERDICT_DEPTH;
	return r;
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
			   .exact = true,
			   .last = MAP_NONE,
			   .known = key->generation != SPACE_NONE &&
				    space_has_mappings(f->spaces, key->generation) };
	int r = 0;

	w->n = 0;
	w->end = (struct stack_end){ .object = MAP_NONE };
	for (size_t i = 0; i < n && !r; i++) {
		if (chain[i] >= (uint64_t)PERF_CONTEXT_MAX) {
			s.context = chain[i];
			s.exact = true;
		} else {
			r = push_address(&s, chain[i]);
		}
	}
	return r ? r : push_verdict(&s);
}
