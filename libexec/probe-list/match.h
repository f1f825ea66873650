/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which symbols a specification means, by their names. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaint.h"
#include "lib/compiler.h"
#include "literal.h"
#include "spec.h"

/* Steps that one name may cost a regular expression; beyond, it does not match. */
#define MATCH_STEPS_MAX 200000
#define MATCH_HEAP_KIB_MAX 16384

struct matcher {
	enum spec_class class;
	const char *pattern;             /* the spec's */
	size_t len;
	bool is_loose;                   /* an exact name may be a demangled one, too */
	char raw[LITERAL_MAX];           /* what is in every raw name that matches, "": nothing */
	char mangled[LITERAL_MAX];       /* what is in every mangled name that matches */
	bool has_mangled;                /* only then does `mangled` say anything */
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	uint64_t n_given_up;             /* names on which the regular expression took too long */
};

/*
 * Make a matcher of s, which must stay.  Loose: a plain name is to mean C++ and Rust functions in
 * any namespace, and no others.  0, -EINVAL (*c says why the regular expression is none) or
 * -ENOMEM; on failure there is nothing to release.
 */
int matcher_init(struct matcher *m, const struct spec *s, bool is_loose, struct complaint *c)
	MUST_CHECK;
void matcher_release(struct matcher *m);

/* Whether some name in a string table may match: no if not. */
bool matcher_may_match(const struct matcher *m, const char *strings, size_t size);

/* Whether a symbol's name matches; what follows '@' in it does not count. */
bool matcher_test(struct matcher *m, const char *name);

/* What a compiler made of a function under a name with a suffix. */
enum clone { CLONE_NONE, CLONE_WHOLE, CLONE_PART, CLONE_COLD };

/*
 * CLONE_WHOLE: .constprop.N, .isra.N, .lto_priv.N, .llvm.N: instead of the function; CLONE_PART:
 * .part.N, a part that it calls; CLONE_COLD: .cold, pieces that it jumps to.  *base is the length
 * of the function's own name.
 */
enum clone clone_of(const char *name, size_t *base);
