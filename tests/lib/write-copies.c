/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes perf.data with samples of itself that have registers and a copy of the stack.
 *
 *	write-copies DEPTH BYTES [SAMPLES]
 *
 * The stack is main > first > second > deeper x DEPTH > leaf, without frame pointers; `second` has
 * a frame of variable size.  Of it BYTES are copied, from the stack pointer upwards.
 */
#include "config.h"

#include "lib/perf-data.h"

#include <alloca.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "lib/io.h"

static volatile int sink;
static struct buf out = BUF_INIT(1 << 24);
static uint64_t stack_end;
static size_t bytes, samples = 1;

static struct perf_data_id identity(uint64_t time)
{
	return (struct perf_data_id){
		.pid = (uint32_t)getpid(), .tid = (uint32_t)getpid(), .time = time
	};
}

/* Data, too: perf finds unwind information through its mapping. */
static void put_mapping(const char *line)
{
	struct perf_data_mmap m = { .pid = (uint32_t)getpid(), .tid = (uint32_t)getpid() };
	struct perf_data_id id = identity(1);
	uint64_t end;
	char prot[8], path[4096] = "//anon";

	sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %" SCNu64 " %4095[^\n]",
	       &m.start, &end, prot, &m.pgoff, &m.maj, &m.min, &m.ino, path);
	if (!strcmp(path, "[stack]"))
		stack_end = end;
	m.len = end - m.start;
	m.prot = prot[2] == 'x' ? PROT_READ | PROT_EXEC : PROT_READ;
	m.flags = MAP_PRIVATE;
	m.filename = path;
	if (perf_data_put_mmap(&out, &m, 1, &id))
		_exit(1);
}

static void put_head(void)
{
	const struct perf_data_attr attr = {
		.id = 1, .period_ns = 1000000, .event_name = "cpu-clock",
		.regs_mask = PERF_DATA_REGS_MASK,
	};
	struct perf_data_id id = identity(1);
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[5000];

	if (!maps || perf_data_put_header(&out, &attr) ||
	    perf_data_put_comm(&out, id.pid, id.tid, "write-copies", true, 1, &id))
		_exit(1);
	while (fgets(line, sizeof(line), maps))
		put_mapping(line);
	fclose(maps);
}

static void put_samples(const ucontext_t *uc)
{
	const greg_t *g = uc->uc_mcontext.gregs;
	const uint64_t chain[] = { PERF_CONTEXT_USER, (uint64_t)g[REG_RIP] };
	/* In the order of enum perf_event_x86_regs. */
	const int order[PERF_DATA_REGS_N] = {
		REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_RIP,
		REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
	};
	uint64_t regs[PERF_DATA_REGS_N], left = stack_end - (uint64_t)g[REG_RSP];
	struct perf_data_sample s = {
		.id = 1, .ip = chain[1], .period = 1000000, .pid = (uint32_t)getpid(),
		.tid = (uint32_t)getpid(), .misc = PERF_RECORD_MISC_USER, .chain = chain,
		.chain_len = 1, .regs_mask = PERF_DATA_REGS_MASK,
		.regs_abi = PERF_SAMPLE_REGS_ABI_64, .regs = regs,
		.stack = (const void *)(uintptr_t)g[REG_RSP],
		.stack_len = bytes < left ? bytes : left, .stack_full = bytes <= left,
	};

	for (size_t i = 0; i < PERF_DATA_REGS_N; i++)
		regs[i] = (uint64_t)g[order[i]];
	for (size_t i = 0; i < samples; i++) {
		s.time = 1000 + i;
		if (perf_data_put_sample(&out, &s))
			_exit(1);
	}
}

__attribute__((noinline)) static void leaf(void)
{
	ucontext_t uc;

	getcontext(&uc);
	put_samples(&uc);
	sink++;
}

__attribute__((noinline)) static void deeper(int depth)
{
	volatile char room[40];

	room[depth % 40] = 1;
	if (depth > 1)
		deeper(depth - 1);
	else
		leaf();
	sink += room[depth % 40];
}

__attribute__((noinline)) static void second(int depth)
{
	volatile char *room = alloca((size_t)depth % 100 + 16);

	room[0] = 1;
	deeper(depth);
	sink += room[0];
}

__attribute__((noinline)) static void first(int depth)
{
	second(depth);
	sink++;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	bytes = strtoul(argv[2], NULL, 10);
	if (argc > 3)
		samples = strtoul(argv[3], NULL, 10);
	put_head();
	first(atoi(argv[1]));
	return write_all(STDOUT_FILENO, out.data, out.len) != 0;
}
