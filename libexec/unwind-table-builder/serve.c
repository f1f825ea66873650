/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers requests for tables and for the files of a program. */
#include "config.h"

#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "elf/dependencies.h"
#include "lib/io.h"

/* A table goes through the pipe in fewer, larger steps. */
#define PIPE_BYTES (1 << 20)

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int open_requested(struct server *s, const struct unwind_request *q, const char *path,
			  struct elf_file *f)
{
	const struct mapped_file m = {
		.path = path, .pid = q->pid, .maj = q->maj, .min = q->min, .ino = q->ino,
		.generation = q->generation
	};

	if (!strcmp(path, "[vdso]"))
		return vdso_open(f);
	return mapped_file_open(&s->files, &m, f);
}

static enum unwind_status status_of_open(int r, uint32_t *error)
{
	switch (r) {
	case -ESTALE:
		return UNWIND_STALE;
	case -ENOEXEC:
	case -ENOTSUP:
		return UNWIND_NOT_ELF;
	default:
		*error = (uint32_t)-r;
		return UNWIND_UNREADABLE;
	}
}

/* ---- tables ---- */

static int write_table(const struct server *s, const struct elf_layout *l,
		       struct unwind_reply *reply, int out)
{
	const struct table *t = &s->builder.table;
	struct unwind_segment segments[UNWIND_SEGMENTS_MAX];
	int r;

	reply->n_segments = (uint32_t)l->n_segments;
	reply->n_parts = t->n_parts;
	reply->n_damaged = s->builder.n_damaged;
	reply->n_rows = t->n_rows;
	reply->bytes = t->parts.len;
	for (size_t i = 0; i < l->n_segments; i++)
		segments[i] = (struct unwind_segment){
			l->segments[i].offset, l->segments[i].vaddr, l->segments[i].filesz,
			l->segments[i].memsz
		};
	r = write_all(out, reply, sizeof(*reply));
	if (!r)
		r = write_all(out, segments, l->n_segments * sizeof(*segments));
	return r ? r : write_all(out, t->parts.data, t->parts.len);
}

/* A file that is written in place keeps its inode; the vdso stays as it is. */
static uint64_t stamp_of(const struct elf_file *f)
{
	struct stat st;
	uint64_t stamp = 0;

	if (f->fd >= 0 && !fstat(f->fd, &st)) {
		const uint64_t facts[] = {
			(uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
			(uint64_t)st.st_mtim.tv_nsec, (uint64_t)st.st_ctim.tv_sec,
			(uint64_t)st.st_ctim.tv_nsec
		};

		/* Each builder answers to stamps of the others: no secret in this hash. */
		for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
			stamp = (stamp ^ facts[i]) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return stamp | 1;
}

static int answer_table(struct server *s, const struct unwind_request *q, const char *path,
			struct unwind_reply *reply, int out)
{
	uint64_t start = cpu_ns();
	struct elf_file f;
	int r = open_requested(s, q, path, &f);

	if (!r)
		reply->stamp = stamp_of(&f);
	if (r) {
		reply->status = status_of_open(r, &reply->error);
		s->n_failed++;
		return write_all(out, reply, sizeof(*reply));
	}
	if (reply->stamp == q->stamp) {
		reply->status = UNWIND_UNCHANGED;
		elf_file_close(&f);
		return write_all(out, reply, sizeof(*reply));
	}
	reply->status = build_table(&s->builder, &f, &reply->error);
	reply->build_ns = cpu_ns() - start;
	if (reply->status == UNWIND_OK) {
		s->n_tables++;
		r = write_table(s, &f.layout, reply, out);
	} else {
		s->n_failed++;
		r = write_all(out, reply, sizeof(*reply));
	}
	elf_file_close(&f);
	builder_trim(&s->builder);
	return r;
}

/* ---- dependencies ---- */

/* By the path that a mapping event will have. */
static void put_dependency(struct buf *b, const struct dependency *d)
{
	CLEANUP_FREE char *real = realpath(d->path, NULL);
	const char *path = real ? real : d->path;
	struct unwind_dependency head = {
		.ino = d->id.ino, .maj = major(d->id.dev), .min = minor(d->id.dev),
		.path_len = (uint32_t)strlen(path)
	};

	buf_put(b, &head, sizeof(head));
	buf_put_str(b, path);
	buf_put_zeros(b, -b->len & 7);
}

static int answer_dependencies(const char *path, struct unwind_reply *reply, int out)
{
	struct dependencies d = { 0 };
	struct buf b = BUF_INIT(DEPENDENCIES_MAX * (UNWIND_PATH_MAX + 64));
	int r = dependencies_find(&d, path);

	if (r) {
		reply->status = status_of_open(r, &reply->error);
	} else {
		for (size_t i = 0; i < d.n; i++)
			put_dependency(&b, &d.v[i]);
		reply->n_parts = (uint32_t)d.n;
		reply->bytes = b.len;
	}
	r = buf_failed(&b);
	if (!r)
		r = write_all(out, reply, sizeof(*reply));
	if (!r)
		r = write_all(out, b.data, reply->bytes);
	buf_release(&b);
	dependencies_release(&d);
	return r;
}

/* ---- the pipe ---- */

/* 1: a request, 0: the end, or a negative errno.  path has UNWIND_PATH_MAX + 1 bytes. */
static int read_request(int in, struct unwind_request *q, char *path)
{
	ssize_t got = read_full(in, q, sizeof(*q));

	if (got <= 0)
		return (int)got;
	if (got != sizeof(*q) || q->magic != UNWIND_PIPE_MAGIC || q->path_len > UNWIND_PATH_MAX ||
	    (q->kind != UNWIND_REQUEST_TABLE && q->kind != UNWIND_REQUEST_DEPENDENCIES))
		return -EBADMSG;
	got = read_full(in, path, q->path_len);
	if (got < 0)
		return (int)got;
	path[got] = 0;
	return got == q->path_len && strlen(path) == q->path_len ? 1 : -EBADMSG;
}

int serve(struct server *s, int in, int out)
{
	char path[UNWIND_PATH_MAX + 1];
	struct unwind_request q;
	int r;

	/* Refused above the user's limit, and on what is no pipe; it works without. */
	fcntl(out, F_SETPIPE_SZ, PIPE_BYTES);
	while ((r = read_request(in, &q, path)) > 0) {
		struct unwind_reply reply = {
			.magic = UNWIND_PIPE_MAGIC, .kind = q.kind, .id = q.id
		};

		r = q.kind == UNWIND_REQUEST_TABLE ? answer_table(s, &q, path, &reply, out)
						   : answer_dependencies(path, &reply, out);
		/* Whoever asked has gone, as at the end of a run: that is its business. */
		if (r)
			return r == -EPIPE ? 0 : r;
	}
	return r;
}

void server_release(struct server *s)
{
	mapped_files_release(&s->files);
	builder_release(&s->builder);
}
