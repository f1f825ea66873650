/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which symbols a specification means, by their names. */
#include "config.h"

#include "match.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cxx-name.h"
#include "elf/demangle.h"
#include "glob.h"
#include "lib/i18n.h"

/* ---- clones ---- */

static size_t suffix_len(const char *at, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(at, word, n) && (!at[n] || strchr(".@", at[n])) ? n : 0;
}

static enum clone worse(enum clone a, enum clone b)
{
	return a > b ? a : b;
}

enum clone clone_of(const char *name, size_t *base)
{
	static const struct { const char *word; enum clone clone; } suffixes[] = {
		{ ".cold", CLONE_COLD }, { ".part", CLONE_PART }, { ".constprop", CLONE_WHOLE },
		{ ".isra", CLONE_WHOLE }, { ".lto_priv", CLONE_WHOLE }, { ".llvm", CLONE_WHOLE }
	};
	enum clone clone = CLONE_NONE;

	*base = strcspn(name, "@");
	for (const char *at = strchr(name, '.'); at && *at == '.'; at = strchr(at + 1, '.')) {
		for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
			if (!suffix_len(at, suffixes[i].word) || at == name)
				continue;
			if (clone == CLONE_NONE)
				*base = (size_t)(at - name);
			clone = worse(clone, suffixes[i].clone);
		}
	}
	return clone;
}

/* ---- regular expressions ---- */

static int refuse_regex(struct complaint *c, const char *pattern, int error, size_t at)
{
	char reason[256];

	if (error == PCRE2_ERROR_NOMEMORY)
		return -ENOMEM;
	pcre2_get_error_message(error, (PCRE2_UCHAR8 *)reason, sizeof(reason));
	complain(c, _("invalid regular expression '%s': %s at byte %zu"), shown_name(pattern).text,
		 reason, at);
	complain_hint(c, _("see pcre2pattern(3); a '\\' before a sign takes its meaning away"));
	return -EINVAL;
}

static int compile(struct matcher *m, struct complaint *c)
{
	PCRE2_SIZE at = 0;
	int error = 0;

	m->code = pcre2_compile((PCRE2_SPTR8)m->pattern, m->len, PCRE2_NEVER_UTF |
				PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE, &error, &at, NULL);
	if (!m->code)
		return refuse_regex(c, m->pattern, error, at);
	/* Where it cannot be compiled to machine code it is interpreted. */
	pcre2_jit_compile(m->code, PCRE2_JIT_COMPLETE);
	m->data = pcre2_match_data_create(1, NULL);
	m->context = pcre2_match_context_create(NULL);
	if (!m->data || !m->context)
		return -ENOMEM;
	pcre2_set_match_limit(m->context, MATCH_STEPS_MAX);
	pcre2_set_depth_limit(m->context, MATCH_STEPS_MAX);
	pcre2_set_heap_limit(m->context, MATCH_HEAP_KIB_MAX);
	return 0;
}

static bool regex_matches(struct matcher *m, const char *name, size_t len)
{
	int r = pcre2_match(m->code, (PCRE2_SPTR8)name, len, 0, 0, m->data, m->context);

	m->n_given_up += r < 0 && r != PCRE2_ERROR_NOMATCH;
	return r >= 0;
}

/* ---- quick tests ---- */

static void set_mangled(struct matcher *m, const char *literal)
{
	m->has_mangled = literal[0] && !literal_is_abbreviated(literal);
	if (m->has_mangled)
		snprintf(m->mangled, sizeof(m->mangled), "%s", literal);
}

/* The last identifier stands in mangled names with its length before it. */
static void set_identifier(struct matcher *m)
{
	const char *at = m->pattern;
	size_t n = cxx_last_identifier(m->pattern, &at);

	/* Constructors of std::string and the like have abbreviated names. */
	if (!n || n >= LITERAL_MAX - 8 || !strncmp(m->pattern, "std::", 5))
		n = n < LITERAL_MAX - 8 ? n : 0;
	else
		m->has_mangled = true;
	if (!n)
		return;
	snprintf(m->mangled, sizeof(m->mangled), "%.*s", (int)n, at);
	m->has_mangled = m->has_mangled || !literal_is_abbreviated(m->mangled);
}

