/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of probe specifications. */
#include "config.h"

#include "spec.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cxx-name.h"
#include "lib/i18n.h"
#include "lib/number.h"

#define SPACES " \t\r\n"

/* ---- pieces of text ---- */

static int keep(char **to, const char *text, size_t len)
{
	*to = strndup(text, len);
	return *to ? 0 : -ENOMEM;
}

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool ends_with(const char *s, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !memcmp(s + len - n, suffix, n);
}

static bool is_digits(const char *s, size_t len)
{
	return len && strspn(s, "0123456789") >= len;
}

/* Whether the colon at `at` separates parts. */
static bool is_separator(const char *text, const char *at)
{
	size_t before = (size_t)(at - text);

	if (at[1] == ':' || (before && at[-1] == ':'))
		return false;
	if (ends_with(text, before, "[abi") || ends_with(text, before, "[["))
		return false;
	return at[1] != ']';
}

static const char *next_separator(const char *text, const char *from)
{
	for (const char *at = strchr(from, ':'); at; at = strchr(at + 1, ':'))
		if (is_separator(text, at))
			return at;
	return NULL;
}

static const char *last_separator(const char *text, size_t len)
{
	for (const char *at = text + len; at > text; at--)
		if (at[-1] == ':' && is_separator(text, at - 1))
			return at - 1;
	return NULL;
}

/* ---- what kind of name ---- */

/* Whether * ? or [ stand outside of parameters, template arguments and operators. */
static bool has_wildcard(const char *text)
{
	int depth = 0;

	for (const char *at = text; *at; at++) {
		size_t op = cxx_operator_len(text, at);

		if (op)
			at += op - 1;
		else if (*at == '(' || *at == '<')
			depth++;
		else if (*at == ')' || *at == '>')
			depth -= depth > 0;
		else if (!depth && (*at == '*' || *at == '?'))
			return true;
		else if (!depth && *at == '[' && !begins_with(at, "[abi:"))
			return true;
	}
	return false;
}

static bool has_operator(const char *text)
{
	for (const char *at = text; *at; at++)
		if (cxx_operator_len(text, at))
			return true;
	return false;
}

static enum spec_class class_of(const char *name)
{
	if (has_wildcard(name))
		return SPEC_GLOB;
	if (strstr(name, "::") || strpbrk(name, "(<~ ") || has_operator(name))
		return SPEC_DEMANGLED;
	return SPEC_EXACT;
}

/* ---- +OFFSET ---- */

static int parse_hex(const char *text, uint64_t *value)
{
	uint64_t v = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		char c = *text | 0x20;
		int digit = c >= '0' && c <= '9' ? c - '0' :
			c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0)
			return -EINVAL;
		if (v >> 60)
			return -ERANGE;
		v = v << 4 | (uint64_t)digit;
	}
	*value = v;
	return 0;
}

static int parse_offset(struct spec *s, const char *text, struct complaint *c)
{
	int r = begins_with(text, "0x") || begins_with(text, "0X") ?
		parse_hex(text + 2, &s->offset) : number_parse(text, 0, INT64_MAX, &s->offset);

	if (!r) {
		s->has_offset = true;
		return 0;
	}
	if (r == -ERANGE)
		complain(c, _("the offset '%s' is too large"), shown_name(text).text);
	else if (!*text)
		complain(c, _("'%s' has no number after '+'"), shown_name(s->text).text);
	else
		complain(c, _("the offset '%s' is no number"), shown_name(text).text);
	complain_hint(c, _("write the bytes from the function's start as 16 or 0x10"));
	return -EINVAL;
}

/* The '+' before an offset, or NULL: a '+' may be an operator's. */
static const char *offset_sign(const char *text)
{
	const char *plus = strrchr(text, '+');
	size_t before = plus ? (size_t)(plus - text) : 0;

	if (!plus)
		return NULL;
	for (const char *at = text; at < plus; at++) {
		size_t op = cxx_operator_len(text, at);

		/* operator++4 is operator+, 4 bytes from its start. */
		if (op && at + op > plus && (at + op == plus + 1) &&
		    (ends_with(text, before, "operator") || !is_digits(plus + 1, 1)))
			return NULL;
		if (op && at + op > plus + 1)
			return NULL;
		if (op && plus[1] == '(')
			return NULL;
	}
	return plus;
}

