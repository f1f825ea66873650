/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collapsed stacks to the model.
 *
 * Neighbouring lines nearly always share their outer frames, so the line before is kept, and frames
 * are looked up by name only behind the bytes that both have in common.
 */
#include "config.h"

#include "read-collapsed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/vec.h"

/* Room for lines at first: it stays in the processor's cache. */
#define ROOM ((size_t)64 << 10)

/* ---- lines ---- */

struct lines {
	struct source *source;
	char *data;
	size_t cap;
	size_t before;           /* where the line before begins: it is still there */
	size_t at, end;          /* what was not handed out yet */
	bool ended;
};

/* Keep the line before, move all to the front, and read on behind it. */
static int read_more(struct lines *l)
{
	size_t kept = l->end - l->before;
	ssize_t got;

	if (l->end - l->at > COLLAPSED_LINE_MAX)
		return -EOVERFLOW;
	if (kept)
		memmove(l->data, l->data + l->before, kept);
	l->at -= l->before;
	l->before = 0;
	l->end = kept;
	if (VEC_RESERVE(l->data, l->cap, kept + ROOM))
		return -ENOMEM;
	got = source_read(l->source, l->data + kept, l->cap - kept);
	if (got < 0)
		return (int)got;
	l->ended = got == 0;
	l->end += (size_t)got;
	return 0;
}

/* 1 and a line without its newline, 0 at the end, or an error. */
static int next_line(struct lines *l, size_t *start, size_t *len)
{
	size_t seen = 0;
	char *newline = NULL;

	while (!newline) {
		size_t from = l->at + seen;
		int err;

		newline = l->end > from ? memchr(l->data + from, '\n', l->end - from) : NULL;
		if (newline || l->ended)
			break;
		seen = l->end - l->at;
		err = read_more(l);
		if (err)
			return err;
	}
	if (!newline && l->at == l->end)
		return 0;
	*start = l->at;
	*len = newline ? (size_t)(newline - (l->data + l->at)) : l->end - l->at;
	l->at += *len + (newline != NULL);
	return 1;
}

/* ---- what a line has ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t trim(const char *s, size_t len)
{
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	return len;
}

/*
 * Take " COUNT" from the end: *len becomes that of what is before it.  0, -EBADMSG or -EOVERFLOW.
 */
static int take_count(const char *s, size_t *len, uint64_t *count)
{
	size_t end = trim(s, *len), first = end;

	while (first > 0 && is_digit(s[first - 1]))
		first--;
	if (first == end || first == 0 || !is_blank(s[first - 1]))
		return -EBADMSG;
	*count = 0;
	for (size_t i = first; i < end; i++)
		if (__builtin_mul_overflow(*count, 10, count) ||
		    __builtin_add_overflow(*count, (uint64_t)(s[i] - '0'), count))
			return -EOVERFLOW;
	*len = trim(s, first);
	return 0;
}

static bool is_comment(const char *s, size_t len)
{
	return s[0] == '#' && (len == 1 || is_blank(s[1]));
}

/* ---- stacks ---- */

struct reader {
	struct model *m;
	struct lines lines;
	uint32_t *frames; size_t n_frames, frames_cap;   /* of the line before, or of this one */
	size_t *ends; size_t ends_cap;                   /* where each frame's name ends */
	uint64_t n_stacks, n_with_two_counts;
};

static enum frame_kind kind_of(const char *name, size_t *len)
{
	static const char prefix[] = "[cut: ";
	size_t n = *len;

	if (n > strlen(prefix) && !memcmp(name, prefix, strlen(prefix)))
		return FRAME_LABEL;
	if (n < 5 || name[n - 1] != ']' || name[n - 3] != '[' || name[n - 4] != '_')
		return FRAME_USER;
	*len -= 4;
	switch (name[n - 2]) {
	case 'k':
		return FRAME_KERNEL;
	case 'j':
		return FRAME_JIT;
	case 'i':
		return FRAME_INLINED;
	}
	*len = n;
	return FRAME_USER;
}

