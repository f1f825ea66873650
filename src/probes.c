/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes of a run, from the lines that tell of them. */
#include "config.h"

#include "probes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/vec.h"

static int take_message(struct probes *p, const struct probe_line *line)
{
	struct probe_message m = {
		.is_error = line->kind == PROBE_LINE_ERROR,
		.spec = line->spec,
		.text = line->text,
		.hint = line->hint,
	};

	return VEC_PUSH(p->messages, p->n_messages, p->cap_messages, m);
}

static int take_target(struct probes *p, const struct probe_target *t)
{
	bool needs_file = t->kind == PROBE_UPROBE || t->kind == PROBE_USDT;

	/* Descriptors are ours to give. */
	if (t->event >= 0 || (needs_file && t->file[0] != '/') || !*t->shown)
		return -EBADMSG;
	if (p->n == PROBE_TARGETS_MAX)
		return -EBADMSG;
	return VEC_PUSH(p->v, p->n, p->cap, *t);
}

/* Returns 1 at the end. */
static int take_line(struct probes *p, char *text, uint64_t n_before)
{
	struct probe_line line;
	int r = probe_line_parse(&line, text);

	if (r)
		return r;
	switch (line.kind) {
	case PROBE_LINE_TARGET:
		return take_target(p, &line.target);
	case PROBE_LINE_END:
		return line.lines == n_before ? 1 : -EBADMSG;
	default:
		return take_message(p, &line);
	}
}

static bool is_one_of(int fd, const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] == fd)
			return true;
	return false;
}

static int check_files(const struct probes *p, const int *fds, size_t n_fds)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].file_fd && !is_one_of(p->v[i].file_fd, fds, n_fds))
			return -EBADMSG;
	return 0;
}

bool probes_use_file(const struct probes *p, int fd)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].file_fd == fd)
			return true;
	return false;
}

int probes_parse(struct probes *p, const int *fds, size_t n_fds)
{
	char *next, *end;
	uint64_t n = 0;
	int r = buf_put_byte(&p->text, '\0');

	if (r)
		return r;
	next = (char *)p->text.data;
	end = next + p->text.len - 1;
	while (!r) {
		char *newline = memchr(next, '\n', (size_t)(end - next));

		if (!newline)
			return -EBADMSG;
		*newline = '\0';
		r = take_line(p, next, n++);
		next = newline + 1;
	}
	if (r < 0)
		return r;
	return next == end ? check_files(p, fds, n_fds) : -EBADMSG;
}

void probes_keep_attachable(struct probes *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!*p->v[i].why)
			p->v[n++] = p->v[i];
	p->n = n;
}

int probes_put_lines(const struct probes *p, struct buf *b)
{
	for (size_t i = 0; i < p->n; i++)
		probe_put_target(b, &p->v[i]);
	return probe_put_end(b, p->n);
}

void probes_report(const struct probes *p, bool quiet)
{
	for (size_t i = 0; i < p->n_messages; i++) {
		const struct probe_message *m = &p->messages[i];

		if (m->is_error)
			diag_error("%s", m->text);
		else if (!quiet)
			diag_note("%s", m->text);
		if (m->is_error && *m->hint)
			diag_hint("%s", m->hint);
	}
}

void probes_release(struct probes *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].event >= 0)
			close(p->v[i].event);
	free(p->v);
	free(p->messages);
	buf_release(&p->text);
	*p = (struct probes){ .n = 0 };
}
