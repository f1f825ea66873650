// SPDX-License-Identifier: GPL-2.0-or-later
/* Parts of the profile helper that need no kernel: globs, symbol tables, the stack table. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"

#include "../../libexec/profile/glob.h"
#include "../../libexec/profile/kallsyms.h"
#include "../../libexec/profile/known-mappings.h"
#include "../../libexec/profile/ksyms.h"
#include "../../libexec/profile/stack-table.h"
#include "tests/lib/run-tests.h"

static int matches(const char *pattern, const char *name)
{
	struct glob glob;

	ck_assert_int_eq(glob_compile(&glob, pattern), 0);
	return glob_matches(&glob, name);
}

START_TEST(glob_literals_and_wildcards)
{
	ck_assert(matches("bash", "bash"));
	ck_assert(!matches("bash", "bas"));
	ck_assert(!matches("bash", "bashx"));
	ck_assert(matches("kworker/*", "kworker/0:1H"));
	ck_assert(matches("*", ""));
	ck_assert(matches("", ""));
	ck_assert(!matches("", "x"));
	ck_assert(matches("*a*b*", "xxaxxbxx"));
	ck_assert(!matches("*a*b*", "xxbxxaxx"));
	ck_assert(matches("a?c", "abc"));
	ck_assert(!matches("a?c", "ac"));
	ck_assert(matches("**x", "x"));
	ck_assert(matches("\\*", "*"));
	ck_assert(!matches("\\*", "x"));
}
END_TEST

START_TEST(glob_brackets)
{
	ck_assert(matches("cpu[0-3]", "cpu2"));
	ck_assert(!matches("cpu[0-3]", "cpu4"));
	ck_assert(matches("[!a]b", "cb"));
	ck_assert(!matches("[^a]b", "ab"));
	ck_assert(matches("[]]", "]"));
	ck_assert(matches("[a-]", "-"));
	ck_assert(matches("[\303\244]x", "\303x"));
}
END_TEST

START_TEST(glob_malformed)
{
	char longest[GLOB_TOKENS_MAX + 2];
	struct glob glob;

	ck_assert_int_eq(glob_compile(&glob, "[abc"), -EINVAL);
	ck_assert_int_eq(glob_compile(&glob, "["), -EINVAL);
	ck_assert_int_eq(glob_compile(&glob, "[!"), -EINVAL);
	ck_assert_int_eq(glob_compile(&glob, "x\\"), -EINVAL);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[GLOB_TOKENS_MAX + 1] = '\0';
	ck_assert_int_eq(glob_compile(&glob, longest), -E2BIG);
	longest[GLOB_TOKENS_MAX] = '\0';
	ck_assert_int_eq(glob_compile(&glob, longest), 0);
	ck_assert(glob_matches(&glob, longest));
}
END_TEST

static void add_symbol(struct buf *b, uint64_t start, char type, const char *name,
		       const char *module)
{
	struct abi_symbol rec = {
		.start = start,
		.name_len = (uint16_t)(strlen(name) + 1),
		.module_len = (uint16_t)(strlen(module) + 1),
		.type = type,
	};

	ck_assert_int_eq(buf_put(b, &rec, sizeof(rec)), 0);
	buf_put(b, name, rec.name_len);
	buf_put(b, module, rec.module_len);
	buf_put_zeros(b, -b->len & 7);
}

START_TEST(symbols_are_found)
{
	struct buf b = BUF_INIT(65536);
	struct ksyms k = { 0 };
	struct ksym *sym;

	add_symbol(&b, 0x3000, 't', "third", "");
	add_symbol(&b, 0x1000, 'T', "_text", "");
	add_symbol(&b, 0x2000, 't', "second", "");
	add_symbol(&b, 0x4000, 'T', "_etext", "");
	add_symbol(&b, 0x900000, 't', "in_module", "ext4");
	ck_assert_int_eq(ksyms_take(&k, &b), 0);
	ck_assert_uint_eq(k.text_start, 0x1000);
	ck_assert_uint_eq(k.text_end, 0x4000);
	ck_assert_ptr_null(ksyms_find(&k, 0xfff));
	sym = ksyms_find(&k, 0x2fff);
	ck_assert_str_eq(k.text + sym->name, "second");
	ck_assert_uint_eq(ksyms_end(&k, sym), 0x3000);
	sym = ksyms_find(&k, 0x900010);
	ck_assert_str_eq(k.text + sym->module, "ext4");
	/* Nothing is known about what lies far beyond a module's last symbol. */
	ck_assert_ptr_null(ksyms_find(&k, 0x901000));
	ksyms_release(&k);
	buf_release(&b);
}
END_TEST

