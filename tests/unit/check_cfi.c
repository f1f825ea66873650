/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of unwind-table-builder: what instructions and expressions become. */
#include "config.h"

#include "tests/lib/cfi-writer.h"
#include "tests/lib/run-tests.h"

#define A TINY_TEXT
#define RSP8 "cfa=rsp+8 ra=cfa-8"

/* One FDE at [A, A + 0x100), with the usual CIE, or one of a signal frame. */
static void run_with(bool is_signal, const uint8_t *cie, size_t n_cie, const uint8_t *code,
		     size_t n)
{
	struct cfi_writer w;

	writer_init(&w, false);
	w.addr = TINY_TEXT_END;
	put_cie(&w, is_signal, cie, n_cie);
	put_fde(&w, A, 0x100, code, n);
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	ck_assert_uint_eq(test_builder.n_damaged, 0);
	RULE_IS(A + 0x100, "-");
}

static void run(const uint8_t *code, size_t n)
{
	run_with(false, BYTES(USUAL_CIE), code, n);
}

/* The whole FDE is damaged. */
static void run_damaged(const uint8_t *code, size_t n)
{
	struct cfi_writer w;

	writer_init(&w, false);
	w.addr = TINY_TEXT_END;
	put_cie(&w, false, BYTES(USUAL_CIE));
	put_fde(&w, A, 0x100, code, n);
	put_fde(&w, A + 0x100, 0x100, BYTES(DW_CFA_nop));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	ck_assert_uint_eq(test_builder.n_damaged, 1);
	RULE_IS(A, "unsupported");
	RULE_IS(A + 0xff, "unsupported");
	RULE_IS(A + 0x100, RSP8);
}

/* ---- the usual ---- */

START_TEST(a_frame_pointer_is_pushed_and_popped)
{
	run(BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16, DW_CFA_offset | 6, 2,
		  DW_CFA_advance_loc | 3, DW_CFA_def_cfa_register, 6,
		  DW_CFA_advance_loc | 32, DW_CFA_def_cfa, 7, 8, DW_CFA_restore | 6));
	RULE_IS(A, RSP8);
	RULE_IS(A + 1, "cfa=rsp+16 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+16 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 4, "cfa=rbp+16 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 35, "cfa=rbp+16 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 36, RSP8);
}
END_TEST

START_TEST(an_advance_has_four_sizes_and_none)
{
	run(BYTES(DW_CFA_advance_loc | 0, DW_CFA_def_cfa_offset, 16,
		  DW_CFA_advance_loc1, 2, DW_CFA_def_cfa_offset, 24,
		  DW_CFA_advance_loc2, 3, 0, DW_CFA_def_cfa_offset, 32,
		  DW_CFA_advance_loc4, 4, 0, 0, 0, DW_CFA_def_cfa_offset, 40));
	RULE_IS(A, "cfa=rsp+16 ra=cfa-8");
	RULE_IS(A + 2, "cfa=rsp+24 ra=cfa-8");
	RULE_IS(A + 5, "cfa=rsp+32 ra=cfa-8");
	RULE_IS(A + 9, "cfa=rsp+40 ra=cfa-8");
}
END_TEST

START_TEST(set_loc_takes_the_encoding_of_addresses)
{
	struct cfi_writer w;
	size_t at;
	uint32_t to;

	writer_init(&w, false);
	w.addr = TINY_TEXT_END;
	put_cie(&w, false, BYTES(USUAL_CIE));
	at = put_fde(&w, A, 0x100, BYTES(DW_CFA_set_loc, 0, 0, 0, 0, DW_CFA_def_cfa_offset, 16));
	at += 18;
	to = (uint32_t)(A + 0x20 - (w.addr + at));
	memcpy(w.bytes.data + at, &to, sizeof(to));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A + 0x1f, RSP8);
	RULE_IS(A + 0x20, "cfa=rsp+16 ra=cfa-8");
}
END_TEST

START_TEST(rows_end_with_the_function)
{
	run(BYTES(DW_CFA_advance_loc2, 0xff, 0, DW_CFA_def_cfa_offset, 16,
		  DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 24,
		  DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 32));
	RULE_IS(A + 0xfe, RSP8);
	RULE_IS(A + 0xff, "cfa=rsp+16 ra=cfa-8");
}
END_TEST

