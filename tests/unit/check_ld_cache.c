/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of elf/ld-cache, with caches written by hand, and the one of this machine. */
#include "config.h"

#include "elf/ld-cache.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/io.h"
#include "tests/lib/run-tests.h"

#define LIBC6_X86_64 0x0303

static char path[] = "/tmp/check_ld_cache.XXXXXX";
static struct buf image;

static void put_u32(uint32_t v)
{
	buf_put(&image, &v, sizeof(v));
}

/* A header for n entries; the strings follow the entries. */
static void begin(uint32_t n)
{
	buf_release(&image);
	image = BUF_INIT(1 << 20);
	buf_put_str(&image, "glibc-ld.so.cache1.1");
	put_u32(n);
	buf_put_zeros(&image, 24);
}

static void put_entry(int32_t flags, uint32_t name, uint32_t where)
{
	put_u32((uint32_t)flags);
	put_u32(name);
	put_u32(where);
	buf_put_zeros(&image, 12);
}

/* Reads `n` bytes of the image as a cache. */
static int read_cut(struct ld_cache *c, size_t n)
{
	FILE *f = fopen(path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(image.data, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
	return ld_cache_read(c, path);
}

/* Two names, of which "a" has a variant for better CPUs and one of another machine. */
static void make(void)
{
	static const char strings[] =
		"a\0/lib/a\0/lib/glibc-hwcaps/x86-64-v9/a\0/lib32/a\0b\0/lib/b\0relative";
	const uint32_t s = 48 + 5 * 24;

	begin(5);
	put_entry(LIBC6_X86_64, s, s + 9);
	put_entry(3, s, s + 39);
	put_entry(LIBC6_X86_64, s, s + 2);
	put_entry(LIBC6_X86_64, s + 48, s + 50);
	put_entry(LIBC6_X86_64, s + 48, s + 57);
	buf_put(&image, strings, sizeof(strings));
}

START_TEST(names_have_files)
{
	struct ld_cache c;

	make();
	ck_assert_int_eq(read_cut(&c, image.len), 0);
	ck_assert_str_eq(ld_cache_find(&c, "a"), "/lib/a");
	ck_assert_str_eq(ld_cache_find(&c, "b"), "/lib/b");
	ck_assert_ptr_null(ld_cache_find(&c, "c"));
	ck_assert_ptr_null(ld_cache_find(&c, ""));
	ld_cache_release(&c);
}
END_TEST

START_TEST(the_older_format_may_come_first)
{
	struct buf old = BUF_INIT(1 << 20);
	struct ld_cache c;
	uint32_t n = 3;

	make();
	buf_put(&old, "ld.so-1.7.0", 12);
	buf_put(&old, &n, sizeof(n));
	buf_put_zeros(&old, 3 * 12);
	buf_put_zeros(&old, -old.len & 7);
	buf_put(&old, image.data, image.len);
	buf_release(&image);
	image = old;
	ck_assert_int_eq(read_cut(&c, image.len), 0);
	ck_assert_str_eq(ld_cache_find(&c, "b"), "/lib/b");
	ld_cache_release(&c);
}
END_TEST

START_TEST(every_cut_and_every_flipped_byte)
{
	struct ld_cache c;

	make();
	for (size_t n = 0; n < image.len; n++)
		if (!read_cut(&c, n)) {
			ld_cache_find(&c, "a");
			ld_cache_release(&c);
		}
	for (size_t i = 0; i < image.len; i++) {
		image.data[i] ^= 0xff;
		if (!read_cut(&c, image.len)) {
			ld_cache_find(&c, "a");
			ld_cache_release(&c);
		}
		image.data[i] ^= 0xff;
	}
}
END_TEST

START_TEST(what_is_no_cache)
{
	struct ld_cache c;

	begin(1000);
	ck_assert_int_eq(read_cut(&c, image.len), -EBADMSG);
	ck_assert_int_eq(ld_cache_read(&c, "/nowhere"), -ENOENT);
	ck_assert_int_eq(ld_cache_read(&c, "/dev/null"), -EBADMSG);
	ck_assert_int_eq(ld_cache_read(&c, "/etc/passwd"), -EBADMSG);
	ck_assert_uint_eq(c.n, 0);
}
END_TEST

START_TEST(the_cache_of_this_machine)
{
	struct ld_cache c;
	const char *libc;

	if (ld_cache_read(&c, LD_CACHE_PATH))
		return;
	libc = ld_cache_find(&c, "libc.so.6");
	ck_assert_ptr_nonnull(libc);
	ck_assert_int_eq(access(libc, R_OK), 0);
	ld_cache_release(&c);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("all");
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	tcase_add_test(t, names_have_files);
	tcase_add_test(t, the_older_format_may_come_first);
	tcase_add_test(t, every_cut_and_every_flipped_byte);
	tcase_add_test(t, what_is_no_cache);
	tcase_add_test(t, the_cache_of_this_machine);
	int failed = run_tests("ld-cache", t);
	unlink(path);
	return failed;
}
