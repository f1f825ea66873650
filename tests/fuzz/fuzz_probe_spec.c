/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what probe-list reads: the grammar of specifications, names, and files.
 *
 * The input is a specification, and after a zero byte an ELF file, or a mangled name.  What the
 * grammar takes is tried on the name, and on the file's symbols, lines and USDT notes.
 */
#include "config.h"

#include "libexec/probe-list/spec.h"

#include <string.h>
#include <sys/mman.h>

#include "libexec/probe-list/functions.h"
#include "libexec/probe-list/lines.h"
#include "libexec/probe-list/match.h"
#include "libexec/probe-list/usdt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME_MAX_TRIED 4096

static void try_functions(struct matcher *m, const struct elf_file *f)
{
	struct functions found = { 0 };

	if (!functions_find(&found, f, NULL, m, NULL))
		for (size_t i = 0; i < found.n; i++)
			if (!found.v[i].name || found.v[i].offset >= f->size)
				abort();
	functions_release(&found);
}

static void try_lines(const struct spec *s, const struct elf_file *f)
{
	struct lines found = { 0 };

	if (!lines_find(&found, f, NULL, s->pattern, s->line, s->column))
		for (size_t i = 0; i < found.n; i++)
			if (found.v[i].offset >= f->size)
				abort();
	lines_release(&found);
}

static void try_usdt(const struct spec *s, const struct elf_file *f)
{
	struct usdt_sites found = { 0 };

	if (!usdt_find(&found, f, s->group, s->pattern))
		for (size_t i = 0; i < found.n; i++)
			if (!found.v[i].is_broken && found.v[i].offset >= f->size)
				abort();
	usdt_release(&found);
}

static void try_name(struct matcher *m, const uint8_t *data, size_t size)
{
	char name[NAME_MAX_TRIED + 1];

	if (size > NAME_MAX_TRIED)
		return;
	memcpy(name, data, size);
	name[size] = 0;
	/* The quick test may not lose what the slow one finds. */
	if (matcher_test(m, name) && !matcher_may_match(m, name, strlen(name) + 1))
		abort();
}

static void try_file(const struct spec *s, struct matcher *m, const uint8_t *data, size_t size)
{
	struct elf_file f;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return;
	}
	if (elf_file_open(&f, fd))
		return;
	if (s->kind == PROBE_USDT)
		try_usdt(s, &f);
	else if (s->class == SPEC_LINE)
		try_lines(s, &f);
	else
		try_functions(m, &f);
	elf_file_close(&f);
}

static void try_spec(const struct spec *s, const uint8_t *data, size_t size)
{
	struct complaint c = { 0 };
	struct matcher m;

	if (s->class == SPEC_LINE) {
		try_file(s, NULL, data, size);
		return;
	}
	if (matcher_init(&m, s, false, &c)) {
		if (!c.text[0])
			abort();
		return;
	}
	try_name(&m, data, size);
	try_file(s, &m, data, size);
	matcher_release(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	struct complaint c = { 0 };
	struct spec s;

	if (!end)
		return 0;
	if (spec_parse(&s, 0, (const char *)data, &c)) {
		if (!c.text[0])
			abort();
		return 0;
	}
	try_spec(&s, end + 1, size - (size_t)(end + 1 - data));
	spec_release(&s);
	return 0;
}
