/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf.data codec: writes pipe mode, reads pipe mode and file mode.
 *
 * Sources of the format: linux/perf_event.h (kernel records) and
 * tools/perf/Documentation/perf.data-file-format.txt (header, features, user records).
 * Little-endian, 8-byte aligned records of at most 65,535 bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"

/* Record types that user space writes (tools/lib/perf: enum perf_user_event_type). */
enum {
	PERF_USER_HEADER_ATTR = 64,
	PERF_USER_EVENT_TYPE = 65,      /* deprecated, perf skips it: ours have a magic number */
	PERF_USER_TRACING_DATA = 66,
	PERF_USER_BUILD_ID = 67,
	PERF_USER_FINISHED_ROUND = 68,
	PERF_USER_ID_INDEX = 69,
	PERF_USER_FEATURE = 80,
	PERF_USER_COMPRESSED = 81,
	PERF_USER_COMPRESSED2 = 83
};

/* Entries a callchain may hold in a record of ours: kernel 127, user 4,096, the markers. */
#define PERF_DATA_CHAIN_MAX 4232

/* Longer texts (values, command lines, names) are clipped; a key above its limit is refused. */
#define PERF_DATA_TEXT_MAX 32768
#define PERF_DATA_KEY_MAX 256

/*
 * The registers that our samples carry where they have a copy of the user stack: the general ones
 * and the instruction pointer, as bits of enum perf_event_x86_regs (asm/perf_regs.h).  Not the
 * flags and the segments: no unwinding needs them.
 */
#define PERF_DATA_REGS_MASK UINT64_C(0xff01ff)
#define PERF_DATA_REGS_N 17

/* ---- our own records (type 65) ---- */

enum perf_data_own_kind {
	/* "key value", UTF-8: a fact of the run ("frequency 99", "lost_ring 0"). */
	OWN_META = 1,
	/* A sampled kernel symbol: u64 start, u64 end, "name\0module\0" (module may be ""). */
	OWN_KERNEL_SYMBOL = 2,
	/*
	 * The end of a round in a stream of counts, whose times go back; perf must not sort by
	 * it.
	 */
	OWN_ROUND = 3
};

/*
 * Payload of a sample's RAW field in our streams.  Older recordings end before `probe`, with
 * padding in its place, so it counts only with its flag.
 */
#define PERF_DATA_RAW_MAGIC 0x31656270u   /* "pbe1" */
#define PERF_DATA_NO_PROBE UINT32_MAX

enum perf_data_raw_flags {
	PERF_DATA_RAW_PROBE = 1  /* a probe's hit: `probe` is the number of its target */
};

struct perf_data_raw {
	uint32_t magic;
	uint16_t verdict;        /* enum verdict of bpf/abi.h */
	uint16_t flags;          /* enum perf_data_raw_flags */
	uint32_t epoch;          /* generation of the process's mappings */
	char comm[16];           /* thread name at the sample */
	/* Frames in the middle were left out after so many user frames; 0: none were. */
	uint32_t gap;
	uint32_t probe;          /* from 0, as in the keys "probe.N" of META */
};

/*
 * ---- writing, pipe mode ----
 *
 * Every put appends one record and returns 0, -EMSGSIZE (the record would exceed 65,528 bytes, or
 * the callchain PERF_DATA_CHAIN_MAX), -EINVAL (a bad argument) or the buffer's error; nothing is
 * appended then.
 */

struct perf_data_attr {
	uint64_t id;             /* PERF_SAMPLE_IDENTIFIER of every record */
	uint64_t period_ns;
	bool counts_hits;        /* the event is no clock but a dummy, and period_ns a number */
	const char *event_name;  /* "cpu-clock" */
	const char *hostname, *release, *arch, *cmdline;   /* each may be NULL */
	uint32_t cpus;
	/*
	 * PERF_DATA_REGS_MASK: every sample has registers and a copied stack, be they empty.
	 * 0: none has.
	 */
	uint64_t regs_mask;
};

/* Identity that closes every non-sample record (sample_id_all). */
struct perf_data_id { uint32_t pid, tid, cpu; uint64_t time; };

struct perf_data_mmap {
	uint32_t pid, tid;
	uint64_t start, len, pgoff;
	uint32_t maj, min;
	uint64_t ino, ino_generation;
	uint8_t build_id[20];
	uint8_t build_id_len;    /* 0: maj, min, ino are the identity */
	uint32_t prot, flags;    /* as mmap(2) */
	bool kernel;             /* cpumode kernel, written as MMAP (type 1) */
	const char *filename;    /* when read: points into the record, NUL-terminated */
};

struct perf_data_sample {
	uint64_t id, ip, time, period;
	uint32_t pid, tid, cpu;
	uint16_t misc;           /* cpumode: PERF_RECORD_MISC_KERNEL or _USER */
	const uint64_t *chain;   /* innermost first, PERF_CONTEXT_* included; read: aligned */
	size_t chain_len;
	const void *raw;         /* may be NULL */
	size_t raw_len;          /* when read, padding included (at most 7 bytes) */
	/* When read: the name of its event if there are several that sample, else NULL. */
	const char *event_name;
	/*
	 * What user space needs to unwind the user stack itself.  With a copy the chain should have
	 * no user frames: perf shows the unwound ones behind them.
	 */
	uint64_t regs_mask;      /* bits of registers; when written, the attr's */
	uint64_t regs_abi;       /* PERF_SAMPLE_REGS_ABI_*; 0: neither registers nor a copy */
	const uint64_t *regs;    /* a value for each bit, from the lowest; NULL with abi 0 */
	const void *stack;       /* from the stack pointer upwards; may be NULL */
	size_t stack_len;        /* when written, the copy is clipped to what a record holds */
	/* The copy ends where its room did, not at what is readable; written in whole words. */
	bool stack_full;
};

