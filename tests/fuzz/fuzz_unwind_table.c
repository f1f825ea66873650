/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the way from an ELF file to its unwind table, and what it tells the dynamic linker.  An
 * input is an ELF file, or the bytes of .eh_frame, with 'd' before them those of .debug_frame.
 * What comes out must be well-formed.
 */
#include "config.h"

#include <stdint.h>

#include "elf/dynamic.h"
#include "libexec/unwind-table-builder/build.h"
#include "libexec/unwind-table-builder/lookup.h"
#include "libexec/unwind-table-builder/print.h"
#include "tests/lib/tiny-elf.h"

#define TEXT_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct table *t)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	uint64_t end = 0, n_rows = 0;
	uint32_t n_parts = 0;
	size_t at = 0;

	while (at < t->parts.len) {
		const struct unwind_part *part = (const void *)(t->parts.data + at);
		long bytes = lookup_check_part(part, t->parts.len - at);

		if (bytes < 0 || part->first_bucket < end)
			abort();
		end = (uint64_t)part->first_bucket + part->n_buckets;
		n_rows += part->n_rows;
		n_parts++;
		at += (size_t)bytes;
	}
	if (n_rows != t->n_rows || n_parts != t->n_parts)
		abort();
	print_table(&text, t);
	buf_release(&text);
}

static void build(const void *image, size_t size)
{
	static struct builder b;
	struct elf_dynamic d;
	struct elf_file f;
	uint32_t error = 0;

	if (elf_file_open_memory(&f, image, size))
		return;
	if (build_table(&b, &f, &error) == UNWIND_OK)
		check(&b.table);
	if (!elf_dynamic_read(&d, &f))
		elf_dynamic_release(&d);
	elf_file_close(&f);
}

static void build_section(const uint8_t *data, size_t size)
{
	static struct buf image;
	bool is_debug = size && data[0] == 'd';
	struct tiny_elf t = {
		.sections[0] = {
			.name = is_debug ? ".debug_frame" : ".eh_frame", .bytes = data + is_debug,
			.size = size - is_debug
		},
		.n = 1
	};

	image.max = TEXT_MAX;
	buf_clear(&image);
	tiny_elf_make(&t, &image);
	if (!buf_failed(&image))
		build(image.data, image.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 4 && !memcmp(data, "\177ELF", 4))
		build(data, size);
	else
		build_section(data, size);
	return 0;
}
