/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes call frame information by hand, and asks for the rules in the table that comes of it. */
#pragma once

#include <check.h>
#include <dwarf.h>
#include <stdint.h>
#include <string.h>

#include "libexec/unwind-table-builder/build.h"
#include "libexec/unwind-table-builder/lookup.h"
#include "libexec/unwind-table-builder/print.h"
#include "tests/lib/tiny-elf.h"

/* The bytes of an array or a literal of bytes, as two arguments. */
#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

/* What compilers begin with: CFA = rsp + 8, return address at CFA - 8. */
#define USUAL_CIE DW_CFA_def_cfa, 7, 8, DW_CFA_offset | 16, 1

struct cfi_writer {
	struct buf bytes;
	uint64_t addr;           /* of the section */
	size_t cie;              /* offset of the CIE that the next FDE refers to */
	bool is_debug, has_no_size;
	uint8_t encoding;        /* of the next FDE */
};

static inline void put_u32(struct buf *b, uint32_t v)
{
	buf_put(b, &v, sizeof(v));
}

static inline void put_u64(struct buf *b, uint64_t v)
{
	buf_put(b, &v, sizeof(v));
}

static inline void writer_init(struct cfi_writer *w, bool is_debug)
{
	*w = (struct cfi_writer){
		.bytes = BUF_INIT(1 << 20), .is_debug = is_debug, .has_no_size = is_debug,
		.encoding = is_debug ? DW_EH_PE_absptr : DW_EH_PE_pcrel | DW_EH_PE_sdata4
	};
}

static inline size_t begin_entry(struct cfi_writer *w)
{
	size_t at = w->bytes.len;

	put_u32(&w->bytes, 0);
	return at;
}

static inline void end_entry(struct cfi_writer *w, size_t at)
{
	uint32_t length;

	while (w->bytes.len & 7)
		buf_put_byte(&w->bytes, DW_CFA_nop);
	length = (uint32_t)(w->bytes.len - at - 4);
	memcpy(w->bytes.data + at, &length, sizeof(length));
}

/* A CIE with anything after its id: version, augmentation, … */
static inline void put_raw_cie(struct cfi_writer *w, const uint8_t *body, size_t n)
{
	size_t at = w->cie = begin_entry(w);

	put_u32(&w->bytes, w->is_debug ? UINT32_MAX : 0);
	buf_put(&w->bytes, body, n);
	end_entry(w, at);
}

/* Version 1, "zR" or "zRS", or "" in .debug_frame; code in units of 1, data of -8. */
static inline void put_cie(struct cfi_writer *w, bool is_signal, const uint8_t *code, size_t n)
{
	size_t at = w->cie = begin_entry(w);

	put_u32(&w->bytes, w->is_debug ? UINT32_MAX : 0);
	buf_put_byte(&w->bytes, 1);
	if (w->has_no_size)
		buf_put_byte(&w->bytes, 0);
	else
		buf_put(&w->bytes, is_signal ? "zRS" : "zR", is_signal ? 4 : 3);
	buf_put(&w->bytes, BYTES(1, 0x78, 16));
	if (!w->has_no_size)
		buf_put(&w->bytes, BYTES(1, w->encoding));
	buf_put(&w->bytes, code, n);
	end_entry(w, at);
}

static inline void put_address(struct cfi_writer *w, uint64_t addr, uint64_t size)
{
	bool is_relative = (w->encoding & 0x70) == DW_EH_PE_pcrel;
	uint64_t start = is_relative ? addr - (w->addr + w->bytes.len) : addr;

	if ((w->encoding & 0x0f) == DW_EH_PE_sdata4) {
		put_u32(&w->bytes, (uint32_t)start);
		put_u32(&w->bytes, (uint32_t)size);
	} else {
		put_u64(&w->bytes, start);
		put_u64(&w->bytes, size);
	}
}

/* Returns the FDE's offset. */
static inline size_t put_fde(struct cfi_writer *w, uint64_t start, uint64_t size,
			     const uint8_t *code, size_t n)
{
	size_t at = begin_entry(w);

	put_u32(&w->bytes, (uint32_t)(w->is_debug ? w->cie : w->bytes.len - w->cie));
	put_address(w, start, size);
	if (!w->has_no_size)
		buf_put_byte(&w->bytes, 0);
	buf_put(&w->bytes, code, n);
	end_entry(w, at);
	return at;
}

/* ---- the table ---- */

static struct builder test_builder;
static struct buf test_image;

/* Build the table of an ELF file with these sections. */
static inline enum unwind_status make_table(struct tiny_elf *t)
{
	struct elf_file f;
	enum unwind_status status;
	uint32_t error = 0;
	size_t at = 0;
	int r;

	buf_release(&test_image);
	test_image.max = 16 << 20;
	tiny_elf_make(t, &test_image);
	ck_assert_int_eq(buf_failed(&test_image), 0);
	r = elf_file_open_memory(&f, test_image.data, test_image.len);
	ck_assert_int_eq(r, 0);
	status = build_table(&test_builder, &f, &error);
	elf_file_close(&f);
	while (status == UNWIND_OK && at < test_builder.table.parts.len) {
		long size = lookup_check_part(test_builder.table.parts.data + at,
					      test_builder.table.parts.len - at);

		ck_assert_int_gt(size, 0);
		at += (size_t)size;
	}
	return status;
}

/* With one section, which the writer has written. */
static inline enum unwind_status make_written(struct cfi_writer *w)
{
	struct tiny_elf t = {
		.sections[0] = {
			.name = w->is_debug ? ".debug_frame" : ".eh_frame", .bytes = w->bytes.data,
			.size = w->bytes.len
		},
		.n = 1
	};
	enum unwind_status status = make_table(&t);

	buf_release(&w->bytes);
	return status;
}

/* The rule at an address in words, "-" when it is in no part. */
static inline const char *rule_at(uint64_t addr)
{
	static struct buf text;
	const struct buf *parts = &test_builder.table.parts;
	size_t at = 0;

	text.max = 4096;
	buf_clear(&text);
	while (at < parts->len) {
		const struct unwind_part *part = (const void *)(parts->data + at);
		struct lookup_row row;

		if (lookup_address(part, addr, &row)) {
			print_rule(&text, &row);
			buf_put_byte(&text, 0);
			return (const char *)text.data;
		}
		at += part->words * 4;
	}
	return "-";
}

#define RULE_IS(addr, rule) ck_assert_str_eq(rule_at(addr), rule)
