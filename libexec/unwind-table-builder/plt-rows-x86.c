/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for procedure linkage tables of x86-64, whose entries have 16 bytes. */
#include "config.h"

#include "plt-rows-x86.h"

#include <stdbool.h>
#include <string.h>

#include "bpf/unwind-table.h"

#define SLOT 16
#define RSP(n) UNWIND_RULE(unwind_row(0, UNWIND_RSP, UNWIND_RBP_SAME, (n) / 8))
#define PLT(threshold) UNWIND_RULE(unwind_row(0, UNWIND_PLT, UNWIND_RBP_SAME, (threshold)))

static bool is_jump(const uint8_t *code)
{
	return code[0] == 0xff && code[1] == 0x25;              /* jmp *slot(%rip) */
}

static bool is_endbr64(const uint8_t *code)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };

	return !memcmp(code, endbr64, sizeof(endbr64));
}

/* pushq table(%rip); jmp *resolver(%rip): the entry that all others jump to */
static bool is_first_slot(const uint8_t *code)
{
	return code[0] == 0xff && code[1] == 0x35 &&
	       (is_jump(code + 6) || (code[6] == 0xf2 && is_jump(code + 7)));
}

/* Where in an entry it has pushed 8 bytes, 0: never, -1: no entry of a kind that is known. */
static int after_push(const uint8_t *code)
{
	if (is_jump(code))
		return code[6] == 0x68 ? 11 : 0;
	if (code[0] == 0xf2 && is_jump(code + 1))
		return 0;
	if (!is_endbr64(code))
		return -1;
	if (code[4] == 0x68)
		return 9;
	return is_jump(code + 4) || (code[4] == 0xf2 && is_jump(code + 5)) ? 0 : -1;
}

static void add_section(struct code_ranges *ranges, const uint8_t *code, size_t size, uint64_t addr)
{
	uint64_t end = addr + size;
	int pushed;

	if (size >= 2 * SLOT && is_first_slot(code)) {
		code_ranges_add(ranges, addr, addr + 6, RSP(16));
		code_ranges_add(ranges, addr + 6, addr + SLOT, RSP(24));
		addr += SLOT;
		code += SLOT;
	}
	if (end - addr < SLOT)
		return;
	pushed = after_push(code);
	/* The rule's address & 15 is the place in an entry only when entries are aligned. */
	if (pushed >= 0 && (!pushed || !(addr & (SLOT - 1))))
		code_ranges_add(ranges, addr, end, pushed ? PLT((uint32_t)pushed) : RSP(8));
}

void plt_rows_find(struct code_ranges *ranges, const struct elf_file *f)
{
	static const char *const names[] = { ".plt", ".plt.sec", ".plt.got", ".iplt" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint8_t code[2 * SLOT] = { 0 };
		GElf_Shdr shdr;
		const struct elf_segment *segment;

		if (!elf_file_section(f, names[i], &shdr) || shdr.sh_type != SHT_PROGBITS ||
		    elf_file_read(f, shdr.sh_offset, code,
				  shdr.sh_size < sizeof(code) ? shdr.sh_size : sizeof(code)))
			continue;
		segment = elf_layout_segment(&f->layout, shdr.sh_addr);
		if (segment && shdr.sh_size <= segment->vaddr + segment->memsz - shdr.sh_addr &&
		    shdr.sh_addr + shdr.sh_size < UNWIND_ADDRESS_MAX)
			add_section(ranges, code, shdr.sh_size, shdr.sh_addr);
	}
}
