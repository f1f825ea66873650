/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises an input by its content, has it read, and puts what is wrong with it in words. */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "lib/pprof.h"
#include "read-collapsed.h"
#include "source.h"

#define CHUNK ((size_t)1 << 20)

static int PRINTF(3, 4) fail(struct input *in, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(in->error, sizeof(in->error), fmt, ap);
	va_end(ap);
	return err;
}

/* ---- messages ---- */

static int fail_message(struct input *in, int err)
{
	switch (err) {
	case 0:
		return 0;
	case -ENODATA:
		return fail(in, err, _("the stream ends in the middle of a message"));
	case -EBADMSG:
		return fail(in, err, _("a message of the stream is damaged"));
	case -EFBIG:
		return fail(in, err, _("a message of the stream is too large"));
	default:
		return fail(in, err, "%s", strerror(-err));
	}
}

static int read_messages(struct input *in, int fd, struct model *m)
{
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	int damaged = 0, got;

	for (; (got = pprof_read_message(fd, &message)) == 1; in->n_messages++) {
		int err = model_add(m, message.data, message.len);

		if (err)
			damaged = err;
		if (err && err != -EBADMSG)
			break;
	}
	buf_release(&message);
	return fail_message(in, got < 0 ? got : damaged);
}

/* ---- files ---- */

static int fail_file(struct input *in, int err)
{
	switch (err) {
	case 0:
		return 0;
	case -ENODATA:
		return fail(in, err, _("it is cut short"));
	case -EBADMSG:
		return fail(in, err, _("it is damaged"));
	case -EOVERFLOW:
	case -EFBIG:
		return fail(in, err, _("it is too large"));
	default:
		return fail(in, err, "%s", strerror(-err));
	}
}

static int read_whole(struct source *s, struct buf *b)
{
	ssize_t got = 1;

	while (got > 0) {
		size_t before = b->len;
		void *room = buf_extend(b, CHUNK);

		if (!room)
			return b->failed;
		got = source_read(s, room, CHUNK);
		b->len = before + (got > 0 ? (size_t)got : 0);
	}
	return (int)got;
}

static int read_pprof(struct input *in, struct source *s, struct model *m)
{
	struct buf whole = BUF_INIT(PPROF_MESSAGE_MAX + CHUNK);
	int err = read_whole(s, &whole);

	if (!err)
		err = whole.len > PPROF_MESSAGE_MAX ? -EFBIG : model_add(m, whole.data, whole.len);
	buf_release(&whole);
	if (err == -EBADMSG)
		return fail(in, err, _("it is no profile of a known format, or damaged; known are "
				       "perf.data, pprof and collapsed stacks"));
	return fail_file(in, err);
}

static int read_collapsed(struct input *in, struct source *s, struct model *m)
{
	uint64_t line;
	int err;

	if (m->group_by_cpu || m->group_by_process)
		return fail(in, -ENOTSUP, _("collapsed stacks do not tell which CPU and process "
					    "they are of: they cannot be grouped"));
	err = collapsed_read(s, m, &line);
	switch (err) {
	case -EBADMSG:
		return fail(in, err, _("line %" PRIu64 " is no collapsed stack (it does not end in "
				       "a blank and a whole number), and nothing else is known"),
			    line);
	case -EOVERFLOW:
		return fail(in, err, _("line %" PRIu64 " is too long, or its count too large"),
			    line);
	case -ENOTSUP:
		return fail(in, err, _("every line has two counts: it is the difference of two "
				       "profiles, not a profile"));
	default:
		return fail_file(in, err);
	}
}

/* Text has no other controls than tabs and line ends. */
static bool is_text(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] < ' ' && !strchr("\t\r\n", bytes[i]))
			return false;
	return true;
}

/* Bytes of the first lines: those that are empty or a comment, and the first other one. */
static size_t first_lines(const uint8_t *bytes, size_t n)
{
	bool in_stack = false;
	size_t i = 0;

	for (size_t start = 0; i < n && !in_stack; i++) {
		if (bytes[i] != '\n')
			continue;
		in_stack = i > start && bytes[start] != '#';
		start = i + 1;
	}
	return i;
}

static bool begins(const struct source *s, const char *text)
{
	size_t n = strlen(text);

	return s->n_head >= n && !memcmp(s->head, text, n);
}

static int read_content(struct input *in, struct source *s, struct model *m)
{
	if (s->n_head == 0)
		return fail(in, -ENODATA, _("it is empty"));
	if (begins(s, "PERFILE2"))
		return fail(in, -ENOTSUP, _("it is a recording (perf.data); symbolize reads it"));
	if (begins(s, "{"))
		return fail(in, -ENOTSUP, _("it is JSON, which is not read; give the pprof, "
					    "collapsed or perf.data file of the same profile"));
	if (is_text(s->head, first_lines(s->head, s->n_head)))
		return read_collapsed(in, s, m);
	return read_pprof(in, s, m);
}

static int read_file(struct input *in, int fd, struct model *m)
{
	struct source s;
	int err = source_open(&s, fd);

	err = err ? fail_file(in, err) : read_content(in, &s, m);
	source_release(&s);
	return err;
}

int input_read(struct input *in, int fd, enum input_format format, struct model *m)
{
	*in = (struct input){ 0 };
	return format == INPUT_MESSAGES ? read_messages(in, fd, m) : read_file(in, fd, m);
}
