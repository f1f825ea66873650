/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of probe-list: notes of USDT probes, and where instructions begin. */
#include "config.h"

#include "libexec/probe-list/usdt.h"

#include <check.h>
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "lib/buf.h"
#include "libexec/probe-list/instructions-x86.h"
#include "tests/lib/run-tests.h"

static struct buf b;

static void put_note(const char *owner, uint32_t type, const char *strings, size_t size)
{
	const uint64_t words[3] = { 0x1000, 0x2000, 0x3000 };
	const Elf64_Nhdr h = {
		.n_namesz = (uint32_t)strlen(owner) + 1, .n_descsz = (uint32_t)(24 + size),
		.n_type = type
	};

	buf_put(&b, &h, sizeof(h));
	buf_put(&b, owner, h.n_namesz);
	buf_put_zeros(&b, -b.len & 3);
	buf_put(&b, words, sizeof(words));
	buf_put(&b, strings, size);
	buf_put_zeros(&b, -b.len & 3);
}

#define NOTE(strings) put_note("stapsdt", 3, strings, sizeof(strings))

static void begin(void)
{
	buf_release(&b);
	b = BUF_INIT(65536);
}

START_TEST(notes_are_read)
{
	struct usdt_note note;
	size_t at = 0;

	begin();
	NOTE("libc\0setjmp\0008@%rdi");
	put_note("GNU", 3, "x\0y\0", 4);
	put_note("stapsdt", 4, "x\0y\0", 4);
	NOTE("py\0gc\0");
	ck_assert(usdt_next_note(b.data, b.len, &at, &note));
	ck_assert_str_eq(note.provider, "libc");
	ck_assert_str_eq(note.name, "setjmp");
	ck_assert_uint_eq(note.pc, 0x1000);
	ck_assert_uint_eq(note.base, 0x2000);
	ck_assert_uint_eq(note.semaphore, 0x3000);
	ck_assert(usdt_next_note(b.data, b.len, &at, &note));
	ck_assert_str_eq(note.provider, "py");
	ck_assert(!usdt_next_note(b.data, b.len, &at, &note));
}
END_TEST

START_TEST(damage_is_passed_over)
{
	static const char endless[] = { 'a', 'b', 'c', 'd' };
	struct usdt_note note;
	size_t at = 0, whole;

	begin();
	put_note("stapsdt", 3, endless, sizeof(endless));
	put_note("stapsdt", 3, "a\0bcd", 5);
	put_note("stapsdt", 3, "", 0);
	NOTE("a\0\0");
	NOTE("a\0b\0");
	ck_assert(usdt_next_note(b.data, b.len, &at, &note));
	ck_assert_str_eq(note.name, "b");
	whole = b.len;
	/* Every cut ends, and no read is beyond it: each copy has its own bounds. */
	for (size_t n = 0; n < whole; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, b.data, n);
		at = 0;
		while (usdt_next_note(copy, n, &at, &note))
			;
		free(copy);
	}
}
END_TEST

START_TEST(sizes_are_bounded)
{
	const Elf64_Nhdr h = { .n_namesz = UINT32_MAX, .n_descsz = UINT32_MAX, .n_type = 3 };
	struct usdt_note note;
	size_t at = 0;

	begin();
	buf_put(&b, &h, sizeof(h));
	ck_assert(!usdt_next_note(b.data, b.len, &at, &note));
	at = 0;
	ck_assert(!usdt_next_note(b.data, 0, &at, &note));
}
END_TEST

START_TEST(instructions_begin)
{
	/* push rbp; mov rbp, rsp; sub rsp, 0x20; ret */
	static const uint8_t code[] = { 0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x20, 0xc3 };
	static const uint8_t damaged[] = { 0x55, 0x06, 0x06, 0x06, 0x06 };
	struct instruction_starts near;

	ck_assert_int_eq(instruction_check(code, sizeof(code), 0, &near), 0);
	ck_assert_int_eq(instruction_check(code, sizeof(code), 1, &near), 0);
	ck_assert_int_eq(instruction_check(code, sizeof(code), 4, &near), 0);
	ck_assert_int_eq(instruction_check(code, sizeof(code), 8, &near), 0);
	ck_assert_int_eq(instruction_check(code, sizeof(code), 6, &near), -EINVAL);
	ck_assert_uint_eq(near.before, 4);
	ck_assert_uint_eq(near.after, 8);
	ck_assert_int_eq(instruction_check(damaged, sizeof(damaged), 3, &near), -EILSEQ);
	ck_assert_uint_eq(near.before, 1);
	ck_assert_int_eq(instruction_check(code, 0, 3, &near), -EILSEQ);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("usdt");

	tcase_add_test(t, notes_are_read);
	tcase_add_test(t, damage_is_passed_over);
	tcase_add_test(t, sizes_are_bounded);
	tcase_add_test(t, instructions_begin);
	int failed = run_tests("usdt", t);
	buf_release(&b);
	return failed;
}
