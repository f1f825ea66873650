/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One recording from its records to pprof messages. */
#include "config.h"

#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "bpf/abi.h"
#include "lib/clock.h"

#define SECOND UINT64_C(1000000000)
/* Generations of processes that ended are dropped when there are more than this many, once they are
 * this old. */
#define GENERATIONS_KEPT 16384
#define FORGET_AGE (10 * SECOND)

/* Whether what is true of this host now is true of the recording's. */
static bool is_this_host(const struct perf_data_info *info)
{
	struct utsname here;

	return !uname(&here) && info->hostname && info->release &&
	       !strcmp(here.nodename, info->hostname) && !strcmp(here.release, info->release);
}

static bool is_other_host(const struct perf_data_info *info)
{
	return info->hostname && info->release && !is_this_host(info);
}

static int set_foreign_facts(struct session *s, const struct perf_data_info *info)
{
	int r = info->hostname ? facts_set(&s->facts, "hostname", info->hostname) : 0;

	if (!r && info->release)
		r = facts_set(&s->facts, "release", info->release);
	if (!r && info->cmdline)
		r = facts_set(&s->facts, "cmdline", info->cmdline);
	if (!r && info->event_name)
		r = facts_set(&s->facts, "event", info->event_name);
	if (!r && info->frequency)
		r = facts_set_number(&s->facts, "frequency", info->frequency);
	if (!r && info->period_ns)
		r = facts_set_number(&s->facts, "period_ns", info->period_ns);
	return r;
}

int session_init(struct session *s, const struct perf_data_info *info, int out)
{
	s->info = info;
	s->timeline = TIMELINE_INIT;
	s->copies = COPIES_INIT;
	s->by_pointers = true;
	s->live = !info->is_file;
	if (!s->saved)
		s->copies.max = COPIES_LIVE_MAX;
	s->last_message = clock_now_ns();
	s->frames.spaces = &s->spaces;
	s->frames.objects = &s->objects;
	s->sources.objects = &s->objects;
	s->frames.sources = s->objects.no_lines ? NULL : &s->sources;
	s->frames.kernel = &s->kernel;
	s->emitter.frames = &s->frames;
	s->emitter.comms = &s->comms;
	s->emitter.probes = &s->probes;
	s->emitter.fd = out;
	s->emitter.message = 1;
	s->emitter.writer = pprof_writer_new();
	return s->emitter.writer ? 0 : -ENOMEM;
}

static void count_hits(struct session *s)
{
	s->hits = true;
	pprof_count_hits(s->emitter.writer);
}

/* What the header tells is complete only when the first record has been read: in pipe mode the
 * header's facts are records, too. */
static int learn(struct session *s)
{
	const struct perf_data_info *info = s->info;

	s->info = NULL;
	s->objects.here = is_this_host(info);
	s->frames.jit = s->objects.here ? &s->jit : NULL;
	s->jit.files = &s->objects.files;
	s->kernel_foreign = is_other_host(info) && s->kernel.text.n;
	if (s->kernel_foreign)
		kernel_symbols_drop_text(&s->kernel);
	s->ours = s->ours || info->ours;
	if (!s->period_ns)
		s->period_ns = info->period_ns;
	s->clock_period = info->period_ns;
	if (!s->ours && info->counts_hits)
		count_hits(s);
	return s->ours ? 0 : set_foreign_facts(s, info);
}

/* ---- in order of time ---- */

static int begin_thread(struct session *s, const struct waiting *w)
{
	uint32_t name = comms_at(&s->comms, w->fork.ptid, w->time);
	int r = name == MAP_NONE ? 0 : comms_set(&s->comms, w->tid, w->time, name);

	return r ? r : space_fork(&s->spaces, w->pid, w->fork.ppid, w->time);
}

static int set_comm(struct session *s, const struct waiting *w)
{
	int r = comms_set(&s->comms, w->tid, w->time, w->comm.name);

	return r || !w->comm.exec ? r : space_exec(&s->spaces, w->pid, w->time);
}

static int map_object(struct session *s, const struct waiting *w)
{
	struct space_mapping m = {
		.start = w->mmap.start, .end = w->mmap.end, .pgoff = w->mmap.pgoff,
		.time = w->time, .object = w->mmap.object
	};
	int r = space_map(&s->spaces, w->pid, &m);

	return r == -EINVAL ? 0 : r;
}

static int write_stacks(struct session *s)
{
	int r = emit_stacks(&s->emitter, &s->stacks);

	stacks_clear(&s->stacks);
	return r;
}

static int write_message(struct session *s)
{
	s->copies.done = 0;
	return emit_message(&s->emitter);
}

