/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes symbolize as a whole: a recording in, messages out to nowhere. */
#include "config.h"

#include "libexec/symbolize/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read all records, as symbolize's main does. */
static void read_records(struct session *s, struct perf_data_reader *r)
{
	struct perf_data_record rec;
	int failed = 0;

	while (!failed && perf_data_next(r, &rec) > 0)
		failed = session_record(s, &rec);
	if (!failed && session_finish(s, NULL))
		fputs("no result\n", stderr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct session s;
	CLEANUP_CLOSE int in = memfd_create("fuzz", MFD_CLOEXEC);
	CLEANUP_CLOSE int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct perf_data_reader *r;

	if (in < 0 || out < 0 || write_all(in, data, size) || lseek(in, 0, SEEK_SET) < 0)
		return 0;
	if (perf_data_reader_open(&r, in))
		return 0;
	memset(&s, 0, sizeof(s));
	kernel_symbols_init(&s.kernel);
	if (!session_init(&s, perf_data_reader_info(r), out))
		read_records(&s, r);
	session_release(&s);
	perf_data_reader_close(r);
	return 0;
}