static int push_frame(struct reader *r, const char *name, size_t len, size_t end)
{
	enum frame_kind kind = kind_of(name, &len);
	uint32_t frame = trie_frame(&r->m->trie, name, len, kind);

	if (frame == TRIE_NONE || VEC_RESERVE(r->ends, r->ends_cap, r->n_frames + 1))
		return -ENOMEM;
	if (r->n_frames == MODEL_STACK_MAX)
		return -EOVERFLOW;
	r->ends[r->n_frames] = end;
	return VEC_PUSH(r->frames, r->n_frames, r->frames_cap, frame);
}

static size_t common_bytes(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= n; i += sizeof(uint64_t))
		if (memcmp(a + i, b + i, sizeof(uint64_t)) != 0)
			break;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Keep the frames that the first `common` bytes have, each with the ";" behind it. */
static size_t keep_frames(struct reader *r, size_t common)
{
	size_t n = 0;

	while (n + 1 < r->n_frames && r->ends[n] < common)
		n++;
	r->n_frames = n;
	return n ? r->ends[n - 1] + 1 : 0;
}

/* The frames of the stack of len bytes at s, of which `common` are those of the line before. */
static int take_frames(struct reader *r, const char *s, size_t len, size_t common)
{
	size_t from = keep_frames(r, common < len ? common : len);

	while (len > 0) {
		const char *cut = memchr(s + from, ';', len - from);
		size_t end = cut ? (size_t)(cut - s) : len;
		int err = push_frame(r, s + from, end - from, end);

		if (err || !cut)
			return err;
		from = end + 1;
	}
	return 0;
}

/* Our own outputs say so when they are not whole. */
static int take_comment(struct reader *r, const char *s, size_t len)
{
	static const char start[] = "# incomplete (";
	const size_t n = strlen(start);
	struct buf fact = BUF_INIT(COLLAPSED_LINE_MAX + 16);
	int err;

	len = trim(s, len);
	if (len <= n || memcmp(s, start, n) != 0 || s[len - 1] != ')')
		return 0;
	buf_put_str(&fact, "incomplete ");
	buf_put(&fact, s + n, len - n - 1);
	err = fact.failed ? fact.failed
			  : facts_take(&r->m->facts, (char *)fact.data, fact.len);
	buf_release(&fact);
	return err;
}

static int take_stack(struct reader *r, size_t start, size_t len)
{
	const char *s = r->lines.data + start;
	size_t before = start - r->lines.before, stack = len, rest;
	uint64_t count, other;
	int err = take_count(s, &stack, &count);

	if (!err)
		err = take_frames(r, s, stack, common_bytes(r->lines.data + r->lines.before, s,
							    before < len ? before : len));
	if (err)
		return err;
	r->lines.before = start;
	rest = stack;
	r->n_stacks++;
	r->n_with_two_counts += !take_count(s, &rest, &other);
	return count ? model_add_stack(r->m, r->frames, r->n_frames, count) : 0;
}

static int take_line(struct reader *r, size_t start, size_t len)
{
	const char *s = r->lines.data + start;

	if (trim(s, len) > 0 && !is_comment(s, len))
		return take_stack(r, start, len);
	/* Nothing is kept for the line behind it. */
	r->n_frames = 0;
	r->lines.before = r->lines.at;
	return len > 0 ? take_comment(r, s, len) : 0;
}

/* Notepad's mark of UTF-8. */
static void skip_mark(struct source *s)
{
	if (s->n_head >= 3 && !memcmp(s->head, "\xef\xbb\xbf", 3))
		s->taken = 3;
}

int collapsed_read(struct source *s, struct model *m, uint64_t *line)
{
	struct reader r = { .m = m, .lines = { .source = s } };
	size_t start = 0, len = 0;
	int got, err = 0;

	skip_mark(s);
	for (*line = 1; !err && (got = next_line(&r.lines, &start, &len)) == 1; *line += !err)
		err = take_line(&r, start, len);
	if (!err)
		err = got;
	if (!err && r.n_stacks && r.n_with_two_counts == r.n_stacks) {
		*line = 0;
		err = -ENOTSUP;
	}
	free(r.lines.data);
	free(r.frames);
	free(r.ends);
	return err;
}
