/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readable names of C++ and Rust symbols. */
#pragma once

#include "lib/compiler.h"

/* Longer names, given or made, stay as they are: mangled names can unfold exponentially. */
#define DEMANGLE_INPUT_MAX 16384
#define DEMANGLE_OUTPUT_MAX 16384

/*
 * The demangled name, to be freed by the caller, or NULL when `name` is not a mangled C++ or Rust
 * name, exceeds a limit, or memory is out: then the name itself is to be shown.  Rust's hash suffix
 * is left out.
 */
char *demangle(const char *name) MUST_CHECK;
