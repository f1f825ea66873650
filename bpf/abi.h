/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the BPF programs and user space share: limits, map keys and values, ring records.
 *
 * Included from both sides.  All process and thread ids are those of the pid namespace in which
 * profile-bee runs.
 */
#pragma once

#ifdef __bpf__
#include "bpf/vmlinux.h"
#else
#include <stdint.h>       /* user space only */
#endif

#define ABI_KERNEL_FRAMES_MAX 127
#define ABI_USER_FRAMES_MAX 4096 /* kept of a stack, at most */
#define ABI_WALK_FRAMES_MAX 8192 /* walked, at most */
#define ABI_COMM_LEN 16
#define ABI_OWN_MAX 16           /* processes of profile-bee itself */
#define ABI_PATH_MAX 4096
#define ABI_PROBES_MAX (1u << 20)
#define ABI_SYSCALLS_MAX 1024
#define ABI_CPUS_MAX 8192
#define ABI_ENTRY_RANGES 2
#define ABI_TICK_FUNCTIONS 4

/* How the walk of a user stack ended. */
enum verdict {
	VERDICT_ROOT = 0,        /* the outermost frame was reached */
	VERDICT_NO_USER = 1,     /* kernel thread or no user registers: nothing to walk */
	VERDICT_DEPTH = 2,       /* more frames than the limit */
	VERDICT_FAULT = 3,       /* the stack could not be read (paged out or not mapped) */
	VERDICT_BAD_FRAME = 4,   /* the frame pointer does not lead to a frame */
	VERDICT_FOREIGN = 5,     /* a stack of another tool's making: no statement */
	/* With unwind tables; "there" is the outermost frame of the stack. */
	VERDICT_NO_INFO = 6,     /* no unwind information there, and no frame pointer leads on */
	VERDICT_PENDING = 7,     /* the table of the file there was not ready */
	VERDICT_UNMAPPED = 8,    /* the address there is in no mapping that is known */
	VERDICT_BUDGET = 9,      /* the table of the file there did not fit into --unwind-memory */
	VERDICT_UNSUPPORTED = 10,/* a rule there that the walk cannot follow */
	VERDICT_BAD_CFA = 11,    /* the rule there leads to no frame */
	VERDICT_GENERATED = 12,  /* generated code there, and no frame pointer that leads on */
	VERDICTS
};

#define ABI_VERDICTS_MAX 16

/* What keeps samples apart beside process, thread name and stack. */
enum abi_group { ABI_GROUP_NONE = 0, ABI_GROUP_CPU = 1, ABI_GROUP_TID = 2 };

/* Identity of a counted stack.  No padding: the kernel hashes all bytes. */
struct abi_key {
	uint64_t user_hash;      /* of the user frames and the verdict */
	uint64_t kernel_hash;
	uint32_t tgid;
	uint32_t epoch;          /* of the process's code: changes with exec, id reuse, remapping */
	uint32_t group;          /* cpu or tid, by enum abi_group; else 0 */
	uint32_t verdict : 8;
	uint32_t probe : 24;     /* whose hit it is, by its target's number; else 0 */
	char comm[ABI_COMM_LEN];
};

struct abi_count {
	uint64_t count;
	uint64_t first_ns;       /* CLOCK_MONOTONIC of the first hit */
	uint32_t tid;            /* of the first hit */
	uint32_t cpu;            /* of the first hit */
	uint32_t sent;           /* a sample with the stack itself has reached the ring */
	uint32_t pad;
};

/* Ring records start with their kind. */
enum abi_record { ABI_EVENT = 0, ABI_COPY = 1 };

/*
 * Head of a ring record; n_kernel + n_user uint64_t frames follow, innermost first, kernel part
 * first. One sample; it has frames unless its stack was sent before.
 */
struct abi_event {
	uint64_t record;         /* ABI_EVENT */
	struct abi_key key;
	uint64_t time_ns;
	uint32_t tid;
	uint32_t cpu;
	uint16_t n_kernel;
	uint16_t n_user;
	/*
	 * A stack deeper than the limit keeps its outermost frames, too: others were left out after
	 * so many user frames.  0: none were.  What follows is a ring, and its oldest frame, the
	 * innermost, is so many frames into it.
	 */
	uint16_t gap;
	uint16_t rotation;
};

/* Registers in the order of the kernel's signal frame (struct sigcontext). */
enum abi_register {
	ABI_R8, ABI_R9, ABI_R10, ABI_R11, ABI_R12, ABI_R13, ABI_R14, ABI_R15, ABI_DI, ABI_SI,
	ABI_BP, ABI_BX, ABI_DX, ABI_AX, ABI_CX, ABI_SP, ABI_IP, ABI_REGISTERS
};

#define ABI_COPY_PAGES 9         /* at least 32 KiB from the stack pointer on */

/*
 * Registers and stack of the sample whose event comes next from that CPU, for a stack that could
 * not be walked yet.
 */
struct abi_copy {
	uint64_t record;         /* ABI_COPY */
	uint64_t time_ns;        /* the event's */
	uint32_t cpu;
	uint32_t n_pages;        /* that could be read */
	uint64_t address;        /* of the first page */
	uint64_t regs[ABI_REGISTERS];
	uint64_t pad;
	uint8_t pages[ABI_COPY_PAGES][4096];
};

/*
 * Per-CPU counters; every run of the sampler, or of a program at a
 * probe, adds one to exactly one of the first six.
 */
