/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an ELF file's call frame information is, and its entries in the order of their addresses.
 *
 * .eh_frame is found by its section header, or through PT_GNU_EH_FRAME, so files without section
 * headers do; it may be in another segment than .eh_frame_hdr, with another distance between
 * address and offset.  .eh_frame_hdr has the entries sorted already, which saves a third of a
 * table's time; it is used only as long as it agrees with the entries.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cfi.h"
#include "elf/elf-file.h"
#include "leb128.h"
#include "lib/buf.h"
#include "lib/compiler.h"

/* Bytes of an entry in .eh_frame_hdr's table: where a function starts, where its FDE is. */
#define INPUT_HEADER_ENTRY 8

enum { INPUT_EH_FRAME, INPUT_DEBUG_FRAME, INPUT_SECTIONS };

struct input_entry {
	uint64_t start;
	uint32_t offset;         /* of the FDE in its section */
	uint32_t section;        /* INPUT_EH_FRAME or INPUT_DEBUG_FRAME */
};

/* Zero-initialise; may be used again for the next file, and keeps its memory until released. */
struct input {
	struct cfi_section sections[INPUT_SECTIONS];   /* size 0: the file has none */
	size_t n;                /* entries that are listed */
	size_t n_damaged;        /* entries that could not be read */
	/* What follows is the input's own. */
	struct buf bytes[INPUT_SECTIONS], header;
	uint64_t header_addr;
	const uint8_t *header_entries;   /* NULL: `entries` is the list */
	struct input_entry *entries; size_t cap;
	bool has_bounds;         /* .eh_frame's size is known, not guessed */
};

/* Read the sections of f.  0 or a negative errno (-ENODATA: it has none). */
int input_read(struct input *in, const struct elf_file *f) MUST_CHECK;

/*
 * List the entries: as .eh_frame_hdr has them (-ENOTSUP: there is none, or it cannot be used), or
 * by reading the sections from their start and sorting.  0 or a negative errno.
 */
int input_list_header(struct input *in) MUST_CHECK;
int input_list_walk(struct input *in) MUST_CHECK;

/* Entry i of the list; false: it is not in the section.  A header's need not be in order. */
static inline bool input_entry(const struct input *in, size_t i, struct input_entry *e)
{
	const struct cfi_section *s = &in->sections[INPUT_EH_FRAME];
	const uint8_t *h;
	uint64_t offset;

	if (!in->header_entries) {
		*e = in->entries[i];
		return true;
	}
	h = in->header_entries + i * INPUT_HEADER_ENTRY;
	offset = in->header_addr + (uint64_t)(int64_t)(int32_t)get_u32(h + 4) - s->addr;
	*e = (struct input_entry){
		.start = in->header_addr + (uint64_t)(int64_t)(int32_t)get_u32(h),
		.offset = (uint32_t)offset, .section = INPUT_EH_FRAME
	};
	return offset < s->size;
}

void input_release(struct input *in);
