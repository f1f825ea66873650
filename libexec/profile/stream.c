// SPDX-License-Identifier: GPL-2.0-or-later
/* What profile writes: perf.data records to the pipeline and, when asked, to a recording. */
#include "config.h"

#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/utsname.h>

#include "lib/io.h"

#include "bpf/abi.h"

/* Buffered bytes that cause a write, and those that are never exceeded. */
#define STREAM_WRITE_BYTES ((size_t)256 << 10)
#define STREAM_BUFFER_MAX ((size_t)96 << 20)
/*
 * The reader of the pipeline is waited for when it is so far behind.  It has files to read and
 * stacks to walk while new processes are to be made known here, or more stacks are left to it.
 */
#define STREAM_BEHIND_MAX ((size_t)32 << 20)

void stream_init(struct stream *s, int out, int record, uint64_t period_ns, struct ksyms *ksyms)
{
	*s = (struct stream){
		.out = out,
		.record = record,
		.out_buf = BUF_INIT(STREAM_BUFFER_MAX),
		.record_buf = BUF_INIT(STREAM_BUFFER_MAX),
		.period_ns = period_ns,
		.next_write = STREAM_WRITE_BYTES,
		.ksyms = ksyms,
	};
}

static int note_error(struct stream *s, int r, const char *what)
{
	if (r && !s->error) {
		s->error = r;
		s->error_what = what;
	}
	return r;
}

static int write_record(struct stream *s)
{
	struct buf *b = &s->record_buf;
	int r = b->failed;

	if (!r && s->record >= 0 && b->len && !s->recording) {
		r = cut_old_contents(s->record);
		s->recording = true;
	}
	if (!r && s->record >= 0 && b->len)
		r = write_all(s->record, b->data, b->len);
	buf_clear(b);
	return note_error(s, r, "the recording");
}

/* A pipe that can be written to takes PIPE_BUF bytes at once. */
static bool takes_more(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) > 0;
}

/* Write the first `must` bytes that are due, and then what the reader takes without waiting. */
static int write_due(struct stream *s, size_t must)
{
	struct buf *b = &s->out_buf;
	int r = b->failed;

	while (!r && s->sent < b->len && (s->sent < must || takes_more(s->out))) {
		size_t n = b->len - s->sent;

		if (n > PIPE_BUF)
			n = PIPE_BUF;
		r = write_all(s->out, b->data + s->sent, n);
		s->sent += n;
	}
	return r;
}

static int write_out(struct stream *s, size_t behind_max)
{
	struct buf *b = &s->out_buf;
	size_t due = b->len - s->sent;
	int r = s->out < 0 ? b->failed :
			     write_due(s, due > behind_max ? s->sent + due - behind_max : 0);

	if (r || s->out < 0 || s->sent == b->len) {
		buf_clear(b);
		s->sent = 0;
	} else if (s->sent > b->len / 2) {
		memmove(b->data, b->data + s->sent, b->len - s->sent);
		b->len -= s->sent;
		s->sent = 0;
	}
	s->next_write = b->len + STREAM_WRITE_BYTES;
	return note_error(s, r, "the pipeline");
}

int stream_flush(struct stream *s)
{
	int r = write_out(s, STREAM_BEHIND_MAX), r2 = write_record(s);

	return r ? r : r2;
}

int stream_finish(struct stream *s)
{
	int r = write_out(s, 0), r2 = write_record(s);

	return r ? r : r2;
}

static int flush_if_full(struct stream *s)
{
	if (s->out_buf.len < s->next_write && s->record_buf.len < STREAM_WRITE_BYTES)
		return 0;
	return stream_flush(s);
}

/* What was appended to the pipeline's buffer since `from` goes to the recording too. */
static int to_both(struct stream *s, size_t from)
{
	if (s->record >= 0 && !s->out_buf.failed)
		buf_put(&s->record_buf, s->out_buf.data + from, s->out_buf.len - from);
	return flush_if_full(s);
}