static uint32_t comm_of(const struct session *s, uint32_t tid, uint32_t pid, uint64_t time)
{
	uint32_t name = comms_at(&s->comms, tid, time);

	return name == MAP_NONE && tid != pid ? comms_at(&s->comms, pid, time) : name;
}

/* Files are opened at once, not when the stack is written: a program may be removed meanwhile. */
static int open_files(struct session *s, const struct stack_key *key, uint64_t time,
		      const uint64_t *chain, size_t n)
{
	if (!s->live || n > STACK_CHAIN_MAX)
		return 0;
	return walk_chain(&s->emitter.walk, &s->frames, key, time, chain, n);
}

static struct stack_key key_of(const struct session *s, const struct waiting *w)
{
	struct stack_key key = {
		.pid = w->pid, .comm = w->sample.comm, .probe = w->sample.probe,
		.verdict = w->sample.verdict,
		.tid = s->group == GROUP_TID ? w->tid : MAP_NONE,
		.cpu = s->group == GROUP_CPU ? w->sample.cpu : MAP_NONE,
		.generation = space_at(&s->spaces, w->pid, w->time), .misc = w->sample.misc,
		.gap = w->sample.gap, .flags = s->by_pointers ? STACK_BY_POINTERS : 0
	};

	if (key.generation != SPACE_NONE)
		key.epoch = space_epoch(&s->spaces, key.generation, w->time);
	if (key.comm == MAP_NONE)
		key.comm = comm_of(s, w->tid, w->pid, w->time);
	key.process = w->pid ? comms_at(&s->comms, w->pid, w->time) : key.comm;
	return key;
}

static int count_sample(struct session *s, const struct waiting *w, const uint64_t *block)
{
	struct stack_key key = key_of(s, w);
	const struct unwind_space where = { &s->spaces, &s->objects, key.generation, w->time };
	struct stack_value value = { w->sample.count, w->sample.ns, w->time };
	size_t known = s->stacks.n, n;
	const uint64_t *chain = copies_unwind(&s->copies, &where, w, block, &key, &n);
	int r = stacks_add(&s->stacks, &key, chain, n, &value);

	if (!r && s->stacks.n > known)
		r = open_files(s, &key, w->time, chain, n);
	if (r || s->stacks.n < STACKS_MAX)
		return r;
	r = write_stacks(s);
	return r ? r : write_message(s);
}

static int apply(void *ctx, const struct waiting *w, const uint64_t *chain)
{
	struct session *s = ctx;

	switch (w->kind) {
	case WAITING_MMAP:
		return map_object(s, w);
	case WAITING_COMM:
		return set_comm(s, w);
	case WAITING_FORK:
		return begin_thread(s, w);
	case WAITING_EXIT:
		if (w->pid == w->tid)
			space_exit(&s->spaces, w->pid, w->time);
		return 0;
	case WAITING_SAMPLE:
		return count_sample(s, w, chain);
	}
	return 0;
}

/* ---- in order of the file ---- */

static int wait_for_turn(struct session *s, const struct waiting *w, const uint64_t *chain)
{
	int r = timeline_add(&s->timeline, w, chain);

	s->n_events += w->kind != WAITING_SAMPLE;
	if (!r && timeline_is_full(&s->timeline))
		r = timeline_flush(&s->timeline, apply, s);
	return r;
}

/* The text of a kernel mapping named after a symbol has that symbol's address as its offset:
 * another address in kallsyms means another boot. */
static void check_kernel(struct session *s, const struct perf_data_mmap *m)
{
	static const char prefix[] = "[kernel.kallsyms]";
	uint64_t address;

	if (s->kernel_checked || strncmp(m->filename, prefix, strlen(prefix)) || !s->kernel.text.n)
		return;
	s->kernel_checked = true;
	address = kernel_symbols_address(&s->kernel, m->filename + strlen(prefix));
	s->kernel_foreign = address && m->pgoff && m->pgoff != address;
	if (s->kernel_foreign)
		kernel_symbols_drop_text(&s->kernel);
}

static int take_mmap(struct session *s, const struct perf_data_record *rec)
{
	const struct perf_data_mmap *m = &rec->mmap;
	struct waiting w = {
		.kind = WAITING_MMAP, .time = rec->time, .pid = m->pid, .tid = m->tid
	};

	if (m->kernel) {
		check_kernel(s, m);
		return 0;
	}
	if (m->prot && !(m->prot & PROT_EXEC))
		return 0;
	w.mmap.start = m->start;
	if (__builtin_add_overflow(m->start, m->len, &w.mmap.end))
		return 0;
	w.mmap.pgoff = m->pgoff;
	w.mmap.object = objects_intern(&s->objects, m);
	return w.mmap.object == MAP_NONE ? -ENOMEM : wait_for_turn(s, &w, NULL);
}

