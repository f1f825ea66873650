/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for the code that programs and libraries start with. */
#include "config.h"

#include "start-rows-x86.h"

#include <string.h>

#include "bpf/unwind-table.h"

/* More than the dynamic linker's and the C library's code there have (61 and 47 bytes). */
#define ENTRY_SIZE 64
/* Of the sections' code, this much is looked at. */
#define CODE_MAX 4096

#define RSP(n) UNWIND_RULE(unwind_row(0, UNWIND_RSP, UNWIND_RBP_SAME, (n) / 8))

static void add_entry(struct code_ranges *ranges, const struct elf_file *f)
{
	const struct elf_segment *segment;
	uint64_t entry, end;
	GElf_Ehdr ehdr;

	if (!gelf_getehdr(f->elf, &ehdr) || !ehdr.e_entry)
		return;
	entry = ehdr.e_entry;
	segment = elf_layout_segment(&f->layout, entry);
	if (!segment || entry >= UNWIND_ADDRESS_MAX - ENTRY_SIZE)
		return;
	end = segment->vaddr + segment->memsz;
	code_ranges_add(ranges, entry, end - entry < ENTRY_SIZE ? end : entry + ENTRY_SIZE,
			UNWIND_RULE(unwind_row(0, UNWIND_STOP, 0, 0)));
}

/* Bytes up to where the frame has been made, 0: another beginning. */
static size_t prologue_size(const uint8_t *code)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	static const uint8_t sub_8_rsp[] = { 0x48, 0x83, 0xec, 0x08 };
	size_t at = memcmp(code, endbr64, sizeof(endbr64)) ? 0 : sizeof(endbr64);

	return memcmp(code + at, sub_8_rsp, sizeof(sub_8_rsp)) ? 0 : at + sizeof(sub_8_rsp);
}

static void add_section(struct code_ranges *ranges, const struct elf_file *f, const char *name)
{
	static const uint8_t epilogue[] = { 0x48, 0x83, 0xc4, 0x08, 0xc3 };   /* add $8,%rsp; ret */
	uint8_t code[CODE_MAX];
	size_t prologue, size;
	GElf_Shdr shdr;

	if (!elf_file_section(f, name, &shdr) || shdr.sh_type != SHT_PROGBITS ||
	    shdr.sh_size > sizeof(code) || shdr.sh_size < 8 + sizeof(epilogue) - 4 ||
	    shdr.sh_addr >= UNWIND_ADDRESS_MAX - CODE_MAX ||
	    elf_file_read(f, shdr.sh_offset, code, shdr.sh_size))
		return;
	size = shdr.sh_size;
	prologue = prologue_size(code);
	if (!prologue || prologue + sizeof(epilogue) > size ||
	    memcmp(code + size - sizeof(epilogue), epilogue, sizeof(epilogue)) ||
	    !elf_layout_segment(&f->layout, shdr.sh_addr))
		return;
	code_ranges_add(ranges, shdr.sh_addr, shdr.sh_addr + prologue, RSP(8));
	code_ranges_add(ranges, shdr.sh_addr + prologue, shdr.sh_addr + size - 1, RSP(16));
	code_ranges_add(ranges, shdr.sh_addr + size - 1, shdr.sh_addr + size, RSP(8));
}

void start_rows_find(struct code_ranges *ranges, const struct elf_file *f)
{
	add_entry(ranges, f);
	add_section(ranges, f, ".init");
	add_section(ranges, f, ".fini");
}
