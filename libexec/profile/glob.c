// SPDX-License-Identifier: GPL-2.0-or-later
/* Globs over thread names, compiled to the tables that the kernel's bit-parallel matcher reads. */
#include "config.h"

#include "glob.h"

#include <errno.h>
#include <string.h>

static void accept_range(struct glob *glob, unsigned token, unsigned char from, unsigned char to)
{
	for (unsigned c = from; c <= to; c++)
		glob->match[c] |= 1ull << token;
}

static void accept_others(struct glob *glob, unsigned token)
{
	for (unsigned c = 0; c < 256; c++)
		glob->match[c] ^= 1ull << token;
}

/* Compile the bracket expression after `[`.  Returns what follows it, or NULL when it is open. */
static const char *compile_bracket(struct glob *glob, unsigned token, const char *p)
{
	int inverted = *p == '!' || *p == '^';
	const char *first;

	p += inverted;
	for (first = p; *p && (*p != ']' || p == first); p++) {
		if (p[1] == '-' && p[2] && p[2] != ']') {
			accept_range(glob, token, (unsigned char)p[0], (unsigned char)p[2]);
			p += 2;
		} else {
			accept_range(glob, token, (unsigned char)*p, (unsigned char)*p);
		}
	}
	if (!*p)
		return NULL;
	if (inverted)
		accept_others(glob, token);
	return p + 1;
}

/* Compile one token other than `*`.  Returns what follows it, or NULL when it is malformed. */
static const char *compile_token(struct glob *glob, unsigned token, const char *p)
{
	switch (*p) {
	case '?':
		accept_range(glob, token, 0, 255);
		return p + 1;
	case '[':
		return compile_bracket(glob, token, p + 1);
	case '\\':
		if (!*++p)
			return NULL;
		break;
	}
	accept_range(glob, token, (unsigned char)*p, (unsigned char)*p);
	return p + 1;
}

int glob_compile(struct glob *glob, const char *pattern)
{
	struct glob out = { 0 };
	const char *p = pattern;
	unsigned token = 0;

	while (*p) {
		if (*p == '*') {
			out.loop |= 1ull << token;
			p++;
			continue;
		}
		if (token == GLOB_TOKENS_MAX)
			return -E2BIG;
		p = compile_token(&out, token++, p);
		if (!p)
			return -EINVAL;
	}
	out.accept = 1ull << token;
	*glob = out;
	return 0;
}

int glob_matches(const struct glob *glob, const char *name)
{
	uint64_t state = 1;

	for (; *name; name++)
		state = ((state & glob->match[(unsigned char)*name]) << 1) | (state & glob->loop);
	return (state & glob->accept) != 0;
}
