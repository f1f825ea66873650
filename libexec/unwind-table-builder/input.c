/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ELF file's call frame information: where it is, and its entries in order. */
#include "config.h"

#include "input.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "large-pages.h"
#include "leb128.h"
#include "lib/vec.h"

/* version, three encodings, then eh_frame_ptr, fde_count and the table (LSB 5.0, Core, 10.6.2). */
#define HEADER_FIXED 4
#define HEADER_TABLE 12

struct place {
	uint64_t addr, offset, size;
	bool is_found;
};

/* ---- reading ---- */

static int read_section(struct input *in, int which, const struct elf_file *f,
			const struct place *place)
{
	struct buf *b = &in->bytes[which];
	uint8_t *to;
	int r;

	if (place->size > CFI_BYTES_MAX)
		return -EFBIG;
	buf_clear(b);
	b->max = CFI_BYTES_MAX + CFI_SLACK;
	to = buf_extend(b, place->size + CFI_SLACK);
	if (!to)
		return -ENOMEM;
	prefer_large_pages(b->data, b->cap);
	r = elf_file_read(f, place->offset, to, place->size);
	if (r)
		return r;
	memset(to + place->size, 0, CFI_SLACK);
	in->sections[which] = (struct cfi_section){
		.bytes = to, .size = place->size, .addr = place->addr
	};
	return 0;
}

static struct place place_of_section(const struct elf_file *f, const char *name)
{
	struct place place = { 0 };
	GElf_Shdr shdr;

	if (elf_file_section(f, name, &shdr) && shdr.sh_type != SHT_NOBITS && shdr.sh_size)
		place = (struct place){ shdr.sh_addr, shdr.sh_offset, shdr.sh_size, true };
	return place;
}

/* From an address to the end of its segment in the file. */
static struct place place_in_segment(const struct elf_file *f, uint64_t addr)
{
	struct place place = { .addr = addr };

	place.is_found = elf_file_offset(f, addr, &place.offset, &place.size);
	return place;
}

static int read_header(struct input *in, const struct elf_file *f)
{
	GElf_Phdr ph;
	void *to;

	buf_clear(&in->header);
	in->header.max = CFI_BYTES_MAX + CFI_SLACK;
	if (!elf_file_segment(f, PT_GNU_EH_FRAME, &ph) || ph.p_filesz < HEADER_FIXED + 4 ||
	    ph.p_filesz > CFI_BYTES_MAX)
		return 0;
	to = buf_extend(&in->header, ph.p_filesz);
	if (!to)
		return -ENOMEM;
	in->header_addr = ph.p_vaddr;
	if (elf_file_read(f, ph.p_offset, to, ph.p_filesz))
		buf_clear(&in->header);
	return 0;
}

/* The address of .eh_frame by the header. */
static bool header_points_to(const struct input *in, uint64_t *addr)
{
	const uint8_t *h = in->header.data;

	if (in->header.len < HEADER_FIXED + 4 || h[0] != 1 ||
	    h[1] != (DW_EH_PE_pcrel | DW_EH_PE_sdata4))
		return false;
	*addr = in->header_addr + HEADER_FIXED +
		(uint64_t)(int64_t)(int32_t)get_u32(h + HEADER_FIXED);
	return true;
}

static int read_eh_frame(struct input *in, const struct elf_file *f)
{
	struct place place = place_of_section(f, ".eh_frame");
	uint64_t addr;
	int r = read_header(in, f);

	if (r)
		return r;
	in->has_bounds = place.is_found;
	if (header_points_to(in, &addr) &&
	    (!place.is_found || addr < place.addr || addr - place.addr >= place.size)) {
		struct place other = place_in_segment(f, addr);

		if (other.is_found) {
			place = other;
			in->has_bounds = false;
		}
	}
	return place.is_found ? read_section(in, INPUT_EH_FRAME, f, &place) : 0;
}

/* Compressed sections are inflated by libelf; what they claim to become is checked before. */
static int read_inflated(struct input *in, Elf_Scn *scn, bool is_gnu)
{
	struct buf *b = &in->bytes[INPUT_DEBUG_FRAME];
	GElf_Chdr chdr;
	Elf_Data *data;
	uint8_t *to;
	int done;

	if (!is_gnu && (!gelf_getchdr(scn, &chdr) || chdr.ch_size > CFI_BYTES_MAX))
		return -EBADMSG;
	if (is_gnu) {
		static const char magic[] = "ZLIB";
		const uint8_t *bytes;

		data = elf_rawdata(scn, NULL);
		bytes = data ? data->d_buf : NULL;
		/* The size is big-endian. */
		if (!bytes || data->d_size < 12 || memcmp(bytes, magic, 4) ||
		    get_u32(bytes + 4) || bytes[8] > (CFI_BYTES_MAX >> 24))
			return -EBADMSG;
	}
	done = is_gnu ? elf_compress_gnu(scn, 0, 0) : elf_compress(scn, 0, 0);
	data = done < 0 ? NULL : elf_rawdata(scn, NULL);
	if (!data || data->d_size > CFI_BYTES_MAX)
		return -EBADMSG;
	buf_clear(b);
	b->max = CFI_BYTES_MAX + CFI_SLACK;
	to = buf_extend(b, data->d_size + CFI_SLACK);
	if (!to)
		return -ENOMEM;
	if (data->d_size)
		memcpy(to, data->d_buf, data->d_size);
	memset(to + data->d_size, 0, CFI_SLACK);
	in->sections[INPUT_DEBUG_FRAME] =
		(struct cfi_section){ .bytes = to, .size = data->d_size };
	return 0;
}

