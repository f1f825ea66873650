// SPDX-License-Identifier: GPL-2.0-or-later
/* What exists when sampling begins, read through BPF iterators. */
#include "config.h"

#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/io.h"
#include "lib/perf-data.h"

#include "bpf/iterators.bpf.skel.h"

/* Bounds on what the kernel may tell: 16 million tasks, 1 GiB of mappings. */
#define SCAN_TASKS_BYTES_MAX ((size_t)16 << 24)
#define SCAN_MAPPINGS_BYTES_MAX ((size_t)1 << 30)

/* of: the process that the iterator is limited to, 0: all of them. */
static int read_iterator_of(struct bpf_program *prog, uint32_t of, struct buf *out)
{
	union bpf_iter_link_info limit = { .task.pid = of };
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &limit,
		    .link_info_len = sizeof(limit));
	struct bpf_link *link = bpf_program__attach_iter(prog, of ? &opts : NULL);
	int fd, r;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0) {
		r = -errno;
	} else {
		r = read_all(fd, out);
		close(fd);
	}
	bpf_link__destroy(link);
	return r;
}

static int read_iterator(struct bpf_program *prog, struct buf *out)
{
	return read_iterator_of(prog, 0, out);
}

static int find_namespace(struct scan *scan)
{
	struct buf b = BUF_INIT(4096);
	struct stat st;
	int r = read_iterator(scan->bpf->progs.own_namespace, &b);

	if (!r && b.len >= sizeof(uint32_t))
		memcpy(&scan->ns_level, b.data, sizeof(uint32_t));
	else if (!r)
		r = -ENODATA;
	buf_release(&b);
	if (r)
		return r;
	if (stat("/proc/self/ns/pid", &st) == 0)
		scan->ns_inum = (uint32_t)st.st_ino;
	else if (scan->ns_level)
		return -errno;
	return 0;
}

static struct iterators_bpf *load_some(const struct scan *scan, bool only_targets, bool symbols)
{
	struct iterators_bpf *bpf = iterators_bpf__open();

	if (!bpf)
		return NULL;
	bpf->rodata->ns_level = scan->ns_level;
	bpf->rodata->ns_inum = scan->ns_inum;
	bpf->rodata->only_targets = only_targets;
	bpf_program__set_autoload(bpf->progs.list_symbols, symbols);
	if (iterators_bpf__load(bpf)) {
		int saved = errno;

		iterators_bpf__destroy(bpf);
		errno = saved;
		return NULL;
	}
	return bpf;
}

/* Before Linux 6.0 symbols have no iterator. */
static struct iterators_bpf *load(const struct scan *scan, bool only_targets)
{
	struct iterators_bpf *bpf = load_some(scan, only_targets, true);

	return bpf ? bpf : load_some(scan, only_targets, false);
}

int scan_open(struct scan *scan, bool only_targets)
{
	int r;

	*scan = (struct scan){ 0 };
	scan->bpf = load(scan, only_targets);
	if (!scan->bpf)
		return -errno;
	r = find_namespace(scan);
	if (r || scan->ns_level == 0)
		return r;
	/* The ids are to be those of our namespace: load again, now that it is known. */
	iterators_bpf__destroy(scan->bpf);
	scan->bpf = load(scan, only_targets);
	return scan->bpf ? 0 : -errno;
}

int scan_tasks(struct scan *scan, struct abi_task **tasks, size_t *n)
{
	struct buf b = BUF_INIT(SCAN_TASKS_BYTES_MAX);
	int r = read_iterator(scan->bpf->progs.list_tasks, &b);

	if (r) {
		buf_release(&b);
		return r;
	}
	*tasks = (struct abi_task *)b.data;
	*n = b.len / sizeof(**tasks);
	return 0;
}

int scan_target(struct scan *scan, uint32_t tgid)
{
	uint32_t one = 1;

	return bpf_map__update_elem(scan->bpf->maps.targets, &tgid, sizeof(tgid), &one, sizeof(one),
				    BPF_ANY);
}

int scan_mappings(struct scan *scan, struct buf *out)
{
	out->max = SCAN_MAPPINGS_BYTES_MAX;
	return read_iterator(scan->bpf->progs.list_mappings, out);
}

int scan_process_mappings(struct scan *scan, uint32_t tgid, struct buf *out)
{
	int r;

	out->max = SCAN_MAPPINGS_BYTES_MAX;
	r = read_iterator_of(scan->bpf->progs.list_process_mappings, tgid, out);
	return r == -EINVAL || r == -E2BIG ? -ENOTSUP : r;
}

const struct abi_mapping *scan_next_mapping(const struct buf *b, size_t *at, const char **path)
{
	const struct abi_mapping *m = (const void *)(b->data + *at);
	size_t size;

	if (b->len - *at < sizeof(*m) || m->path_len > ABI_PATH_MAX)
		return NULL;
	size = (sizeof(*m) + m->path_len + 7) & ~(size_t)7;
	if (b->len - *at < size)
		return NULL;
	*path = "";
	if (m->path_len && !((const char *)(m + 1))[m->path_len - 1])
		*path = (const char *)(m + 1);
	*at += size;
	return m;
}

void scan_describe(const struct abi_mapping *m, const char *path, struct perf_data_mmap *mmap)
{
	*mmap = (struct perf_data_mmap){
		.pid = m->tgid,
		.tid = m->tgid,
		.start = m->start,
		.len = m->end - m->start,
		.pgoff = m->pgoff,
		.maj = m->maj,
		.min = m->min,
		.ino = m->ino,
		.ino_generation = m->generation,
		.prot = m->flags & 7,
		.flags = m->flags & 8 ? 1 : 2,
		.filename = *path ? path : "//anon",
	};
}

static int read_in_turns(int fd, struct buf *out, int (*between)(void *ctx), void *ctx)
{
	char bytes[16384];
	ssize_t n;
	int r = 0;

	while (!r && (n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		r = buf_put(out, bytes, (size_t)n);
		if (!r && between)
			r = between(ctx);
	}
	return r;
}

int scan_symbols(struct scan *scan, struct buf *records, int (*between)(void *ctx), void *ctx)
{
	struct bpf_link *link;
	int fd, r;

	if (!bpf_program__autoload(scan->bpf->progs.list_symbols))
		return -ENOTSUP;
	link = bpf_program__attach_iter(scan->bpf->progs.list_symbols, NULL);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	r = fd < 0 ? -errno : read_in_turns(fd, records, between, ctx);
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return r;
}

void scan_close(struct scan *scan)
{
	iterators_bpf__destroy(scan->bpf);
	scan->bpf = NULL;
}
