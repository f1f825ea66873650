/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what profile takes from an unwind-table-builder: answers to requests for a table, or for a
 * program's files and then their tables.
 *
 * The first byte says which request (its lowest bit), and in how many pieces the rest arrives.
 */
#include "config.h"

#include "libexec/profile/tables.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALLOWED_BYTES UINT64_C(1000)
#define INPUT_MAX ((size_t)1 << 18)

static void must(bool held)
{
	if (!held)
		abort();
}

static void feed(struct tables *t, int fd, const uint8_t *data, size_t size, size_t pieces)
{
	for (size_t i = 0; i < pieces; i++) {
		size_t from = size * i / pieces, n = size * (i + 1) / pieces - from;

		/* The pipe is closed once the builder is given up. */
		if (n && write(fd, data + from, n) < 0)
			break;
		tables_work(t);
	}
}

static void run(const uint8_t *data, size_t size)
{
	struct table_key key = { 8, 1, 2, 3 };
	struct builder_pipes pipes;
	int requests[2], replies[2];
	struct tables t;
	struct pool pool;

	must(!pool_open(&pool, NULL) && !pipe(requests) && !pipe(replies));
	fcntl(replies[1], F_SETFL, O_NONBLOCK);
	pipes = (struct builder_pipes){ .in = replies[0], .out = requests[1] };
	must(!tables_open(&t, &pool, &pipes, 1, ALLOWED_BYTES));
	if (data[0] & 1)
		tables_prepare(&t, "/bin/program");
	else
		tables_want(&t, tables_get(&t, &key, "/file", 1));
	tables_work(&t);
	feed(&t, replies[1], data + 1, size - 1, 1 + (data[0] >> 1));
	must(t.builders.used_bytes <= ALLOWED_BYTES && t.bytes <= t.builders.used_bytes);
	must(t.builders.used_bytes <= pool.used_words * 4);
	close(replies[1]);
	tables_work(&t);
	must(!tables_are_busy(&t) || !t.builders.n_died);
	must(t.bytes == t.builders.used_bytes);
	tables_close(&t);
	pool_close(&pool);
	close(requests[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	signal(SIGPIPE, SIG_IGN);
	if (size && size <= INPUT_MAX)
		run(data, size);
	return 0;
}
