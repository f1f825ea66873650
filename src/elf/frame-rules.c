/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Call frame information of one file. */
#include "config.h"

#include "elf/frame-rules.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/vec.h"

/* Answers kept for a file; some 500 bytes each. */
#define FRAMES_KEPT ((size_t)8192)
#define FRAME_BYTES 512

/* Of .eh_frame_hdr: four bytes, the section's address, the number of entries; an entry is two words
 * relative to the header, a function and its FDE. */
#define HEADER_BYTES 12
#define ENTRY_BYTES 8

static const void *section_bytes(const struct elf_file *f, size_t *size)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, ".eh_frame", &shdr);

	return scn && shdr.sh_size <= FRAME_RULES_SECTION_MAX ? elf_file_bytes(f, scn, size) : NULL;
}

bool frame_rules_have_signals(const struct elf_file *f)
{
	/* The end of a common entry's augmentation, "zRS" or "zPLRS". */
	static const char signal[] = "RS";
	size_t size;
	const void *bytes = section_bytes(f, &size);

	return bytes && memmem(bytes, size, signal, sizeof(signal));
}

static void read_starts(struct frame_rules *r)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(&r->file, ".eh_frame_hdr", &shdr);
	size_t size = 0;
	const uint8_t *bytes = scn ? elf_file_bytes(&r->file, scn, &size) : NULL;
	uint32_t n;

	if (!bytes || size < HEADER_BYTES || bytes[0] != 1 || bytes[2] != DW_EH_PE_udata4 ||
	    bytes[3] != (DW_EH_PE_datarel | DW_EH_PE_sdata4))
		return;
	memcpy(&n, bytes + HEADER_BYTES - sizeof(n), sizeof(n));
	if (n > (size - HEADER_BYTES) / ENTRY_BYTES)
		return;
	r->starts = bytes + HEADER_BYTES;
	r->n_starts = n;
	r->starts_base = shdr.sh_addr;
	r->bytes += size;
}

int frame_rules_open(struct frame_rules *r, struct elf_file *f)
{
	int error = -ENOENT;

	*r = (struct frame_rules){ .file = *f };
	if (f->layout.machine != EM_X86_64)
		error = -ENOEXEC;
	else if (section_bytes(f, &r->bytes))
		r->cfi = dwarf_getcfi_elf(f->elf);
	if (!r->cfi) {
		elf_file_close(f);
		return error;
	}
	read_starts(r);
	/* All that is needed has been read. */
	if (f->fd >= 0)
		close(f->fd);
	r->file.fd = -1;
	return 0;
}

static void drop_frames(struct frame_rules *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->frames[i]);
	r->bytes -= r->n * FRAME_BYTES;
	r->n = 0;
	u64_map_clear(&r->ids);
}

void frame_rules_close(struct frame_rules *r)
{
	drop_frames(r);
	free(r->frames);
	u64_map_release(&r->ids);
	dwarf_cfi_end(r->cfi);
	elf_file_close(&r->file);
}

Dwarf_Frame *frame_rules_find(struct frame_rules *r, uint64_t vaddr)
{
	uint32_t id = u64_map_get(&r->ids, vaddr), *place;
	Dwarf_Frame *frame = NULL;

	if (id != MAP_NONE)
		return r->frames[id];
	if (r->n >= FRAMES_KEPT)
		drop_frames(r);
	if (VEC_RESERVE(r->frames, r->cap, r->n + 1))
		return NULL;
	place = u64_map_put(&r->ids, vaddr);
	if (!place)
		return NULL;
	if (dwarf_cfi_addrframe(r->cfi, vaddr, &frame))
		frame = NULL;
	*place = (uint32_t)r->n;
	r->frames[r->n++] = frame;
	r->bytes += FRAME_BYTES;
	return frame;
}

static uint64_t start_at(const struct frame_rules *r, size_t i)
{
	int32_t distance;

	memcpy(&distance, r->starts + i * ENTRY_BYTES, sizeof(distance));
	return r->starts_base + (uint64_t)(int64_t)distance;
}

bool frame_rules_start(struct frame_rules *r, uint64_t vaddr, uint64_t *start)
{
	size_t begun = VEC_PREFIX(r->n_starts, i, start_at(r, i) <= vaddr);

	if (!begun || !frame_rules_find(r, vaddr))
		return false;
	*start = start_at(r, begun - 1);
	return *start <= vaddr;
}

bool frame_rules_are_of_signal(Dwarf_Frame *frame)
{
	bool is_signal = false;

	dwarf_frame_info(frame, NULL, NULL, &is_signal);
	return is_signal;
}