START_TEST(equal_neighbours_are_one_row)
{
	run(BYTES(DW_CFA_advance_loc | 1, DW_CFA_offset | 12, 2, DW_CFA_advance_loc | 1,
		  DW_CFA_offset | 3, 3, DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 8));
	ck_assert_uint_eq(test_builder.table.n_rows, 1);
}
END_TEST

/* ---- remember and restore ---- */

START_TEST(restore_state_restores_cfa_and_rules)
{
	run(BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16, DW_CFA_offset | 6, 2,
		  DW_CFA_remember_state,
		  DW_CFA_advance_loc | 1, DW_CFA_def_cfa, 6, 32, DW_CFA_restore | 6,
		  DW_CFA_advance_loc | 1, DW_CFA_restore_state));
	RULE_IS(A + 1, "cfa=rsp+16 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 2, "cfa=rbp+32 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+16 rbp=cfa-16 ra=cfa-8");
}
END_TEST

START_TEST(states_are_a_stack)
{
	run(BYTES(DW_CFA_remember_state, DW_CFA_def_cfa_offset, 16, DW_CFA_remember_state,
		  DW_CFA_def_cfa_offset, 24, DW_CFA_advance_loc | 1, DW_CFA_restore_state,
		  DW_CFA_advance_loc | 1, DW_CFA_restore_state));
	RULE_IS(A, "cfa=rsp+24 ra=cfa-8");
	RULE_IS(A + 1, "cfa=rsp+16 ra=cfa-8");
	RULE_IS(A + 2, RSP8);
}
END_TEST

START_TEST(restore_takes_the_rule_of_the_cie)
{
	run_with(false, BYTES(USUAL_CIE, DW_CFA_offset | 6, 3),
		 BYTES(DW_CFA_advance_loc | 1, DW_CFA_same_value, 6,
		       DW_CFA_advance_loc | 1, DW_CFA_restore | 6,
		       DW_CFA_advance_loc | 1, DW_CFA_undefined, 6,
		       DW_CFA_advance_loc | 1, DW_CFA_restore_extended, 6));
	RULE_IS(A, "cfa=rsp+8 rbp=cfa-24 ra=cfa-8");
	RULE_IS(A + 1, RSP8);
	RULE_IS(A + 2, "cfa=rsp+8 rbp=cfa-24 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+8 rbp=? ra=cfa-8");
	RULE_IS(A + 4, "cfa=rsp+8 rbp=cfa-24 ra=cfa-8");
}
END_TEST

/* ---- every other instruction ---- */

START_TEST(signed_and_factored_forms)
{
	run(BYTES(DW_CFA_def_cfa_sf, 7, 0x7e, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_offset_sf, 0x7d, DW_CFA_advance_loc | 1,
		  DW_CFA_offset_extended, 6, 4, DW_CFA_advance_loc | 1,
		  DW_CFA_offset_extended_sf, 6, 5, DW_CFA_advance_loc | 1,
		  DW_CFA_GNU_negative_offset_extended, 6, 0x7a & 0x3f));
	RULE_IS(A, "cfa=rsp+16 ra=cfa-8");
	RULE_IS(A + 1, "cfa=rsp+24 ra=cfa-8");
	RULE_IS(A + 2, "cfa=rsp+24 rbp=cfa-32 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+24 rbp=cfa-40 ra=cfa-8");
	RULE_IS(A + 4, "cfa=rsp+24 rbp=cfa+464 ra=cfa-8");
}
END_TEST

START_TEST(instructions_without_effect)
{
	run(BYTES(DW_CFA_GNU_args_size, 0x80, 1, DW_CFA_advance_loc | 1, DW_CFA_GNU_window_save,
		  DW_CFA_nop, DW_CFA_def_cfa_offset, 16));
	RULE_IS(A, RSP8);
	RULE_IS(A + 1, "cfa=rsp+16 ra=cfa-8");
}
END_TEST

