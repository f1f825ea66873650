/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Demangled names of C++ and Rust, and the shorter forms in which people write them. */
#include "config.h"

#include "cxx-name.h"

#include <string.h>

#include "elf/demangle.h"
#include "lib/compiler.h"

#define ANONYMOUS "(anonymous namespace)"

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c < 0;
}

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

size_t cxx_operator_len(const char *text, const char *at)
{
	static const char word[] = "operator";
	size_t n = sizeof(word) - 1;

	if (*at != 'o' || !begins_with(at, word) || (at > text && is_word(at[-1])) ||
	    is_word(at[n]))
		return 0;
	n += strspn(at + n, " ");
	if (begins_with(at + n, "new[]"))
		return n + 5;
	if (begins_with(at + n, "delete[]"))
		return n + 8;
	if (begins_with(at + n, "()") || begins_with(at + n, "[]"))
		return n + 2;
	return n + strspn(at + n, "<>=!+-*/%^&|~,");
}

/* What follows the <...> or (...) that begins at `at`, NULL when it does not end. */
static const char *skip_group(const char *at)
{
	int angles = 0, parens = 0;

	for (const char *p = at; *p; p++) {
		size_t op = *p == 'o' ? cxx_operator_len(at, p) : 0;

		if (op)
			p += op - 1;
		else if (*p == '(')
			parens++;
		else if (*p == ')')
			parens--;
		else if (*p == '<' && (*at == '<' ? !parens : true))
			angles++;
		else if (*p == '>' && p[-1] != '-' && (*at == '<' ? !parens : true))
			angles--;
		if (*at == '<' ? !angles && !parens : !parens)
			return p + 1;
	}
	return NULL;
}

/* What follows an "[abi:tag]" at p. */
static const char *skip_tag(const char *p)
{
	const char *end = begins_with(p, "[abi:") ? strchr(p, ']') : NULL;

	return end ? end + 1 : p;
}

/* Whether only things follow that a pattern may leave out. */
static bool is_tail(const char *p)
{
	static const char *const qualifiers[] = {
		" const", " volatile", " noexcept", " &&", " &", "&&", "&"
	};

	p = skip_tag(p);
	if (begins_with(p, "::<"))
		p += 2;
	else if (begins_with(p, " <"))
		p++;
	if (*p == '<')
		p = skip_group(p);
	if (p && *p == '(')
		p = skip_group(p);
	for (size_t i = 0; p && i < ARRAY_SIZE(qualifiers); i++) {
		if (!begins_with(p, qualifiers[i]))
			continue;
		p += strlen(qualifiers[i]);
		i = (size_t)-1;
	}
	return p && (!*p || begins_with(p, " [clone "));
}

/* What of the name at n a pattern that goes on with p may leave out: what follows it, or n. */
static const char *skip_optional(const char *p, const char *n)
{
	static const char *const inline_spaces[] = { "__cxx11::", "__1::", "_V2::" };
	const char *after = n;

	if (*n == '<' && *p != '<')
		after = skip_group(n);
	else if (begins_with(n, "::<") && !begins_with(p, "::<"))
		after = skip_group(n + 2);
	else if (*n == '[' && *p != '[')
		after = skip_tag(n);
	for (size_t i = 0; i < ARRAY_SIZE(inline_spaces) && after == n; i++)
		if (begins_with(n, inline_spaces[i]) && !begins_with(p, inline_spaces[i]))
			after += strlen(inline_spaces[i]);
	return after;
}

static const char *skip_spaces(const char *p)
{
	return p + strspn(p, " ");
}

/* Whether the pattern is what begins at n, a part of name. */
static bool matches_at(const char *pattern, const char *name, const char *n)
{
	const char *p = pattern, *after;

	while (*p) {
		size_t op = cxx_operator_len(pattern, p), other = cxx_operator_len(name, n);

		if (op && op == other && !memcmp(p, n, op)) {
			p += op;
			n += op;
			continue;
		}
		if (op || other)
			return false;
		after = skip_optional(p, n);
		if (!after)
			return false;
		if (after != n) {
			n = after;
			continue;
		}
		if (*p == ' ' || *n == ' ') {
			p = skip_spaces(p);
			n = skip_spaces(n);
			if (!*p)
				break;
		}
		if (*p != *n)
			return false;
		p++;
		n++;
	}
	return is_tail(n);
}