/* ---- functions ---- */

/* The end of a regular expression in slashes: the last slash, which an offset may follow. */
static const char *regex_end(const char *text)
{
	const char *end = strrchr(text, '/');

	return end > text && (!end[1] || end[1] == '+') ? end : NULL;
}

static int parse_regex(struct spec *s, const char *text, struct complaint *c)
{
	const char *end = regex_end(text);

	if (!end) {
		complain(c, _("the regular expression '%s' has no '/' at its end"),
			 shown_name(text).text);
		complain_hint(c, _("write it as /REGEX/"));
		return -EINVAL;
	}
	if (end == text + 1) {
		complain(c, _("the regular expression is empty"));
		complain_hint(c, _("every function is '*'"));
		return -EINVAL;
	}
	s->class = SPEC_REGEX;
	if (end[1] && parse_offset(s, end + 2, c))
		return -EINVAL;
	return keep(&s->pattern, text + 1, (size_t)(end - text - 1));
}

static int split_version(struct spec *s)
{
	char *at = strchr(s->pattern + 1, '@');

	if (s->class != SPEC_EXACT || !at)
		return 0;
	*at++ = 0;
	at += *at == '@';
	return *at ? keep(&s->version, at, strlen(at)) : 0;
}

static int parse_name(struct spec *s, const char *text, struct complaint *c)
{
	const char *plus;
	int r;

	if (text[0] == '/')
		return parse_regex(s, text, c);
	if (next_separator(text, text)) {
		complain(c, _("unexpected ':' in '%s'"), shown_name(text).text);
		complain_hint(c, _("write FILE:FUNCTION, ret:FUNCTION or SOURCE:LINE"));
		return -EINVAL;
	}
	plus = offset_sign(text);
	if (plus == text) {
		complain(c, _("no function stands before '%s'"), shown_name(plus).text);
		return -EINVAL;
	}
	if (plus && parse_offset(s, plus + 1, c))
		return -EINVAL;
	r = keep(&s->pattern, text, plus ? (size_t)(plus - text) : strlen(text));
	if (r)
		return r;
	s->class = class_of(s->pattern);
	return split_version(s);
}

static bool is_file(const char *path, size_t len)
{
	CLEANUP_FREE char *copy = strndup(path, len);
	struct stat st;

	return copy && !stat(copy, &st) && S_ISREG(st.st_mode);
}

/* The colon after a path: after one that is there, or else the first. */
static const char *path_end(const char *text)
{
	const char *first = next_separator(text, text);

	for (const char *at = first; at; at = next_separator(text, at + 1))
		if (is_file(text, (size_t)(at - text)))
			return at;
	return first;
}

/* The colon between a path and a regular expression in a text that ends as one. */
static const char *path_before_regex(const char *text)
{
	for (const char *at = next_separator(text, text); at; at = next_separator(text, at + 1))
		if (at[1] == '/')
			return at;
	return NULL;
}

static const char *file_end(const char *text)
{
	if (text[0] != '/')
		return next_separator(text, text);
	return regex_end(text) ? path_before_regex(text) : path_end(text);
}

static int set_file(struct spec *s, const char *text, const char *colon, struct complaint *c)
{
	if (colon == text) {
		complain(c, _("nothing stands before ':' in '%s'"), shown_name(text).text);
		complain_hint(c, _("write FILE:FUNCTION, or the function alone"));
		return -EINVAL;
	}
	if (!colon[1]) {
		complain(c, _("no function stands after '%s'"), shown_name(text).text);
		complain_hint(c, _("all functions of a file are FILE:*"));
		return -EINVAL;
	}
	return keep(&s->file, text, (size_t)(colon - text));
}