/*
 * File header, HEADER_ATTR and the features EVENT_DESC, ARCH, HOSTNAME, OSRELEASE, NRCPUS, CMDLINE.
 * The attr: software cpu-clock or dummy, sample_id_all, use_clockid CLOCK_MONOTONIC, sample type
 * IDENTIFIER, IP, TID, TIME, CPU, PERIOD, CALLCHAIN, RAW, and with a regs_mask REGS_USER,
 * STACK_USER.
 */
int perf_data_put_header(struct buf *b, const struct perf_data_attr *attr);
int perf_data_put_mmap(struct buf *b, const struct perf_data_mmap *m, uint64_t event_id,
		       const struct perf_data_id *id);
/* exec: the name was set by exec(2) (PERF_RECORD_MISC_COMM_EXEC). */
int perf_data_put_comm(struct buf *b, uint32_t pid, uint32_t tid, const char *comm, bool exec,
		       uint64_t event_id, const struct perf_data_id *id);
/* type is PERF_RECORD_FORK or PERF_RECORD_EXIT. */
int perf_data_put_task(struct buf *b, uint32_t type, uint32_t pid, uint32_t ppid, uint32_t tid,
		       uint32_t ptid, uint64_t event_id, const struct perf_data_id *id);
int perf_data_put_sample(struct buf *b, const struct perf_data_sample *s);
int perf_data_put_lost_samples(struct buf *b, uint64_t lost, uint64_t event_id,
			       const struct perf_data_id *id);
/* ordered: what follows the next round is not older than what is before this one (perf's rule). */
int perf_data_put_round(struct buf *b, bool ordered);
int perf_data_put_meta(struct buf *b, const char *key, const char *value);
int perf_data_put_kernel_symbol(struct buf *b, uint64_t start, uint64_t end, const char *name,
				const char *module);

/* ---- reading ---- */

enum perf_data_kind {
	PERF_DATA_SAMPLE, PERF_DATA_MMAP, PERF_DATA_COMM, PERF_DATA_FORK, PERF_DATA_EXIT,
	PERF_DATA_LOST,          /* LOST and LOST_SAMPLES */
	PERF_DATA_BUILD_ID, PERF_DATA_META, PERF_DATA_KERNEL_SYMBOL, PERF_DATA_ROUND
};

/* One decoded record; pointers are valid until the next perf_data_next(). */
struct perf_data_record {
	enum perf_data_kind kind;
	uint64_t time;           /* 0 when the record has none */
	union {
		struct perf_data_sample sample;
		struct perf_data_mmap mmap;
		struct { uint32_t pid, tid; const char *comm; bool exec; } comm;
		struct { uint32_t pid, ppid, tid, ptid; } task;
		struct { uint64_t lost; bool samples; } lost;
		struct {
			const char *filename;
			uint8_t id[20], id_len;
			int32_t pid;
			bool kernel;
		} build_id;
		struct { const char *key, *value; } meta;
		struct { uint64_t start, end; const char *name, *module; } symbol;
	};
};

/*
 * Facts from the header.  In pipe mode they come as records, so they are known once the first
 * sample has been read.
 */
struct perf_data_info {
	const char *hostname, *release, *arch, *cmdline;   /* NULL when absent */
	const char *event_name;  /* the first event's, or NULL */
	uint64_t period_ns;      /* of a cpu-clock or task-clock; else 0 */
	uint64_t frequency;      /* asked, 0 when by period */
	bool counts_hits;        /* each sample is one hit of a tracepoint or another probe */
	bool is_file;            /* file mode */
	bool ours;               /* has META records of ours at its start */
};

struct perf_data_reader;

/*
 * Reader of fd, which stays the caller's.  Pipe mode needs no seeking; file mode does.  Returns 0
 * or a negative errno: -ENOEXEC not perf.data, -ENOTSUP other byte order or compressed records.
 */
int perf_data_reader_open(struct perf_data_reader **r, int fd) MUST_CHECK;

/*
 * The next record that has a meaning for us; others are skipped and counted.  Records come in file
 * order: a caller that needs time order sorts within rounds itself (perf's own files) or keeps
 * history by time.  Returns 1, 0 at the end, -EBADMSG malformed, -ENODATA cut in the middle of a
 * record, -ENOTSUP compressed, or another negative errno.
 */
int perf_data_next(struct perf_data_reader *r, struct perf_data_record *rec) MUST_CHECK;

/*
 * The payload that a sample of ours carries, whatever version wrote it; raw->probe is
 * PERF_DATA_NO_PROBE when the sample is no hit of a probe.  False, *raw untouched: it has none.
 */
bool perf_data_raw_of(const struct perf_data_sample *s, struct perf_data_raw *raw) MUST_CHECK;

const struct perf_data_info *perf_data_reader_info(const struct perf_data_reader *r);
/* Byte offset of the record last returned, for messages; records skipped because unknown. */
uint64_t perf_data_reader_offset(const struct perf_data_reader *r);
uint64_t perf_data_reader_skipped(const struct perf_data_reader *r);
void perf_data_reader_close(struct perf_data_reader *r);