static int take_comm(struct session *s, const struct perf_data_record *rec)
{
	struct waiting w = {
		.kind = WAITING_COMM, .time = rec->time, .pid = rec->comm.pid, .tid = rec->comm.tid
	};

	w.comm.name = comms_name(&s->comms, rec->comm.comm, strlen(rec->comm.comm));
	w.comm.exec = rec->comm.exec;
	return w.comm.name == MAP_NONE ? -ENOMEM : wait_for_turn(s, &w, NULL);
}

static int take_task(struct session *s, const struct perf_data_record *rec)
{
	struct waiting w = {
		.kind = rec->kind == PERF_DATA_FORK ? WAITING_FORK : WAITING_EXIT,
		.time = rec->time, .pid = rec->task.pid, .tid = rec->task.tid
	};

	w.fork.ppid = rec->task.ppid;
	w.fork.ptid = rec->task.ptid;
	return wait_for_turn(s, &w, NULL);
}

static int read_raw(struct session *s, const struct perf_data_sample *sample, struct waiting *w)
{
	struct perf_data_raw raw;

	w->sample.comm = MAP_NONE;
	w->sample.probe = sample->event_name ? probes_name(&s->probes, sample->event_name) :
					       MAP_NONE;
	w->sample.verdict = VERDICT_FOREIGN;
	if (sample->regs_mask && !sample->regs_abi)
		w->sample.verdict = VERDICT_NO_USER;
	if (!s->ours || !perf_data_raw_of(sample, &raw))
		return 0;
	w->sample.verdict = raw.verdict;
	w->sample.gap = raw.gap;
	w->sample.probe = probes_of(&s->probes, raw.probe);
	w->sample.comm = comms_name(&s->comms, raw.comm, sizeof(raw.comm));
	return w->sample.comm == MAP_NONE ? -ENOMEM : 0;
}

static void weigh(const struct session *s, const struct perf_data_sample *sample, struct waiting *w)
{
	w->sample.count = 1;
	if (s->hits && s->ours) {
		w->sample.count = sample->period ? sample->period : 1;
	} else if (s->ours) {
		w->sample.ns = sample->period;
		if (s->period_ns && sample->period > s->period_ns)
			w->sample.count = (sample->period + s->period_ns / 2) / s->period_ns;
	} else if (s->clock_period && !s->hits) {
		w->sample.ns = sample->period ? sample->period : s->clock_period;
	}
}

static int take_sample(struct session *s, const struct perf_data_record *rec)
{
	const struct perf_data_sample *sample = &rec->sample;
	struct waiting w = {
		.kind = WAITING_SAMPLE, .time = sample->time ? sample->time : rec->time,
		.pid = sample->pid, .tid = sample->tid
	};
	const uint64_t *block;
	int r = read_raw(s, sample, &w);

	if (r)
		return r;
	weigh(s, sample, &w);
	w.sample.cpu = sample->cpu;
	w.sample.misc = sample->misc & 7;
	s->n_samples += w.sample.count;
	r = copies_pack(&s->copies, sample, sample->chain_len ? sample->chain : &sample->ip,
			sample->chain_len ? sample->chain_len : 1, &w, &block);
	return r ? r : wait_for_turn(s, &w, block);
}

static int take_meta(struct session *s, const char *key, const char *value)
{
	int r = probes_take(&s->probes, key, value);

	s->ours = true;
	if (r)
		return r < 0 ? r : 0;
	/* Messages are of one kind: what comes after samples comes too late. */
	if (!strcmp(key, "event") && !strcmp(value, "probes") && !s->n_samples)
		count_hits(s);
	if (!strcmp(key, "period_ns"))
		s->period_ns = strtoull(value, NULL, 10);
	if (!strcmp(key, "group") && !strcmp(value, "cpu"))
		s->group = GROUP_CPU;
	if (!strcmp(key, "group") && !strcmp(value, "tid"))
		s->group = GROUP_TID;
	if (!strcmp(key, "unwind"))
		s->by_pointers = strcmp(value, "tables") != 0;
	return facts_set(&s->facts, key, value);
}

static void forget_processes(struct session *s)
{
	if (space_count(&s->spaces) < GENERATIONS_KEPT || s->timeline.newest < FORGET_AGE)
		return;
	if (space_forget(&s->spaces, s->timeline.newest - FORGET_AGE))
		frames_forget_addresses(&s->frames);
}