static int read_debug_frame(struct input *in, const struct elf_file *f)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_file_section(f, ".debug_frame", &shdr);
	bool is_gnu = !scn;
	int r = 0;

	if (!scn)
		scn = elf_file_section(f, ".zdebug_frame", &shdr);
	if (!scn || shdr.sh_type == SHT_NOBITS || !shdr.sh_size || shdr.sh_size > f->size)
		return 0;
	if (is_gnu || shdr.sh_flags & SHF_COMPRESSED) {
		r = read_inflated(in, scn, is_gnu);
	} else {
		struct place place = { 0, shdr.sh_offset, shdr.sh_size, true };

		r = read_section(in, INPUT_DEBUG_FRAME, f, &place);
	}
	in->sections[INPUT_DEBUG_FRAME].is_debug_frame = true;
	return r;
}

int input_read(struct input *in, const struct elf_file *f)
{
	int r;

	memset(in->sections, 0, sizeof(in->sections));
	in->n = in->n_damaged = 0;
	r = read_eh_frame(in, f);
	if (!r)
		r = read_debug_frame(in, f);
	/* Compressed in a way that libelf does not know, for example: .eh_frame is enough. */
	if (r && r != -ENOMEM && in->sections[INPUT_EH_FRAME].size) {
		in->sections[INPUT_DEBUG_FRAME].size = 0;
		r = 0;
	}
	if (r)
		return r;
	return in->sections[INPUT_EH_FRAME].size || in->sections[INPUT_DEBUG_FRAME].size ?
		0 : -ENODATA;
}

/* ---- order ---- */

int input_list_header(struct input *in)
{
	const uint8_t *h = in->header.data;
	uint64_t count;

	if (in->sections[INPUT_DEBUG_FRAME].size || in->header.len < HEADER_TABLE || h[0] != 1 ||
	    h[2] != DW_EH_PE_udata4 || h[3] != (DW_EH_PE_datarel | DW_EH_PE_sdata4))
		return -ENOTSUP;
	count = get_u32(h + 8);
	if (!count || count > (in->header.len - HEADER_TABLE) / INPUT_HEADER_ENTRY)
		return -ENOTSUP;
	in->header_entries = h + HEADER_TABLE;
	in->n = count;
	in->n_damaged = 0;
	return 0;
}

static int compare_entries(const void *pa, const void *pb)
{
	const struct input_entry *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static int walk_section(struct input *in, uint32_t which)
{
	struct rules rules = {
		.section = in->sections[which].bytes, .size = in->sections[which].size
	};
	struct cfi_reader reader = { .section = &in->sections[which], .rules = &rules };
	uint32_t offset = 0;
	int r = 0;

	while (offset < reader.section->size && !r) {
		uint32_t at = offset;
		struct cfi_fde fde;
		int got = cfi_next(&reader, &offset, &fde);

		/* A terminator counts only where nothing else tells the section's end. */
		if (got == -ENODATA ||
		    (!got && which == INPUT_EH_FRAME && !in->has_bounds &&
		     !get_u32(reader.section->bytes + at)))
			break;
		if (got == -EBADMSG)
			in->n_damaged++;
		if (got == 1)
			r = VEC_PUSH(in->entries, in->n, in->cap,
				     ((struct input_entry){ fde.start, at, which }));
		if (reader.work > reader.section->size)
			r = -E2BIG;
	}
	return r;
}

int input_list_walk(struct input *in)
{
	int r = 0;

	in->header_entries = NULL;
	in->n = in->n_damaged = 0;
	for (uint32_t i = 0; i < INPUT_SECTIONS && !r; i++)
		r = walk_section(in, i);
	if (!r && in->n)
		qsort(in->entries, in->n, sizeof(*in->entries), compare_entries);
	return r;
}

void input_release(struct input *in)
{
	for (size_t i = 0; i < INPUT_SECTIONS; i++)
		buf_release(&in->bytes[i]);
	buf_release(&in->header);
	free(in->entries);
	*in = (struct input){ 0 };
}