START_TEST(symbol_aliases)
{
	struct buf b = BUF_INIT(65536);
	struct ksyms k = { 0 };

	add_symbol(&b, 0x2000, 'T', "__ia32_sys_getppid", "");
	add_symbol(&b, 0x2000, 'T', "__x64_sys_getppid", "");
	add_symbol(&b, 0x1000, 'T', "first", "");
	add_symbol(&b, 0x1000, 't', "second", "");
	add_symbol(&b, 0x1000, 'W', "last", "");
	ck_assert_int_eq(ksyms_take(&k, &b), 0);
	ck_assert_uint_eq(k.n, 2);
	ck_assert_str_eq(k.text + ksyms_find(&k, 0x1000)->name, "last");
	ck_assert_str_eq(k.text + ksyms_find(&k, 0x2000)->name, "__x64_sys_getppid");
	ksyms_release(&k);
	buf_release(&b);
}
END_TEST

START_TEST(symbols_taken_again_keep_their_marks)
{
	struct buf b = BUF_INIT(65536);
	struct ksyms k = { 0 };

	add_symbol(&b, 0x1000, 't', "one", "");
	ck_assert_int_eq(ksyms_take(&k, &b), 0);
	ksyms_find(&k, 0x1000)->sent = true;
	add_symbol(&b, 0x1000, 't', "one", "");
	add_symbol(&b, 0x2000, 't', "two", "");
	ck_assert_int_eq(ksyms_take(&k, &b), 0);
	ck_assert(ksyms_find(&k, 0x1000)->sent);
	ck_assert(!ksyms_find(&k, 0x2000)->sent);
	ksyms_release(&k);
	buf_release(&b);
}
END_TEST

START_TEST(symbols_cut_short)
{
	struct buf whole = BUF_INIT(65536);

	add_symbol(&whole, 0x1000, 't', "some_name", "module");
	for (size_t len = 1; len < whole.len; len++) {
		struct buf b = BUF_INIT(65536);
		struct ksyms k = { 0 };

		buf_put(&b, whole.data, len);
		ck_assert_int_eq(ksyms_take(&k, &b), -EBADMSG);
		ck_assert_uint_eq(b.len, len);
		buf_release(&b);
	}
	buf_release(&whole);
}
END_TEST

START_TEST(stacks_by_hash)
{
	uint64_t frames[] = { 1, 2, 3 };
	struct stack one = { .n_kernel = 1, .n_user = 2, .gap = 1, .verdict = 4 };
	struct stack two = { .n_user = 3 };
	struct stack_table t = { 0 };
	const struct stack *s;
	bool is_new;

	ck_assert_int_eq(stack_table_add(&t, 7, 8, &one, frames, &is_new), 0);
	ck_assert(is_new);
	ck_assert_int_eq(stack_table_add(&t, 8, 7, &two, frames, &is_new), 1);
	ck_assert(is_new);
	ck_assert_int_eq(stack_table_add(&t, 7, 8, &one, frames, &is_new), 0);
	ck_assert(!is_new);
	ck_assert_uint_eq(t.n_frames, 6);
	s = stack_table_find(&t, 7, 8);
	ck_assert_uint_eq(s->n_kernel, 1);
	ck_assert_uint_eq(s->n_user, 2);
	ck_assert_uint_eq(s->verdict, 4);
	ck_assert_uint_eq(s->gap, 1);
	ck_assert_uint_eq(t.frames[s->first + 2], 3);
	ck_assert_ptr_null(stack_table_find(&t, 7, 7));
	stack_table_release(&t);
}
END_TEST

/* ---- symbols as text ---- */

START_TEST(symbols_from_text)
{
	static char text[] = "ffffffff81000000 T _text\n"
			     "ffffffff81000100 t tick_nohz_handler\n"
			     "ffffffff81000200 D some_data\n"
			     "0000000000000000 T hidden\n"
			     "not a symbol\n"
			     "ffffffffc0000000 t in_module\t[module]\n";
	FILE *f = fmemopen(text, sizeof(text) - 1, "r");
	struct buf records = BUF_INIT(4096);
	struct ksyms k = { 0 };
	struct ksym *sym;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(kallsyms_read(f, &records), 0);
	ck_assert_int_eq(ksyms_take(&k, &records), 0);
	ck_assert_uint_eq(k.n, 3);
	ck_assert_uint_eq(ksyms_address(&k, "tick_nohz_handler"), 0xffffffff81000100);
	ck_assert_uint_eq(ksyms_address(&k, "in_module"), 0);
	ck_assert_uint_eq(ksyms_address(&k, "some_data"), 0);
	sym = ksyms_find(&k, 0xffffffffc0000000);
	ck_assert_ptr_nonnull(sym);
	ck_assert_str_eq(k.text + sym->module, "module");
	ksyms_release(&k);
	buf_release(&records);
	fclose(f);
}
END_TEST