START_TEST(rules_of_rbp)
{
	run(BYTES(DW_CFA_register, 6, 11, DW_CFA_advance_loc | 1,
		  DW_CFA_register, 6, 6, DW_CFA_advance_loc | 1,
		  DW_CFA_val_offset, 6, 2, DW_CFA_advance_loc | 1,
		  DW_CFA_expression, 6, 2, DW_OP_breg6, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_expression, 6, 2, DW_OP_breg7, 0x78, DW_CFA_advance_loc | 1,
		  DW_CFA_expression, 6, 2, DW_OP_breg3, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_expression, 6, 2, DW_OP_plus_uconst, 24, DW_CFA_advance_loc | 1,
		  DW_CFA_val_expression, 6, 2, DW_OP_breg6, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_offset | 6, 13, DW_CFA_advance_loc | 1,
		  DW_CFA_offset | 6, 14, DW_CFA_advance_loc | 1,
		  DW_CFA_offset | 6, 0x80, 0x40));
	RULE_IS(A, "cfa=rsp+8 rbp=? ra=cfa-8");
	RULE_IS(A + 1, RSP8);
	RULE_IS(A + 2, "cfa=rsp+8 rbp=? ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+8 rbp=*rbp ra=cfa-8");
	RULE_IS(A + 4, "cfa=rsp+8 rbp=cfa-16 ra=cfa-8");
	RULE_IS(A + 5, "cfa=rsp+8 rbp=? ra=cfa-8");
	RULE_IS(A + 6, "cfa=rsp+8 rbp=cfa+24 ra=cfa-8");
	RULE_IS(A + 7, "cfa=rsp+8 rbp=? ra=cfa-8");
	RULE_IS(A + 8, "cfa=rsp+8 rbp=cfa-104 ra=cfa-8");
	RULE_IS(A + 9, "cfa=rsp+8 rbp=cfa-112 ra=cfa-8");
	RULE_IS(A + 10, "cfa=rsp+8 rbp=? ra=cfa-8");
}
END_TEST

START_TEST(rules_of_the_return_address)
{
	run(BYTES(DW_CFA_register, 16, 2, DW_CFA_advance_loc | 1,
		  DW_CFA_offset | 16, 3, DW_CFA_advance_loc | 1,
		  DW_CFA_undefined, 16, DW_CFA_advance_loc | 1,
		  DW_CFA_same_value, 16, DW_CFA_advance_loc | 1,
		  DW_CFA_val_offset, 16, 1, DW_CFA_advance_loc | 1,
		  DW_CFA_expression, 16, 2, DW_OP_breg7, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_restore_extended, 16));
	RULE_IS(A, "cfa=rsp+8 ra=rcx");
	RULE_IS(A + 1, "cfa=rsp+8 ra=cfa-24");
	RULE_IS(A + 2, "stop");
	RULE_IS(A + 3, "unsupported");
	RULE_IS(A + 4, "unsupported");
	RULE_IS(A + 5, RSP8);
	RULE_IS(A + 6, RSP8);
}
END_TEST

START_TEST(offsets_that_do_not_fit_are_exotic)
{
	run(BYTES(DW_CFA_def_cfa_offset, 12, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_offset, 0xf8, 0xff, 0x1f, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_offset, 0x80, 0x80, 0x20, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_sf, 7, 1, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa, 0, 0xf8, 0xff, 1, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa, 0, 0x80, 0x80, 2, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 1));
	RULE_IS(A, "cfa=rsp+12 ra=cfa-8");
	RULE_IS(A + 1, "cfa=rsp+524280 ra=cfa-8");
	RULE_IS(A + 2, "cfa=rsp+524288 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp-8 ra=cfa-8");
	RULE_IS(A + 4, "cfa=rax+32760 ra=cfa-8");
	RULE_IS(A + 5, "cfa=rax+32768 ra=cfa-8");
	RULE_IS(A + 6, "unsupported");
}
END_TEST

START_TEST(other_registers_hold_the_frame)
{
	run(BYTES(DW_CFA_def_cfa, 10, 0, DW_CFA_advance_loc | 1, DW_CFA_def_cfa_register, 11,
		  DW_CFA_advance_loc | 1, DW_CFA_def_cfa, 16, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa, 17, 8, DW_CFA_advance_loc | 1, DW_CFA_def_cfa, 7, 8));
	RULE_IS(A, "cfa=r10 ra=cfa-8");
	RULE_IS(A + 1, "cfa=r11 ra=cfa-8");
	RULE_IS(A + 2, "unsupported");
	RULE_IS(A + 3, "unsupported");
	RULE_IS(A + 4, RSP8);
	ck_assert_uint_eq(test_builder.table.has_rbx, 0);
}
END_TEST