static int parse_function(struct spec *s, const char *text, struct complaint *c)
{
	const char *colon = file_end(text);
	int r;

	if (!colon && text[0] == '/' && !regex_end(text)) {
		complain(c, _("'%s' is a path without a function"), shown_name(text).text);
		complain_hint(c, _("write PATH:FUNCTION, or /REGEX/ for a regular expression"));
		return -EINVAL;
	}
	if (!colon)
		return parse_name(s, text, c);
	r = set_file(s, text, colon, c);
	return r ? r : parse_name(s, colon + 1, c);
}

/* ---- SOURCE:LINE[:COLUMN] ---- */

struct line_parts {
	size_t file_len;
	const char *line, *column;       /* column NULL: none */
	size_t line_len;
};

static bool split_line(const char *text, struct line_parts *p)
{
	size_t len = strlen(text), left;
	const char *last = last_separator(text, len), *before;

	if (!last || !is_digits(last + 1, len - (size_t)(last - text) - 1))
		return false;
	left = (size_t)(last - text);
	before = last_separator(text, left);
	*p = (struct line_parts){ left, last + 1, NULL, len - left - 1 };
	if (before && before > text && is_digits(before + 1, left - (size_t)(before - text) - 1))
		*p = (struct line_parts){ (size_t)(before - text), before + 1, last + 1,
					  (size_t)(last - before - 1) };
	return p->file_len;
}

static int parse_line_number(uint32_t *to, const char *text, size_t len, struct complaint *c)
{
	CLEANUP_FREE char *copy = strndup(text, len);
	uint64_t value;

	if (!copy)
		return -ENOMEM;
	if (number_parse(copy, 1, SPEC_LINE_MAX, &value)) {
		complain(c, _("there is no line or column %s"), shown_name(copy).text);
		complain_hint(c, _("the first is 1"));
		return -EINVAL;
	}
	*to = (uint32_t)value;
	return 0;
}

static int parse_line(struct spec *s, const char *text, const struct line_parts *p,
		      struct complaint *c)
{
	const char *colon = next_separator(text, text), *source = text, *end = text + p->file_len;
	int r = 0;

	if (colon < end) {
		r = set_file(s, text, colon, c);
		source = colon + 1;
	}
	if (r)
		return r;
	s->class = SPEC_LINE;
	while (begins_with(source, "./"))
		source += 2;
	if (source >= end || next_separator(source, source) < end) {
		complain(c, _("unexpected ':' in '%s'"), shown_name(text).text);
		complain_hint(c, _("write [FILE:]SOURCE:LINE[:COLUMN]"));
		return -EINVAL;
	}
	r = parse_line_number(&s->line, p->line, p->line_len, c);
	if (!r && p->column)
		r = parse_line_number(&s->column, p->column, strlen(p->column), c);
	return r ? r : keep(&s->pattern, source, (size_t)(end - source));
}

static int refuse_return(const struct spec *s, struct complaint *c)
{
	if (!s->is_return || (!s->has_offset && s->class != SPEC_LINE))
		return 0;
	if (s->has_offset)
		complain(c, _("a return probe has no offset: '%s'"), shown_name(s->text).text);
	else
		complain(c, _("a line does not return: '%s'"), shown_name(s->text).text);
	complain_hint(c, _("leave out 'ret:', or name the function alone"));
	return -EINVAL;
}

/* uprobe, kprobe and their return probes. */
static int parse_code(struct spec *s, struct complaint *c)
{
	const char *text = s->text;
	struct line_parts parts;
	int r;

	if (begins_with(text, "ret:")) {
		s->is_return = true;
		text += 4;
		text += strspn(text, SPACES);
	}
	if (!*text) {
		complain(c, _("no function is named"));
		complain_hint(c, _("write a function, such as malloc, libc:malloc or ret:malloc"));
		return -EINVAL;
	}
	if (s->kind == PROBE_UPROBE && !(text[0] == '/' && regex_end(text)) &&
	    split_line(text, &parts))
		r = parse_line(s, text, &parts, c);
	else
		r = parse_function(s, text, c);
	return r ? r : refuse_return(s, c);
}

/* ---- tracepoints and USDT ---- */

