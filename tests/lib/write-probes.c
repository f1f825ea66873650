/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the stream of a run of probes.
 *
 *	write-probes [named | plain | late] [NAME]
 *
 * Three targets are hit in vfs_read, called by do_it: the first five times in one sample and once
 * in another, the second twice, the third once.  named: META gives the first the name
 * uprobe:libc.so.6:malloc, the second NAME ("probe;two"), the third none; plain: it gives none;
 * late: it says what is counted only behind a sample, which is too late.
 */
#include "config.h"

#include "lib/perf-data.h"

#include <linux/perf_event.h>
#include <string.h>

#include "lib/io.h"

#define READ UINT64_C(0xffffffff81000100)
#define CALLER UINT64_C(0xffffffff81000200)

static struct buf out = BUF_INIT(1 << 20);

static void put_head(void)
{
	const struct perf_data_attr attr = { .id = 1, .period_ns = 1, .event_name = "probes" };

	if (perf_data_put_header(&out, &attr))
		exit(1);
}

static void put_meta(const char *key, const char *value)
{
	if (perf_data_put_meta(&out, key, value))
		exit(1);
}

static void put_symbols(void)
{
	const struct perf_data_id id = { .pid = 7, .tid = 7, .time = 1 };

	if (perf_data_put_kernel_symbol(&out, READ, READ + 0x40, "vfs_read", "") ||
	    perf_data_put_kernel_symbol(&out, CALLER, CALLER + 0x40, "do_it", "") ||
	    perf_data_put_comm(&out, 7, 7, "reader", false, 1, &id))
		exit(1);
}

static void put_hits(uint32_t probe, uint64_t n)
{
	const uint64_t chain[] = { PERF_CONTEXT_KERNEL, READ, CALLER + 0x10 };
	const struct perf_data_raw raw = {
		.magic = PERF_DATA_RAW_MAGIC, .verdict = 1, .flags = PERF_DATA_RAW_PROBE,
		.comm = "reader", .probe = probe,
	};
	const struct perf_data_sample s = {
		.id = 1, .ip = READ, .time = 2 + out.len, .period = n, .pid = 7, .tid = 7,
		.misc = PERF_RECORD_MISC_KERNEL, .chain = chain, .chain_len = ARRAY_SIZE(chain),
		.raw = &raw, .raw_len = sizeof(raw),
	};

	if (perf_data_put_sample(&out, &s) || perf_data_put_round(&out, true))
		exit(1);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "named";

	put_head();
	put_meta("frequency", "99");
	if (strcmp(how, "late"))
		put_meta("event", "probes");
	put_meta("probes", "3");
	if (!strcmp(how, "named")) {
		put_meta("probe.0", "uprobe:libc.so.6:malloc");
		put_meta("probe.0", "a second name");
		put_meta("probe.1", argc > 2 ? argv[2] : "probe;two");
		put_meta("probe.2", "");
		put_meta("probe.1048576", "beyond all targets");
	}
	put_symbols();
	put_hits(0, 5);
	put_hits(1, 2);
	put_meta("event", "probes");
	put_hits(2, 1);
	put_hits(0, 1);
	put_meta("duration_ns", "1000000000");
	return write_all(STDOUT_FILENO, out.data, out.len) != 0;
}