/* As the dynamic linker's lazy binding has it. */
START_TEST(rbx_is_followed_where_rows_need_it)
{
	run(BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16, DW_CFA_offset | 3, 2,
		  DW_CFA_advance_loc | 3, DW_CFA_def_cfa_register, 3,
		  DW_CFA_advance_loc | 8, DW_CFA_undefined, 3,
		  DW_CFA_advance_loc | 8, DW_CFA_offset | 3, 0x80, 2));
	RULE_IS(A, RSP8);
	RULE_IS(A + 1, "cfa=rsp+16 ra=cfa-8 rbx=cfa-16");
	RULE_IS(A + 4, "cfa=rbx+16 ra=cfa-8 rbx=cfa-16");
	RULE_IS(A + 12, "cfa=rbx+16 ra=cfa-8 rbx=?");
	RULE_IS(A + 20, "cfa=rbx+16 ra=cfa-8 rbx=?");
	ck_assert_uint_eq(test_builder.table.has_rbx, 1);
	ck_assert_uint_eq(test_builder.table.n_rows, 4);
}
END_TEST

/* ---- expressions ---- */

#define LINK(threshold) \
	DW_CFA_def_cfa_expression, 11, DW_OP_breg7, 8, DW_OP_breg16, 0, DW_OP_lit15, DW_OP_and, \
	threshold, DW_OP_ge, DW_OP_lit3, DW_OP_shl, DW_OP_plus

START_TEST(the_expression_of_linkage_tables)
{
	run(BYTES(DW_CFA_def_cfa_offset, 16, DW_CFA_advance_loc | 6, DW_CFA_def_cfa_offset, 24,
		  DW_CFA_advance_loc | 10, LINK(DW_OP_lit11), DW_CFA_advance_loc | 32,
		  LINK(DW_OP_lit10), DW_CFA_advance_loc | 1, LINK(DW_OP_lit16)));
	RULE_IS(A, "cfa=rsp+16 ra=cfa-8");
	RULE_IS(A + 6, "cfa=rsp+24 ra=cfa-8");
	RULE_IS(A + 16, "cfa=rsp+8 or rsp+16 from 11 ra=cfa-8");
	RULE_IS(A + 48, "cfa=rsp+8 or rsp+16 from 10 ra=cfa-8");
	RULE_IS(A + 49, "unsupported");
}
END_TEST

START_TEST(a_frame_at_what_memory_says)
{
	run(BYTES(DW_CFA_def_cfa_expression, 6, DW_OP_breg7, 0xf8, 0, DW_OP_deref,
		  DW_OP_plus_uconst, 8, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 5, DW_OP_breg7, 0x78, DW_OP_deref,
		  DW_OP_plus_uconst, 8, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 3, DW_OP_breg6, 0x78, DW_OP_deref,
		  DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 5, DW_OP_breg7, 0x80, 8, DW_OP_deref, DW_OP_nop,
		  DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 5, DW_OP_breg11, 4, DW_OP_deref,
		  DW_OP_plus_uconst, 3));
	RULE_IS(A, "cfa=*(rsp+120)+8 ra=cfa-8");
	RULE_IS(A + 1, "cfa=*(rsp-8)+8 ra=cfa-8");
	RULE_IS(A + 2, "cfa=*(rbp-8) ra=cfa-8");
	RULE_IS(A + 3, "cfa=*(rsp+1024) ra=cfa-8");
	RULE_IS(A + 4, "cfa=*(r11+4)+3 ra=cfa-8");
}
END_TEST

/* gcc's frame of a function that aligns its stack. */
START_TEST(a_realigned_frame)
{
	run(BYTES(DW_CFA_advance_loc | 5, DW_CFA_def_cfa, 10, 0,
		  DW_CFA_advance_loc | 9, DW_CFA_expression, 6, 2, DW_OP_breg6, 0,
		  DW_CFA_advance_loc | 4, DW_CFA_def_cfa_expression, 3, DW_OP_breg6, 0x78,
		  DW_OP_deref,
		  DW_CFA_advance_loc | 32, DW_CFA_def_cfa, 10, 0,
		  DW_CFA_advance_loc | 4, DW_CFA_def_cfa, 7, 8, DW_CFA_restore | 6));
	RULE_IS(A + 5, "cfa=r10 ra=cfa-8");
	RULE_IS(A + 14, "cfa=r10 rbp=*rbp ra=cfa-8");
	RULE_IS(A + 18, "cfa=*(rbp-8) rbp=*rbp ra=cfa-8");
	RULE_IS(A + 50, "cfa=r10 rbp=*rbp ra=cfa-8");
	RULE_IS(A + 54, RSP8);
}
END_TEST

