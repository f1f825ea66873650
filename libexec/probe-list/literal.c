/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a name must contain if a pattern is to match it. */
#include "config.h"

#include "literal.h"

#include <string.h>

/* A run of signs that is being collected, and the longest one so far. */
struct runs {
	char *best;
	size_t best_len;
	const char *start;
	size_t len;
};

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static void end_run(struct runs *r)
{
	if (r->len > r->best_len) {
		r->best_len = r->len < LITERAL_MAX ? r->len : LITERAL_MAX - 1;
		memcpy(r->best, r->start, r->best_len);
		r->best[r->best_len] = 0;
	}
	r->len = 0;
}

static void add_sign(struct runs *r, const char *at)
{
	if (!r->len)
		r->start = at;
	r->len++;
}

/* The last sign of a set that begins at p, or its first when it has no end. */
static const char *skip_set(const char *p)
{
	const char *q = p + 1;

	q += *q == '^' || *q == '!';
	q += *q == ']';
	for (; *q && *q != ']'; q++) {
		if (*q == '\\' && q[1])
			q++;
		else if (*q == '[' && q[1] == ':' && strstr(q + 2, ":]"))
			q = strstr(q + 2, ":]") + 1;
	}
	return *q ? q : p;
}

void literal_of_glob(const char *pattern, char out[LITERAL_MAX])
{
	struct runs r = { .best = out };

	out[0] = 0;
	for (const char *p = pattern; *p; p++) {
		if (is_word(*p)) {
			add_sign(&r, p);
			continue;
		}
		end_run(&r);
		if (*p == '[')
			p = skip_set(p);
		else if (*p == '\\' && p[1])
			p++;
	}
	end_run(&r);
}

/* What follows a sign may say that it need not be there. */
static const char *take_quantifier(struct runs *r, const char *p)
{
	if (*p != '+' && r->len)
		r->len--;
	end_run(r);
	if (*p == '{' && strchr(p, '}'))
		p = strchr(p, '}');
	return p;
}

/* Escapes that take what follows: \x41, \Q...\E, \p{Lu}, \1 and the like. */
static bool has_strange_escape(const char *pattern)
{
	for (const char *p = pattern; *p; p++)
		if (*p == '\\' && *++p && !strchr(".^$|()[]{}*+?/\\-:<>,~&! wWdDsSbB", *p))
			return true;
		else if (!*p)
			break;
	return false;
}

void literal_of_regex(const char *pattern, char out[LITERAL_MAX])
{
	struct runs r = { .best = out };
	int depth = 0;

	out[0] = 0;
	if (strchr(pattern, '|') || strstr(pattern, "(?") || strstr(pattern, "(*") ||
	    strchr(pattern, '#') || has_strange_escape(pattern))
		return;
	for (const char *p = pattern; *p; p++) {
		if (is_word(*p) && !depth) {
			add_sign(&r, p);
			continue;
		}
		if (strchr("*?{+", *p)) {
			p = take_quantifier(&r, p);
			continue;
		}
		end_run(&r);
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '[')
			p = skip_set(p);
		depth += *p == '(' ? 1 : *p == ')' && depth ? -1 : 0;
	}
	end_run(&r);
}

bool literal_is_abbreviated(const char *literal)
{
	static const char words[] =
		" std allocator basic_string string istream ostream iostream basic_istream "
		"basic_ostream basic_iostream char_traits void bool char signed short unsigned int "
		"long float double __int128 __float128 wchar_t char8_t char16_t char32_t auto "
		"decltype nullptr_t operator new delete const volatile restrict noexcept clone "
		"anonymous namespace lambda unnamed type non virtual thunk to guard variable for "
		"vtable typeinfo sizeof true false closure shim impl as dyn mut self str usize "
		"isize u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 0 1 2 3 4 5 6 7 8 9 default "
		"arg reference temporary covariant return structured binding ";

	return strspn(literal, "0123456789") == strlen(literal) || strstr(words, literal);
}
