/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines about probes: what probe-list, the front end and profile tell each other. */
#include "config.h"

#include "lib/probe-target.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"

#define FIELDS_MAX 13

static const char *const kind_names[PROBE_KINDS] = { "uprobe", "usdt", "kprobe", "tracepoint" };

const char *probe_kind_name(enum probe_kind kind)
{
	return kind_names[kind];
}

/* ---- writing ---- */

static void put_field(struct buf *b, const char *text)
{
	buf_put_byte(b, '\t');
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p < ' ' || *p == '\\' || *p == 0x7f)
			buf_printf(b, "\\x%02x", *p);
		else
			buf_put_byte(b, *p);
	}
}

static void put_number(struct buf *b, uint64_t value)
{
	buf_printf(b, "\t%" PRIu64, value);
}

const char *probe_target_path(const struct probe_target *t, char path[PROBE_PATH_MAX])
{
	if (t->file_fd <= 0)
		return t->file;
	snprintf(path, PROBE_PATH_MAX, "/proc/self/fd/%d", t->file_fd);
	return path;
}

int probe_put_target(struct buf *b, const struct probe_target *t)
{
	buf_put_str(b, "probe");
	put_number(b, t->spec);
	put_field(b, kind_names[t->kind]);
	put_number(b, t->is_return);
	put_number(b, t->offset);
	put_number(b, t->size);
	put_number(b, t->semaphore);
	put_field(b, "");
	if (t->event >= 0)
		buf_printf(b, "%d", t->event);
	put_field(b, "");
	if (t->file_fd > 0)
		buf_printf(b, "%d", t->file_fd);
	put_field(b, t->file);
	put_field(b, t->name);
	put_field(b, t->shown);
	put_field(b, t->why);
	return buf_put_byte(b, '\n');
}

int probe_put_note(struct buf *b, uint32_t spec, const char *text)
{
	buf_put_str(b, "note");
	put_number(b, spec);
	put_field(b, text);
	return buf_put_byte(b, '\n');
}

int probe_put_error(struct buf *b, uint32_t spec, const char *text, const char *hint)
{
	buf_put_str(b, "error");
	put_number(b, spec);
	put_field(b, text);
	put_field(b, hint);
	return buf_put_byte(b, '\n');
}

int probe_put_end(struct buf *b, uint64_t lines)
{
	buf_put_str(b, "end");
	put_number(b, lines);
	return buf_put_byte(b, '\n');
}

/* ---- reading ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes put_field() in place; a NUL cannot be meant. */
static bool unescape(char *field)
{
	char *to = field;

	for (const char *from = field; *from; from++) {
		int high, low;

		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		if (from[1] != 'x' || (high = hex_digit(from[2])) < 0 ||
		    (low = hex_digit(from[3])) < 0 || !(high | low))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return true;
}

/* Returns the number of fields, or 0. */
static size_t split(char *text, char **fields)
{
	size_t n = 0;

	for (char *next = text; next; n++) {
		char *field = next;

		next = strchr(field, '\t');
		if (next)
			*next++ = '\0';
		if (n == FIELDS_MAX || !unescape(field))
			return 0;
		fields[n] = field;
	}
	return n;
}

static bool parse_kind(enum probe_kind *kind, const char *text)
{
	for (unsigned int i = 0; i < PROBE_KINDS; i++) {
		if (!strcmp(text, kind_names[i])) {
			*kind = (enum probe_kind)i;
			return true;
		}
	}
	return false;
}

/* A number from `min` on, or nothing, which stands for `none`. */
static bool parse_descriptor(int *fd, const char *text, int min, int none)
{
	uint64_t value;

	*fd = none;
	if (!*text)
		return true;
	if (number_parse(text, (uint64_t)min, INT_MAX, &value))
		return false;
	*fd = (int)value;
	return true;
}

static int parse_target(struct probe_target *t, char **fields)
{
	uint64_t is_return;

	if (!parse_kind(&t->kind, fields[2]) || number_parse(fields[3], 0, 1, &is_return) ||
	    number_parse(fields[4], 0, UINT64_MAX, &t->offset) ||
	    number_parse(fields[5], 0, UINT64_MAX, &t->size) ||
	    number_parse(fields[6], 0, UINT64_MAX, &t->semaphore) ||
	    !parse_descriptor(&t->event, fields[7], 0, -1) ||
	    !parse_descriptor(&t->file_fd, fields[8], 1, 0))
		return -EBADMSG;
	t->is_return = is_return;
	t->file = fields[9];
	t->name = fields[10];
	t->shown = fields[11];
	t->why = fields[12];
	return 0;
}

static int parse_fields(struct probe_line *line, char **fields, size_t n)
{
	uint64_t number;

	if (n < 2 || number_parse(fields[1], 0, UINT32_MAX, &number))
		return -EBADMSG;
	line->spec = line->target.spec = (uint32_t)number;
	line->text = n > 2 ? fields[2] : "";
	line->hint = n > 3 ? fields[3] : "";
	line->lines = number;
	if (!strcmp(fields[0], "probe") && n == 13) {
		line->kind = PROBE_LINE_TARGET;
		return parse_target(&line->target, fields);
	}
	if (!strcmp(fields[0], "note") && n == 3)
		line->kind = PROBE_LINE_NOTE;
	else if (!strcmp(fields[0], "error") && n == 4)
		line->kind = PROBE_LINE_ERROR;
	else if (!strcmp(fields[0], "end") && n == 2)
		line->kind = PROBE_LINE_END;
	else
		return -EBADMSG;
	return 0;
}

int probe_line_parse(struct probe_line *line, char *text)
{
	char *fields[FIELDS_MAX];
	size_t n = split(text, fields);

	*line = (struct probe_line){ .kind = PROBE_LINE_END };
	return parse_fields(line, fields, n);
}

/* ---- names ---- */

int probe_put_name(struct buf *b, const struct probe_target *t)
{
	const char *slash = strrchr(t->file, '/');

	if (t->is_return)
		buf_put_str(b, t->kind == PROBE_KPROBE ? "kretprobe" : "uretprobe");
	else
		buf_put_str(b, kind_names[t->kind]);
	buf_put_byte(b, ':');
	if (t->kind != PROBE_USDT && *t->file) {
		buf_put_str(b, slash ? slash + 1 : t->file);
		buf_put_byte(b, ':');
	}
	return buf_put_str(b, t->shown);
}