/* bn_mul_mont of OpenSSL, in several spellings. */
START_TEST(a_frame_at_an_index)
{
	run(BYTES(DW_CFA_def_cfa_expression, 10, DW_OP_breg7, 8, DW_OP_breg9, 0, DW_OP_lit8,
		  DW_OP_mul, DW_OP_plus, DW_OP_deref, DW_OP_plus_uconst, 8, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 8, DW_OP_breg9, 0, DW_OP_lit3, DW_OP_shl,
		  DW_OP_breg7, 16, DW_OP_plus, DW_OP_nop, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 7, DW_OP_bregx, 3, 1, DW_OP_const1u, 8, DW_OP_mul,
		  DW_OP_nop, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 5, DW_OP_breg7, 32, DW_OP_lit8, DW_OP_minus,
		  DW_OP_nop));
	RULE_IS(A, "cfa=*(rsp+8*r9+8)+8 ra=cfa-8");
	RULE_IS(A + 1, "cfa=rsp+8*r9+16 ra=cfa-8");
	RULE_IS(A + 2, "unsupported");
	RULE_IS(A + 3, "cfa=rsp+24 ra=cfa-8");
}
END_TEST

START_TEST(expressions_that_rows_cannot_say)
{
	run(BYTES(DW_CFA_def_cfa_expression, 0, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 1, DW_OP_plus, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 1, DW_OP_lit5, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 4, DW_OP_breg7, 0, DW_OP_deref, DW_OP_deref,
		  DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 2, DW_OP_breg7, 0x80, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 3, DW_OP_breg7, 0, DW_OP_dup, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 3, DW_OP_breg7, 0, 0xff));
	for (uint64_t at = A; at < A + 7; at++)
		RULE_IS(at, "unsupported");
}
END_TEST

/* libgcrypt: the register alone, after an expression. */
START_TEST(a_register_ends_an_expression)
{
	run(BYTES(DW_CFA_def_cfa_offset, 56, DW_CFA_advance_loc | 1,
		  DW_CFA_def_cfa_expression, 6, DW_OP_breg7, 0xf8, 0, DW_OP_deref,
		  DW_OP_plus_uconst, 8, DW_CFA_advance_loc | 1, DW_CFA_def_cfa_register, 7,
		  DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 48));
	RULE_IS(A, "cfa=rsp+56 ra=cfa-8");
	RULE_IS(A + 1, "cfa=*(rsp+120)+8 ra=cfa-8");
	RULE_IS(A + 2, "cfa=rsp+56 ra=cfa-8");
	RULE_IS(A + 3, "cfa=rsp+48 ra=cfa-8");
}
END_TEST

/* ---- signal frames ---- */

#define UCONTEXT(rip) \
	DW_CFA_def_cfa_expression, 4, DW_OP_breg7, 0xa0, 1, DW_OP_deref, \
	DW_CFA_expression, 16, 3, DW_OP_breg7, rip, 1, \
	DW_CFA_expression, 6, 3, DW_OP_breg7, 0xf8, 0

START_TEST(a_signal_frame_begins_a_byte_early)
{
	struct cfi_writer w;

	writer_init(&w, false);
	w.addr = TINY_TEXT_END;
	put_cie(&w, false, BYTES(USUAL_CIE));
	put_fde(&w, A, 0x20, BYTES(DW_CFA_nop));
	put_cie(&w, true, BYTES(USUAL_CIE));
	put_fde(&w, A + 0x30, 9, BYTES(UCONTEXT(0xa8)));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A + 0x1f, RSP8);
	RULE_IS(A + 0x20, "none");
	RULE_IS(A + 0x2e, "none");
	RULE_IS(A + 0x2f, "signal frame, rsp at rsp+160");
	RULE_IS(A + 0x38, "signal frame, rsp at rsp+160");
	RULE_IS(A + 0x39, "none");
}
END_TEST

