/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short forms of names.  Brackets and the like are ASCII, so bytes are enough to find them. */
#include "config.h"

#include "short-name.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

/* What is longer is only cut. */
#define NAME_MAX_BYTES 2000
#define NOT_FOUND SIZE_MAX
#define ANONYMOUS "(anonymous namespace)"
#define OPERATOR "operator"

struct slice {
	const char *s;
	size_t len;
};

static struct slice slice_from(struct slice name, size_t from)
{
	return (struct slice){ name.s + from, name.len - from };
}

static bool starts_with(struct slice name, size_t at, const char *text)
{
	size_t len = strlen(text);

	return len <= name.len - at && !memcmp(name.s + at, text, len);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* +1 where a bracket opens, -1 where it closes; the > of an arrow is none. */
static int bracket(struct slice name, size_t i)
{
	if (strchr("<([{", name.s[i]) && name.s[i])
		return 1;
	return strchr(">)]}", name.s[i]) && name.s[i] && !(i && name.s[i - 1] == '-') ? -1 : 0;
}

/* By bracket of that kind: where it ends, 0 if nowhere. */
static void find_ends(struct slice name, char open, char close, uint16_t *ends)
{
	uint16_t begun[NAME_MAX_BYTES];
	size_t depth = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (name.s[i] == open) {
			ends[i] = 0;
			begun[depth++] = (uint16_t)i;
		} else if (name.s[i] == close && depth && name.s[i - 1] != '-') {
			ends[begun[--depth]] = (uint16_t)i;
		}
	}
}

/* Does the bracket belong to an operator's name? */
static bool follows_operator(struct slice name, size_t at)
{
	size_t first = at > 9 ? at - 9 : 0, len = strlen(OPERATOR);

	return at - first >= len && memmem(name.s + first, at - first, OPERATOR, len);
}

static void put_without_arguments(struct buf *b, struct slice name)
{
	uint16_t ends[NAME_MAX_BYTES];

	find_ends(name, '<', '>', ends);
	find_ends(name, '(', ')', ends);
	for (size_t i = 0; i < name.len; i++) {
		size_t end = 0;

		if (i && (name.s[i] == '<' || name.s[i] == '(') && !follows_operator(name, i) &&
		    !starts_with(name, i, ANONYMOUS))
			end = ends[i];
		buf_put_byte(b, (uint8_t)name.s[i]);
		if (end < i + 3)
			continue;
		buf_put_str(b, "…");
		buf_put_byte(b, (uint8_t)name.s[end]);
		i = end;
	}
}

/* Where the name of a C++ operator begins. */
static size_t operator_in(struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		size_t end = i + strlen(OPERATOR);

		if (starts_with(name, i, OPERATOR) && !(i && is_word(name.s[i - 1])) &&
		    !(end < name.len && is_word(name.s[end])) && !starts_with(name, end, "::"))
			return i;
	}
	return NOT_FOUND;
}

static size_t parameters_of(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.s[i] == '(' && !starts_with(name, i, "(anonymous"))
			return i;
	return NOT_FOUND;
}

/* Without the type that a function template's name begins with. */
static struct slice without_type(struct slice name)
{
	size_t end = operator_in(name), first = 0;

	if (end == NOT_FOUND)
		end = parameters_of(name);
	if (end == NOT_FOUND)
		return name;
	for (size_t i = 0; i < end; i++) {
		if (starts_with(name, i, ANONYMOUS))
			i += strlen(ANONYMOUS) - 1;
		else if (name.s[i] == ' ')
			first = i + 1;
	}
	return slice_from(name, first);
}

/*
 * Where the last part between "::" begins, and the one before it; false if there are no two.
 * What is in brackets, or in an operator's name, has no parts.
 */
static bool find_parts(struct slice name, size_t *own, size_t *before)
{
	size_t operator = operator_in(name);
	size_t end = operator != NOT_FOUND && operator ? operator : name.len;
	bool found = false;
	int depth = 0;

	*own = *before = 0;
	for (size_t i = 0; i < end; i++) {
		depth += bracket(name, i);
		if (depth || !starts_with(name, i, "::") || i + 2 > end)
			continue;
		*before = *own;
		*own = i + 2;
		found = true;
		i++;
	}
	if (end == operator)
		*own = operator;
	return found && *own < name.len && !strchr("[{(", name.s[*own]) &&
	       !memchr(name.s + *own, '/', name.len - *own);
}

/* A process or thread with its id, "name (123)": the length of the name, else 0. */
static size_t numbered(struct slice name)
{
	size_t i = name.len;

	if (!i || name.s[--i] != ')')
		return 0;
	while (i && isdigit((unsigned char)name.s[i - 1]))
		i--;
	return i + 1 < name.len && i > 2 && name.s[i - 1] == '(' && name.s[i - 2] == ' ' &&
	       name.s[i - 3] != ' ' ? i - 2 : 0;
}

static bool fits(struct slice name, size_t columns)
{
	bool all;

	text_prefix(name.s, name.len, columns, &all);
	return all;
}

static struct slice shortest(struct slice without_arguments, size_t columns)
{
	struct slice form = without_type(without_arguments);
	size_t own, before;

	if (fits(form, columns) || !find_parts(form, &own, &before))
		return form;
	return slice_from(form, fits(slice_from(form, before), columns) ? before : own);
}

void short_name(struct buf *b, const char *name, size_t len, size_t columns)
{
	struct buf without = BUF_INIT(4 * NAME_MAX_BYTES);
	struct slice form = { name, len };

	if (len <= NAME_MAX_BYTES && !fits(form, columns)) {
		if (numbered(form)) {
			form.len = numbered(form);
		} else {
			put_without_arguments(&without, form);
			form = shortest((struct slice){ (char *)without.data, without.len },
					columns);
		}
	}
	buf_put(b, form.s, form.len);
	if (without.failed)
		b->failed = without.failed;
	buf_release(&without);
}
