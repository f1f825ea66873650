/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Call frame information: reading entries, their augmentations and encoded addresses. */
#include "config.h"

#include "cfi.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#include "cfi-run.h"
#include "leb128.h"

/* A CIE, its augmentation and its instructions; compilers write some 20 bytes. */
#define CIE_BYTES_MAX 4096

struct entry {
	const uint8_t *start;    /* after the length */
	const uint8_t *end;
	bool is_64bit;
	uint64_t id;             /* 0 or UINT64_MAX in a CIE, see is_cie() */
	const uint8_t *id_at, *body;
};

static bool has(const uint8_t *at, const uint8_t *end, size_t n)
{
	return at <= end && (size_t)(end - at) >= n;
}

/* 1: an entry; 0: a terminator, *e->end is what follows; -ENODATA: it does not fit. */
static int read_entry(const struct cfi_section *s, uint32_t offset, struct entry *e)
{
	const uint8_t *at = s->bytes + offset, *end = s->bytes + s->size;
	uint64_t length;

	if (!has(at, end, 4))
		return -ENODATA;
	length = get_u32(at);
	at += 4;
	e->is_64bit = length == UINT32_MAX;
	if (e->is_64bit) {
		length = get_u64(at);
		at += 8;
	}
	if (at > end || length > (uint64_t)(end - at))
		return -ENODATA;
	e->start = e->id_at = at;
	e->end = at + length;
	if (!length)
		return 0;
	if (length < (e->is_64bit ? 8u : 4u))
		return -EBADMSG;
	e->id = e->is_64bit ? get_u64(at) : get_u32(at);
	e->body = at + (e->is_64bit ? 8 : 4);
	return 1;
}

static bool is_cie(const struct cfi_section *s, const struct entry *e)
{
	if (!s->is_debug_frame)
		return !e->id;
	return e->id == (e->is_64bit ? UINT64_MAX : UINT32_MAX);
}

/* ---- encoded addresses ---- */

/* Skips nothing and returns false where the encoding is none of ours; *at may pass `end`. */
static bool read_encoded(uint8_t encoding, const uint8_t **at, uint64_t *value)
{
	const uint8_t *p = *at;

	switch (encoding & 0x0f) {
	case DW_EH_PE_absptr:
	case DW_EH_PE_udata8:
	case DW_EH_PE_sdata8:
		*value = get_u64(p);
		*at += 8;
		return true;
	case DW_EH_PE_uleb128:
		*value = uleb128(at);
		return true;
	case DW_EH_PE_sleb128:
		*value = (uint64_t)sleb128(at);
		return true;
	case DW_EH_PE_udata2:
		*value = get_u16(p);
		*at += 2;
		return true;
	case DW_EH_PE_sdata2:
		*value = (uint64_t)(int16_t)get_u16(p);
		*at += 2;
		return true;
	case DW_EH_PE_udata4:
		*value = get_u32(p);
		*at += 4;
		return true;
	case DW_EH_PE_sdata4:
		*value = (uint64_t)(int32_t)get_u32(p);
		*at += 4;
		return true;
	default:
		return false;
	}
}

/* ---- CIE ---- */

static bool skip_personality(const uint8_t **at)
{
	uint8_t encoding = *(*at)++;
	uint64_t value;

	if (encoding == DW_EH_PE_omit)
		return true;
	return (encoding & 0x70) != DW_EH_PE_aligned && read_encoded(encoding, at, &value);
}

/* The letters after 'z'; from the first unknown one on, the size says where the data ends. */
static bool read_augmentation(struct cfi_cie *cie, const char *letters, const uint8_t *at,
			      const uint8_t *end)
{
	for (; *letters; letters++) {
		if (*letters == 'R' && has(at, end, 1))
			cie->encoding = *at++;
		else if (*letters == 'L' && has(at, end, 1))
			at++;
		else if (*letters == 'P' && has(at, end, 1) && skip_personality(&at))
			continue;
		else if (*letters == 'S')
			cie->is_signal = true;
		else if (*letters != 'B' && *letters != 'G')
			return *letters != 'R' && *letters != 'L' && *letters != 'P';
	}
	return at <= end;
}

/* After the augmentation string: *at becomes where the instructions begin. */
static bool read_factors(struct cfi_cie *cie, uint8_t version, const uint8_t **at)
{
	uint64_t ra;

	cie->code_align = uleb128(at);
	cie->data_align = sleb128(at);
	ra = version == 1 ? *(*at)++ : uleb128(at);
	/* Larger factors are of no machine, and would overflow. */
	return ra == UNWIND_REG_RA && cie->code_align <= 16 && cie->data_align >= -64 &&
	       cie->data_align <= 64;
}

static bool read_cie_header(struct cfi_cie *cie, const struct entry *e, const uint8_t **at)
{
	const char *letters;
	const uint8_t *end;
	uint8_t version;
	uint64_t size = 0;

	if (!has(*at, e->end, 2) || (size_t)(e->end - e->start) > CIE_BYTES_MAX)
		return false;
	version = *(*at)++;
	letters = (const char *)*at;
	end = memchr(*at, 0, (size_t)(e->end - *at));
	if (!end || (version != 1 && version != 3 && version != 4))
		return false;
	*at = end + 1;
	if (version == 4) {
		bool is_ours = has(*at, e->end, 2) && (*at)[0] == 8 && !(*at)[1];

		*at += 2;
		if (!is_ours)
			return false;
	}
	if (!read_factors(cie, version, at))
		return false;
	cie->has_size = *letters == 'z';
	if (cie->has_size)
		size = uleb128(at);
	if (*at > e->end || size > (uint64_t)(e->end - *at) ||
	    (!cie->has_size && *letters))
		return false;
	if (cie->has_size && !read_augmentation(cie, letters + 1, *at, *at + size))
		return false;
	*at += size;
	return true;
}