START_TEST(a_signal_frame_needs_augmentation_and_shape)
{
	run_with(true, BYTES(USUAL_CIE), BYTES(UCONTEXT(0xa8)));
	RULE_IS(A, "signal frame, rsp at rsp+160");
	run(BYTES(UCONTEXT(0xa8)));
	RULE_IS(A, "unsupported");
	run_with(true, BYTES(USUAL_CIE), BYTES(UCONTEXT(0xb0)));
	RULE_IS(A, "unsupported");
	/* A signal frame may be on the same stack as an ordinary one. */
	run_with(true, BYTES(USUAL_CIE), BYTES(DW_CFA_def_cfa_offset, 16));
	RULE_IS(A, "cfa=rsp+16 ra=cfa-8");
}
END_TEST

/* ---- damage ---- */

START_TEST(damaged_instructions)
{
	run_damaged(BYTES(DW_CFA_advance_loc | 1, 0x3f));
	run_damaged(BYTES(DW_CFA_advance_loc | 1, DW_CFA_restore_state));
	run_damaged(BYTES(DW_CFA_def_cfa_expression, 0x7f, DW_OP_breg7, 0));
	run_damaged(BYTES(DW_CFA_expression, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
	run_damaged(BYTES(DW_CFA_register, 16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  1));
	run_damaged(BYTES(DW_CFA_offset | 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f));
	/* An operand that goes on beyond the end of the entry, which is filled up to 24 bytes. */
	run_damaged(BYTES(DW_CFA_nop, DW_CFA_nop, DW_CFA_nop, DW_CFA_nop, DW_CFA_nop,
			  DW_CFA_def_cfa_offset, 0x80));
}
END_TEST

START_TEST(states_beyond_the_stack)
{
	uint8_t code[18];

	memset(code, DW_CFA_remember_state, sizeof(code));
	run(code, 16);
	run_damaged(code, 17);
}
END_TEST

START_TEST(nothing_defines_the_frame)
{
	struct cfi_writer w;

	writer_init(&w, false);
	w.addr = TINY_TEXT_END;
	put_cie(&w, false, BYTES(DW_CFA_nop));
	put_fde(&w, A, 0x10, BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa, 7, 16));
	put_fde(&w, A + 0x10, 0x10, BYTES(DW_CFA_def_cfa_offset, 16));
	ck_assert_int_eq(make_written(&w), UNWIND_OK);
	RULE_IS(A, "unsupported");
	RULE_IS(A + 1, "cfa=rsp+16 ra=cfa-8");
	RULE_IS(A + 0x10, "unsupported");
	ck_assert_uint_eq(test_builder.n_damaged, 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("instructions");

	tcase_add_test(tc, a_frame_pointer_is_pushed_and_popped);
	tcase_add_test(tc, an_advance_has_four_sizes_and_none);
	tcase_add_test(tc, set_loc_takes_the_encoding_of_addresses);
	tcase_add_test(tc, rows_end_with_the_function);
	tcase_add_test(tc, equal_neighbours_are_one_row);
	tcase_add_test(tc, restore_state_restores_cfa_and_rules);
	tcase_add_test(tc, states_are_a_stack);
	tcase_add_test(tc, restore_takes_the_rule_of_the_cie);
	tcase_add_test(tc, signed_and_factored_forms);
	tcase_add_test(tc, instructions_without_effect);
	tcase_add_test(tc, rules_of_rbp);
	tcase_add_test(tc, rules_of_the_return_address);
	tcase_add_test(tc, offsets_that_do_not_fit_are_exotic);
	tcase_add_test(tc, other_registers_hold_the_frame);
	tcase_add_test(tc, rbx_is_followed_where_rows_need_it);
	tcase_add_test(tc, the_expression_of_linkage_tables);
	tcase_add_test(tc, a_frame_at_what_memory_says);
	tcase_add_test(tc, a_realigned_frame);
	tcase_add_test(tc, a_frame_at_an_index);
	tcase_add_test(tc, expressions_that_rows_cannot_say);
	tcase_add_test(tc, a_register_ends_an_expression);
	tcase_add_test(tc, a_signal_frame_begins_a_byte_early);
	tcase_add_test(tc, a_signal_frame_needs_augmentation_and_shape);
	tcase_add_test(tc, damaged_instructions);
	tcase_add_test(tc, states_beyond_the_stack);
	tcase_add_test(tc, nothing_defines_the_frame);
	return run_tests("cfi", tc);
}