/* The next place after p where a pattern may begin: after "::" or a blank outside of groups. */
static const char *next_start(const char *name, const char *p)
{
	while (p && *p) {
		size_t op = cxx_operator_len(name, p);

		if (op)
			return NULL;
		if (begins_with(p, ANONYMOUS))
			p += strlen(ANONYMOUS);
		else if (*p == '(')
			return NULL;
		else if (*p == '<')
			p = skip_group(p);
		else if (begins_with(p, "::"))
			return p + 2;
		else if (*p++ == ' ')
			return p;
	}
	return NULL;
}

static bool is_thunk(const char *name)
{
	return begins_with(name, "non-virtual thunk") || begins_with(name, "virtual thunk") ||
	       begins_with(name, "covariant return thunk");
}

static bool matches_anywhere(const char *pattern, const char *name)
{
	for (const char *p = name; p; p = next_start(name, p))
		if (matches_at(pattern, name, p))
			return true;
	return false;
}

/* <Type as Trait>::method as Type::method and as Trait::method. */
static bool matches_rust_method(const char *pattern, const char *name)
{
	const char *end = *name == '<' ? skip_group(name) : NULL;
	const char *as = end ? memmem(name, (size_t)(end - name), " as ", 4) : NULL;
	size_t type_len, trait_len;
	char short_name[DEMANGLE_OUTPUT_MAX];

	if (!end || strlen(name) >= sizeof(short_name))
		return false;
	type_len = (size_t)((as ? as : end - 1) - name - 1);
	memcpy(short_name, name + 1, type_len);
	strcpy(short_name + type_len, end);
	if (matches_anywhere(pattern, short_name))
		return true;
	if (!as)
		return false;
	trait_len = (size_t)(end - 1 - (as + 4));
	memcpy(short_name, as + 4, trait_len);
	strcpy(short_name + trait_len, end);
	return matches_anywhere(pattern, short_name);
}

bool cxx_name_matches(const char *pattern, const char *name)
{
	if (is_thunk(name))
		return false;
	return matches_anywhere(pattern, name) || matches_rust_method(pattern, name);
}

/* Where the name begins after a return type. */
static const char *skip_return_type(const char *name)
{
	const char *start = name;

	for (const char *p = name; (p = next_start(name, p));)
		if (p[-1] == ' ')
			start = p;
	return start;
}

bool cxx_name_plain(const char *name, char *out, size_t size)
{
	const char *p = is_thunk(name) ? name : skip_return_type(name);
	size_t n = 0;

	if (*p == '<' && strlen(p) < size)
		return strcpy(out, p);
	while (p && *p && n + 1 < size) {
		size_t op = cxx_operator_len(name, p);
		size_t len = op ? op : begins_with(p, ANONYMOUS) ? strlen(ANONYMOUS) : 1;

		if (len == 1 && !op && (*p == '<' || begins_with(p, "::<"))) {
			p = skip_group(*p == '<' ? p : p + 2);
			continue;
		}
		if (len == 1 && !op && (*p == '(' || begins_with(p, " [clone ")))
			break;
		if (len == 1 && skip_tag(p) != p) {
			p = skip_tag(p);
			continue;
		}
		if (n + len >= size)
			return false;
		memcpy(out + n, p, len);
		n += len;
		p += len;
	}
	out[n] = 0;
	return p != NULL;
}

size_t cxx_last_identifier(const char *pattern, const char **at)
{
	const char *last = pattern;
	size_t len = 0;

	for (const char *p = pattern; p && *p;) {
		if (cxx_operator_len(pattern, p))
			return 0;
		if (begins_with(p, ANONYMOUS)) {
			p += strlen(ANONYMOUS);
		} else if (*p == '(') {
			break;
		} else if (*p == '<') {
			p = skip_group(p);
		} else if (is_word(*p)) {
			for (last = p, len = 0; is_word(*p); p++)
				len++;
		} else {
			p++;
		}
	}
	*at = last;
	return len;
}
