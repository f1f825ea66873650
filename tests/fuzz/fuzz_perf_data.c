/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the perf.data reader, and reads all that the records point to. */
#include "config.h"

#include "lib/perf-data.h"

#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;

static void use_bytes(const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sink += ((const uint8_t *)bytes)[i];
}

static void use_sample(const struct perf_data_sample *s)
{
	for (size_t i = 0; i < s->chain_len; i++)
		sink += s->chain[i];
	if (s->regs)
		for (int i = 0; i < __builtin_popcountll(s->regs_mask); i++)
			sink += s->regs[i];
	use_bytes(s->raw, s->raw_len);
	use_bytes(s->stack, s->stack_len);
}

static void use(const struct perf_data_record *rec)
{
	if (rec->kind == PERF_DATA_SAMPLE)
		use_sample(&rec->sample);
	else if (rec->kind == PERF_DATA_MMAP)
		sink += strlen(rec->mmap.filename);
	else if (rec->kind == PERF_DATA_COMM)
		sink += strlen(rec->comm.comm);
	else if (rec->kind == PERF_DATA_BUILD_ID)
		sink += strlen(rec->build_id.filename);
	else if (rec->kind == PERF_DATA_META)
		sink += strlen(rec->meta.key) + strlen(rec->meta.value);
	else if (rec->kind == PERF_DATA_KERNEL_SYMBOL)
		sink += strlen(rec->symbol.name) + strlen(rec->symbol.module);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_CLOSE int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct perf_data_reader *r;
	struct perf_data_record rec;

	if (fd < 0 || write_all(fd, data, size) || lseek(fd, 0, SEEK_SET) < 0)
		return 0;
	if (perf_data_reader_open(&r, fd))
		return 0;
	while (perf_data_next(r, &rec) > 0)
		use(&rec);
	perf_data_reader_close(r);
	return 0;
}
