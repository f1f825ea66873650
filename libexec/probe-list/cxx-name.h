/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Demangled names of C++ and Rust, and the shorter forms in which people write them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `pattern` means the function with the demangled name `name`.  It may leave out outer
 * namespaces, template arguments of any part, the parameters and what follows them, the return
 * type, inline namespaces of the standard library, and blanks; of Rust's <Type as Trait>::method
 * it may be Type::method or Trait::method.  Thunks are not meant.
 */
bool cxx_name_matches(const char *pattern, const char *name);

/*
 * The name without return type, template arguments, parameters and what follows, into out: what
 * globs and regular expressions see beside the whole one.  False: it does not fit in `size`.
 */
bool cxx_name_plain(const char *name, char *out, size_t size);

/* The last identifier of a pattern: where it begins and its length; 0: an operator's. */
size_t cxx_last_identifier(const char *pattern, const char **at);

/* The length of "operator" with its sign at `at` in text, 0: there is none. */
size_t cxx_operator_len(const char *text, const char *at);