int stream_header(struct stream *s, uint32_t cpus)
{
	struct utsname host;
	struct perf_data_attr attr = {
		.id = STREAM_EVENT_ID,
		.period_ns = s->period_ns,
		.counts_hits = s->probes,
		.event_name = s->probes ? "probes" : "cpu-clock",
		.cpus = cpus,
		.regs_mask = s->copies ? PERF_DATA_REGS_MASK : 0,
	};
	size_t from = s->out_buf.len;

	if (uname(&host) == 0) {
		attr.hostname = host.nodename;
		attr.release = host.release;
		attr.arch = host.machine;
	}
	perf_data_put_header(&s->out_buf, &attr);
	return to_both(s, from);
}

int stream_meta(struct stream *s, const char *key, const char *value)
{
	size_t from = s->out_buf.len;

	perf_data_put_meta(&s->out_buf, key, value);
	return to_both(s, from);
}

int stream_meta_number(struct stream *s, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return stream_meta(s, key, text);
}

int stream_kernel_record(struct stream *s, const void *record, size_t n)
{
	uint64_t id = STREAM_EVENT_ID;
	size_t from = s->out_buf.len;
	struct perf_event_header header;

	if (n < sizeof(struct perf_event_header) + sizeof(id))
		return -EBADMSG;
	memcpy(&header, record, sizeof(header));
	/* Another session's flag; see sideband.c. */
	if (header.type == PERF_RECORD_MMAP2)
		header.misc &= (uint16_t)~PERF_RECORD_MISC_MMAP_BUILD_ID;
	buf_put(&s->out_buf, &header, sizeof(header));
	buf_put(&s->out_buf, (const uint8_t *)record + sizeof(header),
		n - sizeof(header) - sizeof(id));
	buf_put(&s->out_buf, &id, sizeof(id));
	return to_both(s, from);
}

int stream_mmap(struct stream *s, const struct perf_data_mmap *m)
{
	struct perf_data_id id = { .pid = m->pid, .tid = m->tid };
	size_t from = s->out_buf.len;

	perf_data_put_mmap(&s->out_buf, m, STREAM_EVENT_ID, &id);
	return to_both(s, from);
}

int stream_comm(struct stream *s, uint32_t pid, uint32_t tid, const char *comm)
{
	struct perf_data_id id = { .pid = pid, .tid = tid };
	size_t from = s->out_buf.len;

	perf_data_put_comm(&s->out_buf, pid, tid, comm, false, STREAM_EVENT_ID, &id);
	return to_both(s, from);
}

int stream_kernel_maps(struct stream *s)
{
	const struct ksyms *k = s->ksyms;
	struct perf_data_mmap m = {
		.pid = UINT32_MAX,
		.start = k->text_start,
		.len = k->text_end - k->text_start,
		.pgoff = k->text_start,
		.prot = 4,
		.kernel = true,
		.filename = "[kernel.kallsyms]_text",
	};

	if (!k->text_start || k->text_end <= k->text_start)
		return 0;
	return stream_mmap(s, &m);
}

static int put_kernel_symbol(struct stream *s, uint64_t addr)
{
	struct ksym *sym = ksyms_find(s->ksyms, addr);
	size_t from = s->out_buf.len;

	if (!sym || sym->sent)
		return 0;
	perf_data_put_kernel_symbol(&s->out_buf, sym->start, ksyms_end(s->ksyms, sym),
				    s->ksyms->text + sym->name, s->ksyms->text + sym->module);
	sym->sent = true;
	return to_both(s, from);
}

/* The registers in the order of enum perf_event_x86_regs, those of PERF_DATA_REGS_MASK. */
static const enum abi_register perf_registers[PERF_DATA_REGS_N] = {
	ABI_AX, ABI_BX, ABI_CX, ABI_DX, ABI_SI, ABI_DI, ABI_BP, ABI_SP, ABI_IP,
	ABI_R8, ABI_R9, ABI_R10, ABI_R11, ABI_R12, ABI_R13, ABI_R14, ABI_R15
};

