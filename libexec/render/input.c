/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises an input by its content, has it read, and puts what is wrong with it in words. */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/pprof.h"
#include "island-bytes.h"
#include "read-collapsed.h"
#include "read-island.h"
#include "source.h"
#include "unpack.h"

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

/* As it came, with its length, at once. */
static void copy_message(struct input *in, const struct buf *message)
{
	struct buf length = BUF_INIT(16);

	if (!in->copy_fd || in->copy_error)
		return;
	island_put_varint(&length, message->len);
	in->copy_error = write_all(in->copy_fd, length.data, length.len);
	if (!in->copy_error)
		in->copy_error = write_all(in->copy_fd, message->data, message->len);
	buf_release(&length);
}

static int read_messages(struct input *in, int fd, struct model *m)
{
	struct buf message = BUF_INIT(PPROF_MESSAGE_MAX);
	int damaged = 0, got;

	for (; (got = pprof_read_message(fd, &message)) == 1; in->n_messages++) {
		int err = model_add(m, message.data, message.len);

		copy_message(in, &message);

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
		if (s->packed && !unpack_may_give(s->n_raw, b->len))
			return -EFBIG;
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
				       "perf.data, pprof, collapsed stacks, and our SVG "
				       "and HTML"));
	return fail_file(in, err);
}

/* They cannot be grouped, and no samples have to be kept for their labels. */
static int begin_without_labels(struct input *in, struct model *m)
{
	if (m->only_labels)
		m->samples = NULL;
	if (!m->group_by_cpu && !m->group_by_process)
		return 0;
	return fail(in, -ENOTSUP, _("it does not tell which CPU and process a stack is of: only "
				    "perf.data and pprof can be grouped"));
}

static int fail_difference(struct input *in)
{
	return fail(in, -ENOTSUP, _("it is the difference of two profiles, not a profile"));
}

static int read_collapsed(struct input *in, struct source *s, struct model *m)
{
	uint64_t line;
	int err;

	err = begin_without_labels(in, m);
	if (err)
		return err;
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
		return fail_difference(in);
	default:
		return fail_file(in, err);
	}
}

static int read_markup(struct input *in, struct source *s, struct model *m)
{
	bool is_svg = memmem(s->head, s->n_head, "<svg", 4) != NULL;
	int err = begin_without_labels(in, m);

	if (err)
		return err;
	err = island_read(s, m);
	switch (err) {
	case -ENOENT:
		return is_svg ? fail(in, err, _("it is an SVG with no profile in it, as "
						"flamegraph.pl and inferno write them; give the "
						"collapsed stacks that it was drawn from"))
			      : fail(in, err, _("it is a page with no profile in it"));
	case -ENOTSUP:
		return fail_difference(in);
	default:
		return fail_file(in, err);
	}
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Collapsed stacks can begin with "<", too: "<module>;main 1". */
static bool is_markup(const uint8_t *bytes, size_t n)
{
	static const char *const starts[] = { "<?xml", "<svg", "<!doctype", "<html", "<!--" };
	size_t i = n >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (i < n && is_space(bytes[i]))
		i++;
	for (size_t k = 0; k < ARRAY_SIZE(starts); k++)
		if (n - i >= strlen(starts[k]) &&
		    !strncasecmp((const char *)bytes + i, starts[k], strlen(starts[k])))
			return true;
	return false;
}

/* Text has no other controls than tabs and line ends. */
static bool is_text(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] < ' ' && !is_space(bytes[i]))
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
	if (is_markup(s->head, s->n_head))
		return read_markup(in, s, m);
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
	*in = (struct input){ .copy_fd = in->copy_fd };
	return format == INPUT_MESSAGES ? read_messages(in, fd, m) : read_file(in, fd, m);
}
