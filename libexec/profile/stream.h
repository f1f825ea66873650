/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What profile writes: perf.data records to the pipeline and, when asked, to a recording. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/perf-data.h"

#include "ksyms.h"
#include "stack-table.h"

/* Id of the one event that our streams have. */
#define STREAM_EVENT_ID 1

struct stream {
	int out;                 /* the pipeline, -1: none */
	int record;              /* the recording, -1: none */
	struct buf out_buf, record_buf;
	size_t sent;             /* bytes of out_buf that have been written */
	size_t next_write;       /* out_buf is written when it has as many bytes */
	uint64_t period_ns;
	bool recording;          /* something has been written to the recording */
	bool copies;             /* samples have room for registers and stacks */
	bool probes;             /* samples are hits of probes, and the period is 1 */
	struct ksyms *ksyms;     /* borrowed */
	int error;               /* of the first write that failed, negative errno */
	const char *error_what;  /* "the pipeline" or "the recording" */
};

/* A hit, or several of the same stack. */
struct stream_hit {
	uint64_t time_ns, count;
	uint32_t tgid, tid, cpu, epoch;
	uint32_t probe;          /* number of its target, in a stream of probes */
	const char *comm;        /* 16 bytes */
	const struct abi_copy *copy;     /* of its registers and stack, or NULL */
};

/* Start a stream; the descriptors stay the caller's. */
void stream_init(struct stream *s, int out, int record, uint64_t period_ns, struct ksyms *ksyms);

/* The header, then facts about this host.  Every put returns 0 or a negative errno. */
int stream_header(struct stream *s, uint32_t cpus);
int stream_meta(struct stream *s, const char *key, const char *value);
int stream_meta_number(struct stream *s, const char *key, uint64_t value);

/* A record that the kernel wrote, whose trailing event id becomes ours. */
int stream_kernel_record(struct stream *s, const void *record, size_t n);

int stream_mmap(struct stream *s, const struct perf_data_mmap *m);
int stream_comm(struct stream *s, uint32_t pid, uint32_t tid, const char *comm);
/* Mappings of the kernel's own code and of each module, for perf. */
int stream_kernel_maps(struct stream *s);

/*
 * Samples of one stack, after the kernel symbols in it that the reader has not got yet.  The
 * pipeline gets one record of count periods, the recording one record for each sample.
 */
int stream_samples(struct stream *s, const struct stream_hit *hit, const struct stack *stack,
		   const uint64_t *frames);

/* End a round.  ordered: everything before it is older than what follows the next one. */
int stream_round(struct stream *s, bool ordered);

/*
 * Write what is buffered, but of the pipeline's part only what its reader takes at once, unless
 * that is far behind: then wait for it.
 */
int stream_flush(struct stream *s);

/* Write all that is buffered. */
int stream_finish(struct stream *s);

void stream_release(struct stream *s);