/* The copy begins with a page; the stack in it with the stack pointer. */
static void add_copy(struct perf_data_sample *sample, const struct abi_copy *copy,
		     uint64_t regs[PERF_DATA_REGS_N])
{
	uint64_t below = copy->regs[ABI_SP] - copy->address;
	size_t n = copy->n_pages < ABI_COPY_PAGES ? copy->n_pages : ABI_COPY_PAGES;

	for (size_t i = 0; i < PERF_DATA_REGS_N; i++)
		regs[i] = copy->regs[perf_registers[i]];
	sample->regs_abi = PERF_SAMPLE_REGS_ABI_64;
	sample->regs = regs;
	if (below >= n * sizeof(copy->pages[0]))
		return;
	sample->stack = &copy->pages[0][0] + below;
	sample->stack_len = n * sizeof(copy->pages[0]) - below;
	sample->stack_full = n == ABI_COPY_PAGES;
}

/* The callchain with its context markers.  Returns its length. */
static size_t build_chain(uint64_t chain[PERF_DATA_CHAIN_MAX], const struct stack *stack,
			  const uint64_t *frames)
{
	size_t n = 0;

	if (stack->n_kernel) {
		chain[n++] = PERF_CONTEXT_KERNEL;
		memcpy(chain + n, frames, stack->n_kernel * sizeof(*frames));
		n += stack->n_kernel;
	}
	if (stack->n_user) {
		chain[n++] = PERF_CONTEXT_USER;
		memcpy(chain + n, frames + stack->n_kernel, stack->n_user * sizeof(*frames));
		n += stack->n_user;
	}
	return n;
}

static int put_recorded(struct stream *s, struct perf_data_sample *sample, uint64_t count)
{
	sample->period = s->period_ns;
	for (uint64_t i = 0; i < count; i++) {
		int r;

		perf_data_put_sample(&s->record_buf, sample);
		r = flush_if_full(s);
		if (r)
			return r;
	}
	return 0;
}

int stream_samples(struct stream *s, const struct stream_hit *hit, const struct stack *stack,
		   const uint64_t *frames)
{
	static uint64_t chain[PERF_DATA_CHAIN_MAX];
	struct perf_data_raw raw = {
		.magic = PERF_DATA_RAW_MAGIC,
		.verdict = (uint16_t)stack->verdict,
		.flags = s->probes ? PERF_DATA_RAW_PROBE : 0,
		.epoch = hit->epoch,
		.gap = stack->gap,
		.probe = hit->probe,
	};
	uint64_t regs[PERF_DATA_REGS_N];
	struct perf_data_sample sample = {
		.id = STREAM_EVENT_ID,
		.time = hit->time_ns,
		.period = hit->count * s->period_ns,
		.pid = hit->tgid,
		.tid = hit->tid,
		.cpu = hit->cpu,
		.misc = stack->n_kernel ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER,
		.chain = chain,
		.raw = &raw,
		.raw_len = sizeof(raw),
		.regs_mask = s->copies ? PERF_DATA_REGS_MASK : 0,
	};

	if (!stack->n_kernel && !stack->n_user)
		return -EINVAL;
	for (unsigned i = 0; i < stack->n_kernel; i++)
		put_kernel_symbol(s, frames[i] - (i > 0));
	memcpy(raw.comm, hit->comm, sizeof(raw.comm));
	sample.ip = frames[0];
	sample.chain_len = build_chain(chain, stack, frames);
	if (hit->copy)
		add_copy(&sample, hit->copy, regs);
	if (s->out >= 0)
		perf_data_put_sample(&s->out_buf, &sample);
	if (s->record >= 0)
		return put_recorded(s, &sample, hit->count);
	return flush_if_full(s);
}

int stream_round(struct stream *s, bool ordered)
{
	size_t from = s->out_buf.len;

	perf_data_put_round(&s->out_buf, ordered);
	return to_both(s, from);
}

void stream_release(struct stream *s)
{
	buf_release(&s->out_buf);
	buf_release(&s->record_buf);
}