/* ---- mappings that are known ---- */

static struct abi_mapping mapping(uint64_t start, uint64_t end, uint64_t ino, uint64_t time_ns)
{
	return (struct abi_mapping){ .tgid = 1, .start = start, .end = end, .ino = ino,
				     .time_ns = time_ns };
}

/* When a listing says that the mapping is there since; 0: it was known. */
static uint64_t listed(struct known_mappings *k, uint64_t start, uint64_t end, uint64_t ino,
		       uint64_t now)
{
	struct abi_mapping m = mapping(start, end, ino, now);
	uint64_t since = 0;

	ck_assert_int_ge(known_list(known_get(k, 1), &m, &since), 0);
	return since;
}

START_TEST(mappings_are_listed)
{
	struct known_mappings k = { 0 };
	struct abi_mapping m = mapping(0x1000, 0x3000, 7, 10);

	known_get(&k, 1)->looked_ns = 10;
	ck_assert_int_eq(known_map(known_find(&k, 1), &m), 1);
	ck_assert_int_eq(known_map(known_find(&k, 1), &m), 0);
	ck_assert_uint_eq(listed(&k, 0x1000, 0x3000, 7, 20), 0);
	/* Any time since the last look; but where something else was, not before now. */
	ck_assert_uint_eq(listed(&k, 0x5000, 0x6000, 8, 20), 11);
	ck_assert_uint_eq(listed(&k, 0x2000, 0x4000, 9, 20), 20);
	known_end(known_find(&k, 1), 20);
	ck_assert(known_covers(known_find(&k, 1), 0x2000));
	ck_assert(!known_covers(known_find(&k, 1), 0x1fff));
	ck_assert(!known_covers(known_find(&k, 1), 0x4000));
	/* Once told that something was mapped, since then; what is not listed is gone. */
	known_find(&k, 1)->told_ns = 25;
	ck_assert_uint_eq(listed(&k, 0x8000, 0x9000, 8, 30), 25);
	known_end(known_find(&k, 1), 30);
	ck_assert(!known_covers(known_find(&k, 1), 0x5000));
	ck_assert(known_covers(known_find(&k, 1), 0x8fff));
	known_release(&k);
}
END_TEST

START_TEST(mappings_of_processes)
{
	struct known_mappings k = { 0 };
	struct abi_mapping m = mapping(0x1000, 0x3000, 7, 10);

	ck_assert_int_eq(known_map(known_get(&k, 1), &m), 1);
	ck_assert_int_eq(known_fork(&k, 3, 2, 20), 0);
	ck_assert_ptr_null(known_find(&k, 3));
	ck_assert_int_eq(known_fork(&k, 3, 1, 20), 0);
	ck_assert(known_covers(known_find(&k, 3), 0x1000));
	known_exec(known_find(&k, 3), 1, 30);
	ck_assert(!known_covers(known_find(&k, 3), 0x1000));
	ck_assert(known_covers(known_find(&k, 1), 0x1000));
	known_forget(&k, 1);
	ck_assert_ptr_null(known_find(&k, 1));
	ck_assert_ptr_nonnull(known_get(&k, 4));
	ck_assert_uint_eq(k.index.n, 2);
	known_release(&k);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("parts");

	tcase_add_test(tc, glob_literals_and_wildcards);
	tcase_add_test(tc, glob_brackets);
	tcase_add_test(tc, glob_malformed);
	tcase_add_test(tc, symbols_are_found);
	tcase_add_test(tc, symbol_aliases);
	tcase_add_test(tc, symbols_taken_again_keep_their_marks);
	tcase_add_test(tc, symbols_cut_short);
	tcase_add_test(tc, stacks_by_hash);
	tcase_add_test(tc, symbols_from_text);
	tcase_add_test(tc, mappings_are_listed);
	tcase_add_test(tc, mappings_of_processes);
	return run_tests("profile", tc);
}
