/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of unwind-table-builder: finding information in files, order, damage. */
#include "config.h"

#include "tests/lib/cfi-writer.h"
#include "tests/lib/run-tests.h"

#define A TINY_TEXT
#define RSP8 "cfa=rsp+8 ra=cfa-8"
#define RSP16 "cfa=rsp+16 ra=cfa-8"
#define RSP24 "cfa=rsp+24 ra=cfa-8"

static struct cfi_writer w;

static void begin(bool is_debug)
{
	writer_init(&w, is_debug);
	w.addr = TINY_TEXT_END;
}

static void begin_usual(void)
{
	begin(false);
	put_cie(&w, false, BYTES(USUAL_CIE));
}

/* A function whose CFA is rsp + offset. */
static size_t put_function(uint64_t start, uint64_t size, uint8_t offset)
{
	return put_fde(&w, start, size, BYTES(DW_CFA_def_cfa_offset, offset));
}

/* ---- order and overlap ---- */

START_TEST(gaps_are_rows_and_padding_is_not)
{
	begin_usual();
	put_function(A + 0x10, 0x10, 16);
	put_function(A + 0x30, 0x18, 24);
	put_function(A + 0x50, 0x10, 8);
	put_function(A + 0x68, 0x08, 16);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, "none");
	RULE_IS(A + 0xf, "none");
	RULE_IS(A + 0x10, RSP16);
	RULE_IS(A + 0x20, "none");
	RULE_IS(A + 0x2f, "none");
	RULE_IS(A + 0x30, RSP24);
	/* Less than 16 bytes before an aligned function: never executed. */
	RULE_IS(A + 0x4f, RSP24);
	RULE_IS(A + 0x50, RSP8);
	/* Before one that is not aligned it may be anything. */
	RULE_IS(A + 0x60, "none");
	RULE_IS(A + 0x68, RSP16);
	RULE_IS(A + 0x70, "none");
}
END_TEST

START_TEST(entries_are_sorted)
{
	begin_usual();
	put_function(A + 0x200, 0x10, 24);
	put_function(A + 0x100, 0x10, 16);
	put_function(A, 0x10, 8);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, RSP8);
	RULE_IS(A + 0x100, RSP16);
	RULE_IS(A + 0x200, RSP24);
	RULE_IS(A + 0x210, "none");
}
END_TEST

START_TEST(overlapping_entries)
{
	begin_usual();
	put_function(A, 0x100, 16);
	put_function(A + 0x40, 0x20, 24);       /* begins inside: counts from its start */
	put_function(A + 0x200, 0x10, 16);
	put_function(A + 0x200, 0x20, 24);      /* the same start: the longer one */
	put_function(A + 0x300, 0x20, 16);
	put_function(A + 0x300, 0x20, 16);      /* a duplicate */
	put_function(A + 0x310, 0, 24);         /* nothing */
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A + 0x3f, RSP16);
	RULE_IS(A + 0x40, RSP24);
	RULE_IS(A + 0x60, "none");
	RULE_IS(A + 0x200, RSP24);
	RULE_IS(A + 0x21f, RSP24);
	RULE_IS(A + 0x31f, RSP16);
	ck_assert_uint_eq(test_builder.n_damaged, 0);
}
END_TEST

START_TEST(functions_that_were_dropped)
{
	uint32_t zero = 0;
	size_t at;

	begin_usual();
	at = put_function(A, 0x10, 24);
	memcpy(w.bytes.data + at + 8, &zero, sizeof(zero));     /* its address is 0 */
	put_function(0x900000, 0x10, 24);                       /* in no segment */
	put_function(A, 0x10, 16);
	put_function(TINY_TEXT_END - 8, 0x1000, 16);            /* beyond its segment */
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(0, "-");
	RULE_IS(A, RSP16);
	RULE_IS(TINY_TEXT_END - 1, RSP16);
	RULE_IS(TINY_TEXT_END, "-");
	ck_assert_uint_eq(test_builder.n_damaged, 0);
}
END_TEST