static int refuse_empty_part(const char *form, struct complaint *c)
{
	complain(c, _("a part of the name is empty"));
	complain_hint(c, _("write %s; any name is '*'"), form);
	return -EINVAL;
}

/* The colon before the last part of text[0..len), NULL: there is one part only. */
static const char *last_colon(const char *text, size_t len)
{
	return memrchr(text, ':', len);
}

/* FILE:GROUP:NAME; of PATH:NAME the group is left out, and of GROUP:NAME the file. */
static int parse_event(struct spec *s, const char *form, bool has_file, struct complaint *c)
{
	size_t len = strlen(s->text);
	const char *name = last_colon(s->text, len), *group;
	int r = 0;

	s->class = SPEC_GLOB;
	group = name ? last_colon(s->text, (size_t)(name - s->text)) : NULL;
	if (name && !group && has_file && s->text[0] == '/')
		group = name;
	if (group && !has_file) {
		complain(c, _("unexpected ':' in '%s'"), shown_name(s->text).text);
		complain_hint(c, _("write %s"), form);
		return -EINVAL;
	}
	if (group == s->text || name == s->text || (name && !name[1]) ||
	    (group && group + 1 == name))
		return refuse_empty_part(form, c);
	if (group)
		r = keep(&s->file, s->text, (size_t)(group - s->text));
	group = group ? group + 1 : s->text;
	if (!r && name && group < name)
		r = keep(&s->group, group, (size_t)(name - group));
	name = name ? name + 1 : s->text;
	return r ? r : keep(&s->pattern, name, strlen(name));
}

/* ---- all ---- */

static const struct kind_word {
	const char *word;
	enum probe_kind kind;
	bool is_return;
} kind_words[] = {
	{ "uprobe:", PROBE_UPROBE, false }, { "uretprobe:", PROBE_UPROBE, true },
	{ "kprobe:", PROBE_KPROBE, false }, { "kretprobe:", PROBE_KPROBE, true },
	{ "tracepoint:", PROBE_TRACEPOINT, false }, { "usdt:", PROBE_USDT, false }
};

static const struct kind_word *kind_word_of(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_words); i++)
		if (begins_with(text, kind_words[i].word))
			return &kind_words[i];
	return NULL;
}

static int parse_text(struct spec *s, struct complaint *c)
{
	if (!*s->text) {
		complain(c, _("the specification is empty"));
		complain_hint(c, _("name a function, a tracepoint or a USDT probe"));
		return -EINVAL;
	}
	if (s->kind == PROBE_TRACEPOINT)
		return parse_event(s, "CATEGORY:NAME", false, c);
	if (s->kind == PROBE_USDT)
		return parse_event(s, "[FILE:]PROVIDER:NAME", true, c);
	return parse_code(s, c);
}

int spec_parse(struct spec *s, uint32_t number, const char *text, struct complaint *c)
{
	const struct kind_word *word = kind_word_of(text);
	size_t len;
	int r;

	*s = (struct spec){ .number = number };
	if (!word) {
		complain(c, _("'%s' is no kind of probe"), shown_name(text).text);
		complain_hint(c, "uprobe:, uretprobe:, usdt:, kprobe:, kretprobe:, tracepoint:");
		return -EINVAL;
	}
	s->kind = word->kind;
	s->is_return = word->is_return;
	text += strlen(word->word);
	text += strspn(text, SPACES);
	len = strlen(text);
	while (len && strchr(SPACES, text[len - 1]))
		len--;
	if (len > SPEC_TEXT_MAX) {
		complain(c, _("the specification is longer than %d bytes"), SPEC_TEXT_MAX);
		complain_hint(c, _("a glob or a regular expression is shorter"));
		return -EINVAL;
	}
	r = keep(&s->text, text, len);
	if (!r)
		r = parse_text(s, c);
	if (r)
		spec_release(s);
	return r;
}

void spec_release(struct spec *s)
{
	free(s->text);
	free(s->file);
	free(s->pattern);
	free(s->version);
	free(s->group);
	*s = (struct spec){ 0 };
}