/* profile-bee has drained all buffers when it ends a round; perf may have older records to come. */
static int end_round(struct session *s)
{
	int r = s->ours ? timeline_flush(&s->timeline, apply, s) :
		timeline_round(&s->timeline, apply, s);
	uint64_t time;

	if (r || !s->live)
		return r;
	time = clock_now_ns();
	if (time - s->last_message < SECOND || !s->stacks.n)
		return 0;
	s->last_message = time;
	r = write_stacks(s);
	forget_processes(s);
	return r ? r : write_message(s);
}

int session_record(struct session *s, const struct perf_data_record *rec)
{
	int r = s->info && rec->kind != PERF_DATA_META ? learn(s) : 0;

	if (r)
		return r;
	switch (rec->kind) {
	case PERF_DATA_SAMPLE:
		return take_sample(s, rec);
	case PERF_DATA_MMAP:
		return take_mmap(s, rec);
	case PERF_DATA_COMM:
		return take_comm(s, rec);
	case PERF_DATA_FORK:
	case PERF_DATA_EXIT:
		return take_task(s, rec);
	case PERF_DATA_LOST:
		s->n_lost += rec->lost.lost;
		return 0;
	case PERF_DATA_BUILD_ID:
		if (!rec->build_id.kernel)
			objects_set_build_id(&s->objects, rec->build_id.filename, rec->build_id.id,
					     rec->build_id.id_len);
		return 0;
	case PERF_DATA_META:
		return take_meta(s, rec->meta.key, rec->meta.value);
	case PERF_DATA_KERNEL_SYMBOL:
		return kernel_symbols_add(&s->kernel, rec->symbol.start, rec->symbol.end,
					  rec->symbol.name, rec->symbol.module);
	case PERF_DATA_ROUND:
		return end_round(s);
	}
	return 0;
}

static int set_unwind_facts(struct session *s)
{
	int r = cuts_report(&s->emitter.cuts, &s->objects, &s->facts);

	if (r || !s->copies.skipped)
		return r;
	return facts_set_number(&s->facts, "copies_skipped", s->copies.skipped);
}

static int set_final_facts(struct session *s, const char *reason)
{
	int r = facts_set_number(&s->facts, "unsymbolized_frames", s->frames.n_unsymbolized);

	if (!r)
		r = facts_set_number(&s->facts, "files", s->objects.n_read);
	if (!r)
		r = facts_set_number(&s->facts, "debug_files", s->sources.n_read);
	if (!r && s->sources.n_failed)
		r = facts_set_number(&s->facts, "debug_files_failed", s->sources.n_failed);
	if (!r)
		r = facts_set_number(&s->facts, "events", s->n_events);
	if (!r)
		r = facts_set_number(&s->facts, "samples_read", s->n_samples);
	if (!r && !s->ours)
		r = facts_set_number(&s->facts, "lost_ring", s->n_lost);
	if (!r)
		r = set_unwind_facts(s);
	return r || !reason ? r : facts_set(&s->facts, "incomplete", reason);
}

static void put_facts(struct session *s)
{
	struct buf text = BUF_INIT(1 << 20);

	for (size_t i = 0; i < s->facts.n; i++) {
		buf_clear(&text);
		if (!buf_printf(&text, "%s %s", s->facts.keys.keys[i].bytes, s->facts.values[i]) &&
		    !buf_put_byte(&text, 0))
			pprof_add_comment(s->emitter.writer, (const char *)text.data);
	}
	buf_release(&text);
	pprof_set_time(s->emitter.writer, (int64_t)facts_number(&s->facts, "start_time"),
		       (int64_t)facts_number(&s->facts, "duration_ns"));
	pprof_set_period(s->emitter.writer, (int64_t)facts_number(&s->facts, "period_ns"));
}

int session_finish(struct session *s, const char *reason)
{
	int r = s->info ? learn(s) : 0;

	if (!r)
		r = timeline_flush(&s->timeline, apply, s);
	if (!r)
		r = write_stacks(s);
	if (!r)
		r = set_final_facts(s, reason);
	if (r)
		return r;
	put_facts(s);
	return emit_message(&s->emitter);
}

bool session_lacks_end(const struct session *s)
{
	return s->ours && !facts_get(&s->facts, "duration_ns");
}

void session_release(struct session *s)
{
	pprof_writer_free(s->emitter.writer);
	cuts_release(&s->emitter.cuts);
	copies_release(&s->copies);
	facts_release(&s->facts);
	stacks_release(&s->stacks);
	timeline_release(&s->timeline);
	frames_release(&s->frames);
	probes_release(&s->probes);
	comms_release(&s->comms);
	perf_maps_release(&s->jit);
	kernel_symbols_release(&s->kernel);
	sources_release(&s->sources);
	objects_release(&s->objects);
	spaces_release(&s->spaces);
}