START_TEST(a_terminator_between_parts_is_passed_over)
{
	begin_usual();
	put_function(A, 0x10, 16);
	put_u32(&w.bytes, 0);
	put_u32(&w.bytes, 0);
	put_function(A + 0x100, 0x10, 24);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
}
END_TEST

/* ---- where it is ---- */

struct header {
	uint8_t version, encodings[3];
	int32_t eh_frame;
	uint32_t n;
	int32_t entries[4][2];
};

/* .eh_frame_hdr at its place after .eh_frame, for functions at the given offsets of the writer. */
static struct header make_header(uint64_t addr, const uint64_t *starts, const size_t *offsets,
				 size_t n)
{
	struct header h = {
		.version = 1,
		.encodings = { DW_EH_PE_pcrel | DW_EH_PE_sdata4, DW_EH_PE_udata4,
			       DW_EH_PE_datarel | DW_EH_PE_sdata4 },
		.eh_frame = (int32_t)(w.addr - (addr + 4)), .n = (uint32_t)n
	};

	for (size_t i = 0; i < n; i++) {
		h.entries[i][0] = (int32_t)(starts[i] - addr);
		h.entries[i][1] = (int32_t)(w.addr + offsets[i] - addr);
	}
	return h;
}

enum header_fault { NONE, UNSORTED, OUT_OF_BOUNDS, WRONG_START, TOO_MANY, OTHER_ENCODING };

/* A file with a header: two functions, the second of which is listed too when has_both. */
static enum unwind_status make_with_header(enum header_fault fault, bool has_both,
					   bool has_no_section_headers, uint64_t bias)
{
	struct tiny_elf t = {
		.sections = { { .name = ".eh_frame" }, { .name = ".eh_frame_hdr" } }, .n = 2,
		.has_no_section_headers = has_no_section_headers, .bias = bias
	};
	uint64_t starts[2] = { A, A + 0x100 }, addr;
	size_t offsets[2];
	struct header h;
	enum unwind_status status;

	begin(false);
	w.addr += bias;
	put_cie(&w, false, BYTES(USUAL_CIE));
	offsets[0] = put_function(A, 0x10, 16);
	offsets[1] = put_function(A + 0x100, 0x10, 24);
	t.sections[0].size = w.bytes.len;
	addr = tiny_elf_offset(&t, 1);
	h = make_header(addr, starts, offsets, has_both ? 2 : 1);
	if (fault == UNSORTED) {
		h = make_header(addr, (uint64_t[]){ starts[1], starts[0] },
				(size_t[]){ offsets[1], offsets[0] }, 2);
	} else if (fault == OUT_OF_BOUNDS) {
		h.entries[1][1] = 0x7fffffff;
	} else if (fault == WRONG_START) {
		h.entries[1][0] += 4;
	} else if (fault == TOO_MANY) {
		h.n = 0x10000000;
	} else if (fault == OTHER_ENCODING) {
		h.encodings[2] = DW_EH_PE_absptr;
	}
	t.sections[0].bytes = w.bytes.data;
	t.sections[1].bytes = &h;
	t.sections[1].size = sizeof(h);
	status = make_table(&t);
	buf_release(&w.bytes);
	return status;
}

