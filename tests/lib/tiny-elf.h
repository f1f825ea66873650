/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes small x86-64 ELF files in memory, around call frame information written by hand. */
#pragma once

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/buf.h"

/* Code is at [TINY_TEXT, TINY_TEXT_END), all zeros; addresses are file offsets, but see `bias`. */
#define TINY_TEXT 0x1000
#define TINY_TEXT_END 0x3000

struct tiny_section {
	const char *name;        /* ".eh_frame", …; ".eh_frame_hdr" gets PT_GNU_EH_FRAME */
	const void *bytes;
	size_t size;
	uint64_t flags;          /* SHF_* beside those that follow from the name */
	uint64_t plt_addr;       /* of ".plt", in the text; its bytes are elsewhere in the file */
	uint64_t addr;           /* set by tiny_elf_make() */
};

#define TINY_SECTIONS_MAX 6

struct tiny_elf {
	struct tiny_section sections[TINY_SECTIONS_MAX];
	size_t n;
	bool has_no_section_headers;
	uint64_t bias;           /* how far .eh_frame is mapped from its offset */
};

/* Where section i will be, given the sizes of those before it. */
static inline uint64_t tiny_elf_offset(const struct tiny_elf *t, size_t i)
{
	uint64_t at = TINY_TEXT_END;

	for (size_t k = 0; k < i; k++)
		at = (at + t->sections[k].size + 15) & ~UINT64_C(15);
	return at;
}

static inline void tiny_put_segments(struct buf *b, const struct tiny_elf *t, uint16_t *n)
{
	Elf64_Phdr load = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = TINY_TEXT_END,
		.p_memsz = TINY_TEXT_END
	};

	buf_put(b, &load, sizeof(load));
	*n = 1;
	for (size_t i = 0; i < t->n; i++) {
		const struct tiny_section *s = &t->sections[i];
		Elf64_Phdr ph = {
			.p_type = PT_LOAD, .p_flags = PF_R, .p_offset = tiny_elf_offset(t, i),
			.p_vaddr = s->addr, .p_filesz = s->size, .p_memsz = s->size
		};

		buf_put(b, &ph, sizeof(ph));
		++*n;
		if (!strstr(s->name, "_hdr"))
			continue;
		ph.p_type = PT_GNU_EH_FRAME;
		buf_put(b, &ph, sizeof(ph));
		++*n;
	}
}

static inline void tiny_put_headers(struct buf *b, const struct tiny_elf *t, const char *names,
				    size_t names_size, uint64_t names_at)
{
	Elf64_Shdr null = { 0 }, strings = {
		.sh_name = 1, .sh_type = SHT_STRTAB, .sh_offset = names_at, .sh_size = names_size
	};

	buf_put(b, &null, sizeof(null));
	buf_put(b, &strings, sizeof(strings));
	for (size_t i = 0; i < t->n; i++) {
		const struct tiny_section *s = &t->sections[i];
		bool is_debug = strstr(s->name, "debug");
		Elf64_Shdr sh = {
			.sh_type = SHT_PROGBITS, .sh_offset = tiny_elf_offset(t, i),
			.sh_addr = is_debug ? 0 : s->plt_addr ? s->plt_addr : s->addr,
			.sh_size = s->size,
			.sh_flags = (is_debug ? 0 : SHF_ALLOC) | s->flags, .sh_addralign = 1
		};

		for (size_t at = 1; at < names_size; at += strlen(names + at) + 1)
			if (!strcmp(names + at, s->name))
				sh.sh_name = (Elf64_Word)at;
		buf_put(b, &sh, sizeof(sh));
	}
}

static inline void tiny_place(struct tiny_elf *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->sections[i].addr = tiny_elf_offset(t, i) +
			(strcmp(t->sections[i].name, ".eh_frame") ? 0 : t->bias);
}

static inline void tiny_pad(struct buf *b, uint64_t to)
{
	if (b->len < to)
		buf_put_zeros(b, to - b->len);
}

/* The image is appended to b, which must be empty and have room. */
static inline void tiny_elf_make(struct tiny_elf *t, struct buf *b)
{
	struct buf names = BUF_INIT(1024);
	Elf64_Ehdr eh = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_DYN, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_phoff = sizeof(eh), .e_ehsize = sizeof(eh), .e_phentsize = sizeof(Elf64_Phdr),
		.e_shentsize = sizeof(Elf64_Shdr), .e_shstrndx = 1
	};

	tiny_place(t);
	buf_put(b, &eh, sizeof(eh));
	tiny_put_segments(b, t, &eh.e_phnum);
	buf_put(&names, "\0.shstrtab", sizeof("\0.shstrtab"));
	for (size_t i = 0; i < t->n; i++) {
		tiny_pad(b, tiny_elf_offset(t, i));
		buf_put(b, t->sections[i].bytes, t->sections[i].size);
		buf_put(&names, t->sections[i].name, strlen(t->sections[i].name) + 1);
	}
	if (!t->has_no_section_headers) {
		uint64_t names_at = b->len;

		buf_put(b, names.data, names.len);
		tiny_pad(b, (b->len + 7) & ~UINT64_C(7));
		eh.e_shoff = b->len;
		eh.e_shnum = (uint16_t)(t->n + 2);
		tiny_put_headers(b, t, (const char *)names.data, names.len, names_at);
	} else {
		eh.e_shstrndx = 0;
	}
	memcpy(b->data, &eh, sizeof(eh));
	buf_release(&names);
}