static void set_literals(struct matcher *m)
{
	char literal[LITERAL_MAX];

	switch (m->class) {
	case SPEC_GLOB:
		literal_of_glob(m->pattern, literal);
		break;
	case SPEC_REGEX:
		literal_of_regex(m->pattern, literal);
		break;
	case SPEC_EXACT:
		snprintf(m->raw, sizeof(m->raw), "%s", m->pattern);
		set_identifier(m);
		return;
	default:
		set_identifier(m);
		return;
	}
	snprintf(m->raw, sizeof(m->raw), "%s", literal);
	set_mangled(m, literal);
}

int matcher_init(struct matcher *m, const struct spec *s, bool is_loose, struct complaint *c)
{
	int r = 0;

	*m = (struct matcher){
		.class = s->class, .pattern = s->pattern, .len = strlen(s->pattern),
		.is_loose = is_loose
	};
	set_literals(m);
	if (m->class == SPEC_REGEX)
		r = compile(m, c);
	if (r)
		matcher_release(m);
	return r;
}

void matcher_release(struct matcher *m)
{
	pcre2_code_free(m->code);
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
	*m = (struct matcher){ 0 };
}

static bool has(const char *strings, size_t size, const char *literal)
{
	return memmem(strings, size, literal, strlen(literal)) != NULL;
}

bool matcher_may_match(const struct matcher *m, const char *strings, size_t size)
{
	if (m->class == SPEC_EXACT && !m->is_loose)
		return has(strings, size, m->raw);
	if (m->raw[0] && has(strings, size, m->raw))
		return true;
	if (m->class == SPEC_DEMANGLED && has(strings, size, m->pattern))
		return true;
	if (m->raw[0] || m->class == SPEC_DEMANGLED)
		return m->has_mangled ? has(strings, size, m->mangled) :
			has(strings, size, "_Z") || has(strings, size, "_R");
	return true;
}

/* ---- names ---- */

static bool demangled_matches(struct matcher *m, const char *name)
{
	char plain[DEMANGLE_OUTPUT_MAX];
	bool has_plain;

	if (m->class == SPEC_EXACT || m->class == SPEC_DEMANGLED)
		return cxx_name_matches(m->pattern, name);
	has_plain = cxx_name_plain(name, plain, sizeof(plain));
	if (m->class == SPEC_REGEX)
		return regex_matches(m, name, strlen(name)) ||
		       (has_plain && regex_matches(m, plain, strlen(plain)));
	return glob_match(m->pattern, name) || (has_plain && glob_match(m->pattern, plain));
}

static bool mangled_matches(struct matcher *m, const char *name, size_t len)
{
	CLEANUP_FREE char *demangled = NULL;
	char copy[DEMANGLE_INPUT_MAX];

	if (name[0] != '_' || (name[1] != 'Z' && name[1] != 'R'))
		return false;
	if (m->has_mangled && !memmem(name, len, m->mangled, strlen(m->mangled)))
		return false;
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, name, len);
	copy[len] = 0;
	demangled = demangle(copy);
	return demangled && demangled_matches(m, demangled);
}

/* A plain name is the symbol's, or that of a clone of it. */
static bool exact_matches(const struct matcher *m, const char *name, size_t len)
{
	size_t base;

	if (strncmp(name, m->pattern, m->len))
		return false;
	if (len == m->len)
		return true;
	return name[m->len] == '.' && clone_of(name, &base) != CLONE_NONE && base == m->len;
}

static bool raw_matches(struct matcher *m, const char *name, size_t len)
{
	char copy[LITERAL_MAX];

	if (m->class == SPEC_EXACT || m->class == SPEC_DEMANGLED)
		return exact_matches(m, name, len);
	if (m->raw[0] && !memmem(name, len, m->raw, strlen(m->raw)))
		return false;
	if (m->class == SPEC_REGEX)
		return regex_matches(m, name, len);
	if (!name[len])
		return glob_match(m->pattern, name);
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, name, len);
	copy[len] = 0;
	return glob_match(m->pattern, copy);
}

bool matcher_test(struct matcher *m, const char *name)
{
	size_t len;

	/* Nearly all names of a symbol table end here. */
	if (m->class == SPEC_EXACT && !m->is_loose &&
	    (name[0] != m->pattern[0] || strncmp(name, m->pattern, m->len)))
		return false;
	len = strcspn(name + (name[0] != 0), "@") + (name[0] != 0);
	if (m->is_loose)
		return mangled_matches(m, name, len);
	if (raw_matches(m, name, len))
		return true;
	return m->class != SPEC_EXACT && mangled_matches(m, name, len);
}
