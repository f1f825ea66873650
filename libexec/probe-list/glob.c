/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shell patterns, byte by byte. */
#include "config.h"

#include "glob.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "lib/compiler.h"

static const struct class {
	const char *name;
	int (*has)(int c);
} classes[] = {
	{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank }, { "digit", isdigit },
	{ "lower", islower }, { "punct", ispunct }, { "space", isspace }, { "upper", isupper },
	{ "xdigit", isxdigit }
};

/* [:NAME:] at p: its length, 0: it is none; *has tells whether c is in it. */
static size_t named_class(const char *p, unsigned char c, bool *has)
{
	for (size_t i = 0; p[0] == '[' && p[1] == ':' && i < ARRAY_SIZE(classes); i++) {
		size_t n = strlen(classes[i].name);

		if (!strncmp(p + 2, classes[i].name, n) && p[n + 2] == ':' && p[n + 3] == ']') {
			*has |= classes[i].has(c) != 0;
			return n + 4;
		}
	}
	return 0;
}

/* The set at p, after its '[': where it ends, NULL when it does not; *has tells about c. */
static const char *match_set(const char *p, unsigned char c, bool *has)
{
	bool negated = *p == '!' || *p == '^';
	const char *first;

	p += negated;
	first = p;
	*has = false;
	while (*p && (*p != ']' || p == first)) {
		size_t n = named_class(p, c, has);
		unsigned char low = (unsigned char)*p, high = low;

		if (n) {
			p += n;
			continue;
		}
		if (p[1] == '-' && p[2] && p[2] != ']') {
			high = (unsigned char)p[2];
			p += 2;
		}
		p++;
		*has |= low <= c && c <= high;
	}
	if (!*p)
		return NULL;
	*has ^= negated;
	return p + 1;
}

/* One sign of the pattern and one of the text: what follows in the pattern, NULL: no match. */
static const char *match_one(const char *p, char c)
{
	const char *after;
	bool has;

	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		after = match_set(p + 1, (unsigned char)c, &has);
		if (after)
			return has ? after : NULL;
	}
	if (*p == '\\' && p[1])
		p++;
	return *p == c ? p + 1 : NULL;
}

bool glob_match(const char *p, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		const char *next;

		if (*p == '*') {
			star = ++p;
			from = text;
			continue;
		}
		next = *p ? match_one(p, *text) : NULL;
		if (next) {
			p = next;
			text++;
		} else if (star) {
			p = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return !*p;
}

bool glob_is_pattern(const char *pattern)
{
	return strpbrk(pattern, "*?[\\") != NULL;
}