struct abi_stats {
	uint64_t taken;          /* counted or sent */
	uint64_t filtered;       /* not of a target, or profile-bee's own */
	uint64_t idle;           /* idle task, with --skip-idle */
	uint64_t lost_ring;      /* the ring was full (stream mode 1, or map and ring full) */
	uint64_t lost_map;       /* the count map was full and the ring too */
	uint64_t lost_nested;    /* no state slot was free */
	uint64_t verdicts[ABI_VERDICTS_MAX];    /* of the taken ones, by enum verdict */
	uint64_t idle_runs;      /* runs that found the idle task, whatever their outcome */
	uint64_t copies;         /* stacks sent as copies */
	uint64_t lost_copies;    /* wanted, but the ring had no room or the limit was reached */
};

/*
 * ---- what is mapped where, and the unwind tables ----
 *
 * They lie in a pool of chunks.  A place in it is a word's number: chunk << 20 | word in the chunk;
 * 0 is nowhere.  Nothing straddles chunks, everything is even.
 */
#define ABI_CHUNK_WORDS ((uint32_t)1 << 20)
#define ABI_CHUNKS_MAX 1024

/* A process's executable mappings: sorted, immutable, shared by forked processes. */
struct abi_slice {
	uint32_t refs;           /* processes that have it */
	uint32_t n;
	uint32_t exec_id;        /* low word of the task's self_exec_id: else it is out of date */
	uint32_t pad;
	/* struct abi_code maps[n] */
};

struct abi_code {
	uint64_t start;
	uint64_t bias;           /* address - bias is the offset in the file */
	uint32_t pages;          /* of 4,096 bytes */
	uint32_t object;         /* place of the struct abi_object, 0: generated code */
};

#define ABI_CODE_WORDS 6
#define ABI_SLICE_MAX ((ABI_CHUNK_WORDS - 64) / ABI_CODE_WORDS)

/* What is mapped. */
struct abi_object {
	uint32_t why;            /* enum verdict of walks that end here; VERDICT_ROOT: none */
	uint32_t n_parts;
	uint32_t parts;          /* place of struct abi_part[n_parts], sorted */
	uint32_t wanted;         /* set by a walk that would have used it */
};

/* The part of an unwind table for a range of a file. */
struct abi_part {
	uint32_t first, n;       /* 256-byte blocks of the file */
	uint32_t part;           /* place of the struct unwind_part */
	uint32_t delta;          /* block number in the table minus that in the file, modulo 2^32 */
};

#define ABI_PART_WORDS 4

/*
 * The table of processes: a process is in the set of its id modulo the number of sets, as id |
 * place of its slice << 32; 0 is a free way.
 */
#define ABI_PROCESS_SETS 32768
#define ABI_PROCESS_WAYS 4

struct abi_process_set {
	uint64_t ways[ABI_PROCESS_WAYS];
};

/*
 * How CPUs tick inside interrupts; all is set before ticks count.  Kernel text: where the entries
 * of interrupts and exceptions are, and the functions that the timer of the kernel's tick may have.
 */
struct abi_ticks {
	uint32_t count;          /* ticks count while this is set */
	uint32_t every;          /* the kernel's tick: not more frequent than samples are due */
	uint64_t period_ns;      /* between two samples of a CPU */
	uint64_t first_ns;       /* CLOCK_MONOTONIC when each one's first is due */
	uint64_t entry_start[ABI_ENTRY_RANGES];
	uint64_t entry_bytes[ABI_ENTRY_RANGES];
	uint64_t functions[ABI_TICK_FUNCTIONS];
};

/* What the iterators write: records of one kind, each followed by nothing. */
struct abi_task {
	uint32_t tgid, tid, ppid;
	uint32_t pad;
	char comm[ABI_COMM_LEN];
};

/* Followed by path_len bytes (the NUL included), then zeros up to a multiple of 8. */
struct abi_mapping {
	uint32_t tgid;
	uint32_t path_len;
	uint64_t start, end, pgoff;   /* pgoff in bytes */
	uint64_t ino;
	uint32_t maj, min;
	uint32_t generation;
	uint32_t flags;               /* vm_flags: 1 read, 2 write, 4 exec, 8 shared */
	uint64_t time_ns;             /* CLOCK_MONOTONIC when this was looked at */
	uint32_t exec_id;             /* low word of the task's self_exec_id */
	uint32_t pad;
};

/* What happens to tasks, where perf events do not tell it. */
enum abi_happening_kind { ABI_FORK, ABI_EXIT, ABI_NAME, ABI_EXEC, ABI_MAPPING };

struct abi_happening {
	uint32_t kind;
	uint32_t tgid, tid;
	uint32_t parent_tgid, parent_tid;     /* of a fork */
	uint32_t cpu;
	uint64_t time_ns;             /* CLOCK_MONOTONIC */
	uint32_t exec_id;             /* low word of the task's self_exec_id, after an exec */
	uint32_t is_last;             /* an exit: of the process's last thread */
	char comm[ABI_COMM_LEN];      /* of a name and an exec */
};

struct abi_mapped {
	struct abi_happening happening;       /* ABI_MAPPING */
	struct abi_mapping mapping;
	uint32_t has_file, is_vdso;
};

#define ABI_SYMBOL_NAME_MAX 512
#define ABI_SYMBOL_MODULE_MAX 64
#define ABI_SYMBOL_TEXT_MAX (ABI_SYMBOL_NAME_MAX + ABI_SYMBOL_MODULE_MAX)

/*
 * Followed by the name and the module's name, a NUL after each, then zeros or junk up to 8 bytes.
 */
struct abi_symbol {
	uint64_t start;
	uint16_t name_len, module_len;   /* the NULs included */
	char type;                       /* as nm(1) */
	char pad[3];
};
