/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readable names of C++ and Rust symbols.
 *
 * A short hostile name can unfold to gigabytes (substitutions of substitutions), and libiberty goes
 * on to the end.  It keeps nothing on the heap in its callback interface, so the callback leaves it
 * with a long jump as soon as the output has reached its limit.
 */
#include "config.h"

#include "elf/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

struct output {
	jmp_buf too_long;
	size_t len;
	char text[DEMANGLE_OUTPUT_MAX];
};

static void append(const char *bytes, size_t n, void *opaque)
{
	struct output *out = opaque;

	if (n >= sizeof(out->text) - out->len)
		longjmp(out->too_long, 1);
	/* An empty crate name comes as a null pointer. */
	if (n)
		memcpy(out->text + out->len, bytes, n);
	out->len += n;
	out->text[out->len] = 0;
}

static int run(const char *name, bool rust, struct output *out)
{
	if (setjmp(out->too_long))
		return 0;
	out->len = 0;
	if (rust)
		return rust_demangle_callback(name, DMGL_RUST, append, out);
	return cplus_demangle_v3_callback(name, DMGL_PARAMS | DMGL_ANSI, append, out);
}

char *demangle(const char *name)
{
	struct output out;

	if (name[0] != '_' || strlen(name) > DEMANGLE_INPUT_MAX)
		return NULL;
	if (!strncmp(name, "_R", 2) || !strncmp(name, "_ZN", 3))
		if (run(name, true, &out) && out.len)
			return strdup(out.text);
	if (!strncmp(name, "_Z", 2) && run(name, false, &out) && out.len)
		return strdup(out.text);
	return NULL;
}
