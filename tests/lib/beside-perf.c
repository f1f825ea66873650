/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stacks that our walk finds at the very samples that perf takes:
 *
 *	beside-perf BUILDER PID PERF
 *
 * PERF is a running `perf record` of process PID.  Its events get our program, which walks the same
 * stack at the same instant, and lets the sample pass on to perf.  Prints a line a sample: time
 * (CLOCK_MONOTONIC, ns), thread, verdict, and the user part's addresses from the innermost on.
 * Ends when perf has ended.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "lib/io.h"

#include "oracle.h"

#define EVENTS_MAX 256
/* perf has opened its events at last after so many tenths of a second. */
#define TRIES 100

struct beside {
	struct oracle oracle;
	int perf;                /* pidfd */
	struct bpf_link *links[EVENTS_MAX];
	size_t n_links;
};

static bool is_event(const char *folder, const char *name)
{
	char path[PATH_MAX], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return !strcmp(target, "anon_inode:[perf_event]");
}

static void attach(struct beside *b, const char *fd_name)
{
	int fd = (int)syscall(SYS_pidfd_getfd, b->perf, atoi(fd_name), 0);
	struct bpf_link *link;

	if (fd < 0)
		return;
	link = bpf_program__attach_perf_event(b->oracle.bpf->progs.walk_beside, fd);
	if (!link)
		oracle_die("attach to perf's event", 0);
	if (b->n_links < EVENTS_MAX)
		b->links[b->n_links++] = link;
}

static void attach_all(struct beside *b, const char *perf)
{
	char folder[64];

	snprintf(folder, sizeof(folder), "/proc/%s/fd", perf);
	for (int i = 0; i < TRIES && !b->n_links; i++) {
		DIR *dir = opendir(folder);
		struct dirent *e;

		if (!dir)
			oracle_die(folder, 0);
		usleep(100000);
		while ((e = readdir(dir)))
			if (is_event(folder, e->d_name))
				attach(b, e->d_name);
		closedir(dir);
	}
	if (!b->n_links)
		oracle_die("perf has no events", -ENOENT);
}

static int print(void *context UNUSED, void *data, size_t size UNUSED)
{
	const struct abi_event *e = data;
	const uint64_t *frames = (const uint64_t *)(e + 1);

	printf("%" PRIu64 " %" PRIu32 " %" PRIu32, e->time_ns, e->tid, e->key.verdict);
	for (unsigned int i = 0; i < e->n_user; i++)
		printf(" %" PRIx64, frames[i]);
	putchar('\n');
	return 0;
}

static void print_until_end(struct beside *b)
{
	struct ring_buffer *ring =
		ring_buffer__new(bpf_map__fd(b->oracle.bpf->maps.stacks), print, NULL, NULL);
	struct pollfd end = { .fd = b->perf, .events = POLLIN };

	if (!ring)
		oracle_die("ring", 0);
	while (!poll(&end, 1, 0))
		ring_buffer__poll(ring, 50);
	ring_buffer__consume(ring);
	ring_buffer__free(ring);
	if (b->oracle.bpf->bss->no_slot)
		oracle_die("samples without a slot", -EBUSY);
}

int main(int argc, char **argv)
{
	static struct beside b;

	if (argc != 4)
		return 2;
	b.perf = (int)syscall(SYS_pidfd_open, atoi(argv[3]), 0);
	if (b.perf < 0)
		oracle_die("pidfd", 0);
	oracle_open(&b.oracle, argv[1], false);
	oracle_learn(&b.oracle, atoi(argv[2]));
	attach_all(&b, argv[3]);
	fprintf(stderr, "attached to %zu events\n", b.n_links);
	print_until_end(&b);
	for (size_t i = 0; i < b.n_links; i++)
		bpf_link__destroy(b.links[i]);
	oracle_close(&b.oracle);
	return fflush(stdout) ? 99 : 0;
}
