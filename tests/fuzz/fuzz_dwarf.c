/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes inlined calls and source lines: the input is an ELF file with DWARF. */
#include "config.h"

#include "elf/source-lines.h"

#include <sys/mman.h>

#include "lib/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ADDRESSES 64

static void find_all(struct source_lines *s)
{
	struct source_line v[SOURCE_LINES_MAX];

	for (size_t i = 0; i < s->file.layout.n_segments; i++) {
		const struct elf_segment *segment = &s->file.layout.segments[i];

		for (uint64_t k = 0; k < ADDRESSES; k++) {
			uint64_t at = segment->vaddr + segment->memsz / ADDRESSES * k;
			size_t n = source_lines_find(s, at, v);

			if (n && v[n - 1].name)
				__builtin_trap();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct source_lines s;
	struct elf_file f;

	if (fd < 0)
		return 0;
	if (write_all(fd, data, size)) {
		close(fd);
		return 0;
	}
	if (elf_file_open(&f, fd))
		return 0;
	if (source_lines_open(&s, &f, NULL)) {
		elf_file_close(&f);
		return 0;
	}
	find_all(&s);
	source_lines_close(&s);
	return 0;
}
