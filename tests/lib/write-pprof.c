/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes one pprof message, not delimited, that has every kind of entry. */
#include "config.h"

#include "lib/pprof.h"

#include "lib/io.h"

int main(void)
{
	struct pprof_writer *w = pprof_writer_new();
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	const struct pprof_line_desc lines[] = {
		{ .name = "inner", .filename = "a.c", .line = 7 },
		{ .name = "outer(int)", .system_name = "_Z5outeri" },
	};
	const struct pprof_label_desc labels[] = {
		{ .key = "comm", .str = "bad \xff byte" }, { .key = "pid", .num = 4242 },
	};
	const struct pprof_mapping_desc mapping = {
		.start = 0x400000, .limit = 0x500000, .filename = "/bin/x", .build_id = "ab12",
	};
	uint64_t id;
	int error;

	if (!w)
		return 1;
	id = pprof_add_location(w, pprof_add_mapping(w, &mapping), 0x401234, lines, 2);
	pprof_add_sample(w, &id, 1, 5, 50505050, labels, 2);
	pprof_add_comment(w, "frequency 99");
	pprof_set_time(w, 1234, 5678);
	pprof_set_period(w, 10101010);
	error = pprof_writer_finish(w, false, &message);
	if (!error)
		error = write_all(STDOUT_FILENO, message.data, message.len);
	pprof_writer_free(w);
	buf_release(&message);
	return error != 0;
}