START_TEST(the_search_table_is_the_order)
{
	ck_assert_int_eq(make_with_header(NONE, true, false, 0), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
	/* That it is really used shows in what it leaves out. */
	ck_assert_int_eq(make_with_header(NONE, false, false, 0), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, "-");
}
END_TEST

START_TEST(a_search_table_that_is_wrong_is_not_used)
{
	for (enum header_fault fault = UNSORTED; fault <= OTHER_ENCODING; fault++) {
		ck_assert_int_eq(make_with_header(fault, true, false, 0), UNWIND_OK);
		RULE_IS(A, RSP16);
		RULE_IS(A + 0x100, RSP24);
		ck_assert_uint_eq(test_builder.n_damaged, 0);
	}
}
END_TEST

START_TEST(section_headers_are_not_needed)
{
	ck_assert_int_eq(make_with_header(NONE, true, true, 0), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
	ck_assert_int_eq(make_with_header(WRONG_START, true, true, 0), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
}
END_TEST

START_TEST(the_section_may_be_in_another_segment)
{
	ck_assert_int_eq(make_with_header(NONE, true, false, 0x10000), UNWIND_OK);
	RULE_IS(A, RSP16);
	ck_assert_int_eq(make_with_header(NONE, true, true, 0x10000), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
}
END_TEST

START_TEST(debug_frame_alone)
{
	begin(true);
	put_cie(&w, false, BYTES(USUAL_CIE));
	put_function(A + 0x100, 0x10, 24);
	put_function(A, 0x10, 16);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, RSP24);
}
END_TEST

START_TEST(debug_frame_fills_in_for_eh_frame)
{
	struct cfi_writer eh;
	struct tiny_elf t = { .sections = { { .name = ".eh_frame" }, { .name = ".debug_frame" } },
			      .n = 2 };

	begin_usual();
	put_function(A + 0x100, 0x40, 16);
	eh = w;
	begin(true);
	put_cie(&w, false, BYTES(USUAL_CIE));
	put_function(A, 0x10, 24);
	put_function(A + 0xf0, 0x20, 24);       /* ends in what .eh_frame has */
	put_function(A + 0x120, 0x10, 24);      /* is in it */
	put_function(A + 0x200, 0x10, 24);
	t.sections[0].bytes = eh.bytes.data;
	t.sections[0].size = eh.bytes.len;
	t.sections[1].bytes = w.bytes.data;
	t.sections[1].size = w.bytes.len;
	ck_assert_int_eq(make_table(&t), UNWIND_OK);
	buf_release(&eh.bytes);
	buf_release(&w.bytes);
	RULE_IS(A, RSP24);
	RULE_IS(A + 0xf0, "none");
	RULE_IS(A + 0x100, RSP16);
	RULE_IS(A + 0x120, RSP16);
	RULE_IS(A + 0x200, RSP24);
}
END_TEST

/* Compressed by a method that does not exist. */
START_TEST(a_section_that_cannot_be_inflated)
{
	static const Elf64_Chdr garbage = { .ch_type = 77, .ch_size = 1000 };
	struct tiny_elf t = {
		.sections = { { .name = ".debug_frame", .bytes = &garbage, .size = sizeof(garbage),
				.flags = SHF_COMPRESSED } },
		.n = 1
	};

	ck_assert_int_eq(make_table(&t), UNWIND_DAMAGED);
	begin_usual();
	put_function(A, 0x10, 16);
	t.sections[1] = t.sections[0];
	t.sections[0] = (struct tiny_section){
		.name = ".eh_frame", .bytes = w.bytes.data, .size = w.bytes.len
	};
	t.n = 2;
	ck_assert_int_eq(make_table(&t), UNWIND_OK);
	buf_release(&w.bytes);
	RULE_IS(A, RSP16);
}
END_TEST

/* ---- entries ---- */

START_TEST(versions_and_augmentations)
{
	static const struct {
		uint8_t bytes[32];
		size_t n;
		bool is_usable;
	} cies[] = {
#define CIE(is_usable, ...) { { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }), is_usable }
		CIE(true, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		CIE(true, 3, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		CIE(true, 4, 'z', 'R', 0, 8, 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		CIE(true, 1, 'z', 'P', 'L', 'R', 0, 1, 0x78, 16, 7, 0x9b, 0, 0, 0, 0, 0x1b, 0x1b,
		    USUAL_CIE),
		CIE(true, 1, 'z', 'R', 'B', 'G', 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		/* An unknown letter: 'z' says how much to skip. */
		CIE(true, 1, 'z', 'R', 'X', 0, 1, 0x78, 16, 4, 0x1b, 1, 2, 3, USUAL_CIE),
		CIE(false, 1, 'X', 0, 1, 0x78, 16, USUAL_CIE),
		CIE(false, 2, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		CIE(false, 4, 'z', 'R', 0, 4, 0, 1, 0x78, 16, 1, 0x1b, USUAL_CIE),
		/* Another return address, factors of no machine. */
		CIE(false, 1, 'z', 'R', 0, 1, 0x78, 17, 1, 0x1b, USUAL_CIE),
		CIE(false, 1, 'z', 'R', 0, 0x7f, 0x78, 16, 1, 0x1b, USUAL_CIE),
		/* Relative to something else, or through a pointer. */
		CIE(false, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x3b, USUAL_CIE),
		CIE(false, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x9b, USUAL_CIE),
		CIE(false, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0xff, USUAL_CIE),
		/* More augmentation than there is. */
		CIE(false, 1, 'z', 'R', 0, 1, 0x78, 16, 0x7f, 0x1b, USUAL_CIE),
#undef CIE
	};

	for (size_t i = 0; i < ARRAY_SIZE(cies); i++) {
		begin_usual();
		put_function(A, 0x10, 16);
		put_raw_cie(&w, cies[i].bytes, cies[i].n);
		put_function(A + 0x100, 0x10, 24);
		ck_assert_int_eq(make_written(&w), UNWIND_OK);
		ck_assert_uint_eq(test_builder.n_damaged, !cies[i].is_usable);
		RULE_IS(A, RSP16);
		RULE_IS(A + 0x100, cies[i].is_usable ? RSP24 : "-");
	}
}
END_TEST

START_TEST(a_cie_with_damaged_instructions)
{
	begin(false);
	put_cie(&w, false, BYTES(USUAL_CIE, DW_CFA_advance_loc | 1));
	put_function(A, 0x10, 24);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, "unsupported");
	ck_assert_uint_eq(test_builder.n_damaged, 1);
}
END_TEST

START_TEST(encodings_of_addresses)
{
	static const uint8_t encodings[] = {
		DW_EH_PE_absptr, DW_EH_PE_udata8, DW_EH_PE_sdata8, DW_EH_PE_pcrel | DW_EH_PE_absptr,
		DW_EH_PE_pcrel | DW_EH_PE_sdata8, DW_EH_PE_pcrel | DW_EH_PE_sdata4, DW_EH_PE_sdata4
	};

	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
		begin(false);
		w.encoding = encodings[i];
		put_cie(&w, false, BYTES(USUAL_CIE));
		put_function(A, 0x10, 16);
		ck_assert_int_eq(make_written(&w), UNWIND_OK);
		RULE_IS(A, RSP16);
		RULE_IS(A + 0xf, RSP16);
	}
}
END_TEST

/* Both entries with a length of 64 bits. */
START_TEST(long_lengths)
{
	static const uint8_t cie[] = { 1, 0, 1, 0x78, 16, USUAL_CIE };
	static const uint8_t code[] = { DW_CFA_def_cfa_offset, 16 };

	begin(true);
	put_u32(&w.bytes, UINT32_MAX);
	put_u64(&w.bytes, 8 + sizeof(cie));
	put_u64(&w.bytes, UINT64_MAX);
	buf_put(&w.bytes, cie, sizeof(cie));
	put_u32(&w.bytes, UINT32_MAX);
	put_u64(&w.bytes, 24 + sizeof(code));
	put_u64(&w.bytes, 0);
	put_u64(&w.bytes, A);
	put_u64(&w.bytes, 0x10);
	buf_put(&w.bytes, code, sizeof(code));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, RSP16);
}
END_TEST

/* ---- hostile ---- */

START_TEST(lengths_beyond_the_section)
{
	uint32_t length = 0x10000;
	size_t at;

	begin_usual();
	put_function(A, 0x10, 16);
	at = put_function(A + 0x100, 0x10, 24);
	memcpy(w.bytes.data + at, &length, sizeof(length));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, RSP16);
	RULE_IS(A + 0x100, "-");
}
END_TEST

START_TEST(every_cut_of_a_section)
{
	begin(false);
	put_cie(&w, false, BYTES(USUAL_CIE));
	put_function(A, 0x10, 16);
	put_fde(&w, A + 0x100, 0x20, BYTES(DW_CFA_expression, 6, 2, DW_OP_breg6, 0));
	for (size_t size = w.bytes.len; size--;) {
		struct tiny_elf t = {
			.sections[0] = { .name = ".eh_frame", .bytes = w.bytes.data, .size = size },
			.n = 1
		};
		enum unwind_status status = make_table(&t);

		ck_assert_int_ne(status, UNWIND_UNREADABLE);
	}
	buf_release(&w.bytes);
}
END_TEST

/* Each of many entries holds all that follow: decoding them would take quadratic time. */
START_TEST(entries_inside_of_entries)
{
	struct tiny_elf t = { .sections = { { .name = ".eh_frame" }, { .name = ".eh_frame_hdr" } },
			      .n = 2 };
	static struct {
		uint8_t version, encodings[3];
		int32_t eh_frame;
		uint32_t n;
		int32_t entries[4096][2];
	} h = {
		.version = 1, .n = 4096,
		.encodings = { DW_EH_PE_pcrel | DW_EH_PE_sdata4, DW_EH_PE_udata4,
			       DW_EH_PE_datarel | DW_EH_PE_sdata4 },
	};
	size_t first;
	uint64_t addr;

	begin_usual();
	first = w.bytes.len;
	for (uint32_t i = 0; i < 4096; i++)
		put_fde(&w, A + i, 1, BYTES(DW_CFA_nop));
	size_t each = (w.bytes.len - first) / 4096;
	for (uint32_t i = 0; i < 4096; i++) {
		uint32_t length = (uint32_t)(w.bytes.len - first - i * each - 4);

		memcpy(w.bytes.data + first + i * each, &length, sizeof(length));
	}
	t.sections[0].bytes = w.bytes.data;
	t.sections[0].size = w.bytes.len;
	addr = tiny_elf_offset(&t, 1);
	h.eh_frame = (int32_t)(w.addr - (addr + 4));
	for (uint32_t i = 0; i < 4096; i++) {
		h.entries[i][0] = (int32_t)(A + i - addr);
		h.entries[i][1] = (int32_t)(w.addr + first + i * each - addr);
	}
	t.sections[1].bytes = &h;
	t.sections[1].size = sizeof(h);
	ck_assert_int_eq(make_table(&t), UNWIND_DAMAGED);
	buf_release(&w.bytes);
}
END_TEST

START_TEST(statuses)
{
	struct tiny_elf t = { .n = 0 };
	struct elf_file f;
	uint32_t error = 0;

	ck_assert_int_eq(make_table(&t), UNWIND_NO_INFO);
	begin_usual();
	ck_assert_int_eq(make_written(&w), UNWIND_NO_INFO);
	begin(false);
	put_raw_cie(&w, BYTES(9));
	put_function(A, 0x10, 16);
	ck_assert_int_eq(make_written(&w), UNWIND_DAMAGED);

	ck_assert_int_eq(make_table(&t), UNWIND_NO_INFO);
	((Elf64_Ehdr *)test_image.data)->e_machine = EM_AARCH64;
	ck_assert_int_eq(elf_file_open_memory(&f, test_image.data, test_image.len), 0);
	ck_assert_int_eq(build_table(&test_builder, &f, &error), UNWIND_MACHINE);
	elf_file_close(&f);
}
END_TEST

/* ---- linkage tables ---- */

static enum unwind_status make_plt(const uint8_t *code, size_t n, uint64_t at)
{
	struct cfi_writer eh;
	struct tiny_elf t = {
		.sections = { { .name = ".eh_frame" },
			      { .name = ".plt", .bytes = code, .size = n, .plt_addr = at } },
		.n = 2
	};
	enum unwind_status status;

	begin_usual();
	put_function(A, 0x10, 16);
	eh = w;
	t.sections[0].bytes = eh.bytes.data;
	t.sections[0].size = eh.bytes.len;
	status = make_table(&t);
	buf_release(&eh.bytes);
	return status;
}

#define PLT0 \
	0xff, 0x35, 1, 2, 3, 4, 0xff, 0x25, 1, 2, 3, 4, 0x90, 0x90, 0x90, 0x90
#define SLOT \
	0xff, 0x25, 1, 2, 3, 4, 0x68, 0, 0, 0, 0, 0xe9, 1, 2, 3, 4
#define SLOT_IBT \
	0xf3, 0x0f, 0x1e, 0xfa, 0x68, 0, 0, 0, 0, 0xe9, 1, 2, 3, 4, 0x66, 0x90
#define SLOT_NOW \
	0xff, 0x25, 1, 2, 3, 4, 0x66, 0x90, 0xff, 0x25, 1, 2, 3, 4, 0x66, 0x90

START_TEST(linkage_tables_without_information)
{
	ck_assert_int_eq(make_plt(BYTES(PLT0, SLOT, SLOT), A + 0x100), UNWIND_OK);
	RULE_IS(A + 0xff, "none");
	RULE_IS(A + 0x100, RSP16);
	RULE_IS(A + 0x106, RSP24);
	RULE_IS(A + 0x110, "cfa=rsp+8 or rsp+16 from 11 ra=cfa-8");
	RULE_IS(A + 0x12f, "cfa=rsp+8 or rsp+16 from 11 ra=cfa-8");
	RULE_IS(A + 0x130, "none");
	ck_assert_int_eq(make_plt(BYTES(PLT0, SLOT_IBT), A + 0x100), UNWIND_OK);
	RULE_IS(A + 0x110, "cfa=rsp+8 or rsp+16 from 9 ra=cfa-8");
	ck_assert_int_eq(make_plt(BYTES(SLOT_NOW), A + 0x100), UNWIND_OK);
	RULE_IS(A + 0x100, RSP8);
	ck_assert_int_eq(make_plt(BYTES(PLT0, PLT0), A + 0x100), UNWIND_OK);
	RULE_IS(A + 0x110, "none");
	/* What there is information about has it. */
	ck_assert_int_eq(make_plt(BYTES(PLT0, SLOT), A), UNWIND_OK);
	RULE_IS(A + 0xf, RSP16);
	RULE_IS(A + 0x10, "cfa=rsp+8 or rsp+16 from 11 ra=cfa-8");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, gaps_are_rows_and_padding_is_not);
	tcase_add_test(tc, entries_are_sorted);
	tcase_add_test(tc, overlapping_entries);
	tcase_add_test(tc, functions_that_were_dropped);
	tcase_add_test(tc, a_terminator_between_parts_is_passed_over);
	tcase_add_test(tc, the_search_table_is_the_order);
	tcase_add_test(tc, a_search_table_that_is_wrong_is_not_used);
	tcase_add_test(tc, section_headers_are_not_needed);
	tcase_add_test(tc, the_section_may_be_in_another_segment);
	tcase_add_test(tc, debug_frame_alone);
	tcase_add_test(tc, debug_frame_fills_in_for_eh_frame);
	tcase_add_test(tc, a_section_that_cannot_be_inflated);
	tcase_add_test(tc, versions_and_augmentations);
	tcase_add_test(tc, a_cie_with_damaged_instructions);
	tcase_add_test(tc, encodings_of_addresses);
	tcase_add_test(tc, long_lengths);
	tcase_add_test(tc, lengths_beyond_the_section);
	tcase_add_test(tc, every_cut_of_a_section);
	tcase_add_test(tc, entries_inside_of_entries);
	tcase_add_test(tc, statuses);
	tcase_add_test(tc, linkage_tables_without_information);
	return run_tests("unwind-table", tc);
}