static int read_cie(struct cfi_reader *r, uint32_t offset, struct cfi_cie *cie)
{
	struct entry e;
	const uint8_t *at;

	*cie = (struct cfi_cie){ .offset = offset, .encoding = DW_EH_PE_absptr };
	if (read_entry(r->section, offset, &e) != 1 || !is_cie(r->section, &e))
		return -EBADMSG;
	at = e.body;
	if (!read_cie_header(cie, &e, &at))
		return -EBADMSG;
	cie->is_damaged = cfi_run_cie(r, cie, at, e.end) != 0;
	r->work += (size_t)(e.end - e.start) / 4;
	cie->is_valid = true;
	return 0;
}

static inline struct cfi_cie *cached_cie(struct cfi_reader *r, uint32_t offset)
{
	return &r->cies[(offset * UINT32_C(0x9e3779b1)) >> 26 & (CFI_CIES - 1)];
}

const struct cfi_cie *cfi_cie_at(struct cfi_reader *r, uint32_t offset)
{
	struct cfi_cie *cie = cached_cie(r, offset);

	if (cie->is_valid && cie->offset == offset)
		return cie;
	return read_cie(r, offset, cie) ? NULL : cie;
}

/* ---- FDE ---- */

static const struct cfi_cie *cie_of(struct cfi_reader *r, const struct entry *e)
{
	uint64_t offset = e->id;

	if (!r->section->is_debug_frame) {
		uint64_t here = (uint64_t)(e->id_at - r->section->bytes);

		if (offset > here)
			return NULL;
		offset = here - offset;
	}
	return offset < r->section->size ? cfi_cie_at(r, (uint32_t)offset) : NULL;
}

bool cfi_read_address(const struct cfi_section *s, uint8_t encoding, const uint8_t **at,
		      uint64_t *value)
{
	uint64_t here = s->addr + (uint64_t)(*at - s->bytes);
	uint8_t base = encoding & 0xf0;

	if ((base != DW_EH_PE_absptr && base != DW_EH_PE_pcrel) ||
	    !read_encoded(encoding, at, value))
		return false;
	/* 0 before it is made relative marks code that the linker dropped. */
	if (base == DW_EH_PE_pcrel && *value)
		*value += here;
	return true;
}

static bool read_range(const struct cfi_section *s, const struct cfi_cie *cie, const uint8_t **at,
		       struct cfi_fde *fde)
{
	uint64_t size;

	if (!cfi_read_address(s, cie->encoding, at, &fde->start) ||
	    !read_encoded(cie->encoding, at, &size))
		return false;
	fde->end = fde->start;
	return !fde->start || !__builtin_add_overflow(fde->start, size, &fde->end);
}

static int read_fde(struct cfi_reader *r, const struct entry *e, struct cfi_fde *fde)
{
	const struct cfi_cie *cie = cie_of(r, e);
	const uint8_t *at = e->body;

	if (!cie || !read_range(r->section, cie, &at, fde))
		return -EBADMSG;
	if (cie->has_size) {
		uint64_t size = uleb128(&at);

		if (at > e->end || size > (uint64_t)(e->end - at))
			return -EBADMSG;
		at += size;
	}
	if (at > e->end)
		return -EBADMSG;
	fde->cie = cie->offset;
	fde->usual_rule = cie->usual_rule;
	fde->is_signal = cie->is_signal;
	fde->code = at;
	fde->code_end = e->end;
	return 1;
}

/*
 * The entry that compilers write: of .eh_frame, with 32-bit lengths, a CIE that was read just
 * before, addresses of 4 bytes relative to their place, and less than 128 bytes of augmentation.
 * False: read it the long way.
 */
static bool read_usual_fde(struct cfi_reader *r, uint32_t offset, struct cfi_fde *fde)
{
	const struct cfi_section *s = r->section;
	const uint8_t *at = s->bytes + offset;
	uint32_t length, id, cie_offset;
	const struct cfi_cie *cie;
	int32_t start;

	if (s->is_debug_frame || s->size - offset < 20)
		return false;
	length = get_u32(at);
	id = get_u32(at + 4);
	cie_offset = offset + 4 - id;
	cie = cached_cie(r, cie_offset);
	if (length > s->size - offset - 4 || !id || id > offset + 4 || !cie->is_valid ||
	    cie->offset != cie_offset || cie->encoding != (DW_EH_PE_pcrel | DW_EH_PE_sdata4) ||
	    !cie->has_size)
		return false;
	start = (int32_t)get_u32(at + 8);
	if (!start || at[16] > 0x7f || length < 13u + at[16])
		return false;
	fde->start = s->addr + offset + 8 + (uint64_t)(int64_t)start;
	fde->end = fde->start + (uint64_t)(int64_t)(int32_t)get_u32(at + 12);
	fde->cie = cie_offset;
	fde->usual_rule = cie->usual_rule;
	fde->is_signal = cie->is_signal;
	fde->code = at + 17 + at[16];
	fde->code_end = at + 4 + length;
	return true;
}

int cfi_next(struct cfi_reader *r, uint32_t *offset, struct cfi_fde *fde)
{
	struct entry e;
	int got;

	if (read_usual_fde(r, *offset, fde)) {
		*offset = (uint32_t)(fde->code_end - r->section->bytes);
		return 1;
	}
	got = read_entry(r->section, *offset, &e);
	if (got == -ENODATA)
		return got;
	*offset = (uint32_t)(e.end - r->section->bytes);
	if (got <= 0)
		return got;
	return is_cie(r->section, &e) ? 0 : read_fde(r, &e, fde);
}
