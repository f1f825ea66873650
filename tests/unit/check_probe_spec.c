/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of probe-list's grammar. */
#include "config.h"

#include "libexec/probe-list/spec.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/run-tests.h"

static struct spec s;
static struct complaint c;

static char text[512];

static const char *or_none(const char *part)
{
	return part ? part : "-";
}

/* A parsed specification in one line: class, file, pattern, and what else it has. */
static const char *parsed(const char *spec)
{
	static const char *const classes[] = { "exact", "glob", "regex", "demangled", "line" };
	int n;

	c = (struct complaint){ 0 };
	if (spec_parse(&s, 3, spec, &c)) {
		snprintf(text, sizeof(text), "error: %.400s", c.text);
		return text;
	}
	ck_assert_uint_eq(s.number, 3);
	n = snprintf(text, sizeof(text), "%s %s %s", classes[s.class], or_none(s.file), s.pattern);
	if (s.group)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " group=%s", s.group);
	if (s.version)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " version=%s", s.version);
	if (s.has_offset)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " +%" PRIu64, s.offset);
	if (s.line)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " line %u:%u", s.line, s.column);
	if (s.is_return)
		snprintf(text + n, sizeof(text) - (size_t)n, " return");
	spec_release(&s);
	return text;
}

#define IS(spec, expected) ck_assert_str_eq(parsed(spec), expected)
#define FAILS(spec, part) do { \
	ck_assert_str_eq(strncmp(parsed(spec), "error: ", 7) ? text : "error", "error"); \
	ck_assert_msg(strstr(c.text, part) != NULL, "%s: %s", spec, c.text); \
	ck_assert_ptr_null(strchr(c.text, '\n')); \
} while (0)

START_TEST(functions)
{
	IS("uprobe:malloc", "exact - malloc");
	IS("uprobe:  malloc \n", "exact - malloc");
	IS("uprobe:ret:malloc", "exact - malloc return");
	IS("uretprobe:malloc", "exact - malloc return");
	IS("uretprobe:ret:malloc", "exact - malloc return");
	IS("uprobe:libc:malloc", "exact libc malloc");
	IS("uprobe:ret:libc:malloc", "exact libc malloc return");
	IS("uprobe:libc.so.6:malloc", "exact libc.so.6 malloc");
	IS("uprobe:/usr/lib/libc.so.6:malloc", "exact /usr/lib/libc.so.6 malloc");
	IS("uprobe:./build/prog:main", "exact ./build/prog main");
	IS("uprobe:memcpy@GLIBC_2.2.5", "exact - memcpy version=GLIBC_2.2.5");
	IS("uprobe:libc:memcpy@@GLIBC_2.14", "exact libc memcpy version=GLIBC_2.14");
	IS("uprobe:_ZN3foo3barEv", "exact - _ZN3foo3barEv");
	IS("uprobe:main.main", "exact - main.main");
	IS("uprobe:foo.part.0", "exact - foo.part.0");
}
END_TEST

START_TEST(offsets)
{
	IS("uprobe:malloc+0x10", "exact - malloc +16");
	IS("uprobe:malloc+0X1f", "exact - malloc +31");
	IS("uprobe:malloc+16", "exact - malloc +16");
	IS("uprobe:malloc+0", "exact - malloc +0");
	IS("uprobe:libc:malloc+16", "exact libc malloc +16");
	IS("uprobe:foo+99999999999", "exact - foo +99999999999");
	IS("uprobe:mem*+4", "glob - mem* +4");
	IS("uprobe:/^mem/+4", "regex - ^mem +4");
	IS("uprobe:a::b+4", "demangled - a::b +4");
	FAILS("uprobe:foo+", "no number after '+'");
	FAILS("uprobe:foo+bar", "'bar' is no number");
	FAILS("uprobe:foo+0x", "'0x' is no number");
	FAILS("uprobe:foo+-1", "no number");
	FAILS("uprobe:foo+99999999999999999999", "too large");
	FAILS("uprobe:foo+0x12345678901234567", "too large");
	FAILS("uprobe:+4", "no function stands before");
	FAILS("uprobe:ret:foo+4", "has no offset");
}
END_TEST

START_TEST(globs)
{
	IS("uprobe:pthread_*", "glob - pthread_*");
	IS("uprobe:libc:mem[cs]*", "glob libc mem[cs]*");
	IS("uprobe:mem???", "glob - mem???");
	IS("uprobe:mem[[:alpha:]]*", "glob - mem[[:alpha:]]*");
	IS("uprobe:std::*::push_back", "glob - std::*::push_back");
	IS("uprobe:libfoo:std::*::push_back", "glob libfoo std::*::push_back");
	IS("uprobe:*", "glob - *");
	IS("uprobe:libc:*", "glob libc *");
}
END_TEST

START_TEST(regexes)
{
	IS("uprobe:/^sql_.*query/", "regex - ^sql_.*query");
	IS("uprobe:/a:b/", "regex - a:b");
	IS("uprobe:/std::x/", "regex - std::x");
	IS("uprobe:/a+/", "regex - a+");
	IS("uprobe:libc:/^mem/", "regex libc ^mem");
	IS("uprobe:libc:/a:b/", "regex libc a:b");
	IS("uprobe:/usr/lib/libc.so.6:/^mem/", "regex /usr/lib/libc.so.6 ^mem");
	IS("uprobe:ret:/^mem/", "regex - ^mem return");
	IS("uprobe:/[/", "regex - [");
	IS("uprobe:/a\\/b/", "regex - a\\/b");
	IS("uprobe:/x:42/", "regex - x:42");
	FAILS("uprobe://", "is empty");
	FAILS("uprobe:libc://", "is empty");
	FAILS("uprobe:libc:/mem", "no '/' at its end");
	FAILS("uprobe:/", "path without a function");
	FAILS("uprobe:/usr/lib/libfoo.so", "path without a function");
	FAILS("uprobe:/mem/+x", "no number");
}
END_TEST

START_TEST(demangled_names)
{
	IS("uprobe:std::vector::push_back", "demangled - std::vector::push_back");
	IS("uprobe:libfoo:a::b::c", "demangled libfoo a::b::c");
	IS("uprobe:/opt/prog:a::b", "demangled /opt/prog a::b");
	IS("uprobe:std::vector<int*>::push_back", "demangled - std::vector<int*>::push_back");
	IS("uprobe:f(char*, int)", "demangled - f(char*, int)");
	IS("uprobe:(anonymous namespace)::f", "demangled - (anonymous namespace)::f");
	IS("uprobe:Foo::~Foo", "demangled - Foo::~Foo");
	IS("uprobe:foo[abi:cxx11](int)", "demangled - foo[abi:cxx11](int)");
	IS("uprobe:libx:A::foo[abi:cxx11]", "demangled libx A::foo[abi:cxx11]");
}
END_TEST

START_TEST(operators)
{
	IS("uprobe:operator++", "demangled - operator++");
	IS("uprobe:operator+", "demangled - operator+");
	IS("uprobe:It::operator++", "demangled - It::operator++");
	IS("uprobe:It::operator+=", "demangled - It::operator+=");
	IS("uprobe:It::operator+(int)", "demangled - It::operator+(int)");
	IS("uprobe:It::operator++(int)", "demangled - It::operator++(int)");
	IS("uprobe:It::operator()", "demangled - It::operator()");
	IS("uprobe:It::operator*", "demangled - It::operator*");
	IS("uprobe:It::operator[]", "demangled - It::operator[]");
	IS("uprobe:It::operator->", "demangled - It::operator->");
	IS("uprobe:operator new[]", "demangled - operator new[]");
	IS("uprobe:It::operator+++4", "demangled - It::operator++ +4");
	IS("uprobe:It::operator+4", "demangled - It::operator+4");
	IS("uprobe:It::operator()+4", "demangled - It::operator() +4");
	IS("uprobe:my_operator+4", "exact - my_operator +4");
	IS("uprobe:operators*", "glob - operators*");
}
END_TEST

START_TEST(lines)
{
	IS("uprobe:main.c:42", "line - main.c line 42:0");
	IS("uprobe:main.c:42:7", "line - main.c line 42:7");
	IS("uprobe:dir/main.c:42", "line - dir/main.c line 42:0");
	IS("uprobe:./main.c:42", "line - main.c line 42:0");
	IS("uprobe:lib.rs:1", "line - lib.rs line 1:0");
	IS("uprobe:Makefile.inc:3", "line - Makefile.inc line 3:0");
	IS("uprobe:libfoo:main.c:42", "line libfoo main.c line 42:0");
	IS("uprobe:libfoo:dir/main.c:42:7", "line libfoo dir/main.c line 42:7");
	IS("uprobe:/usr/bin/prog:main.c:42", "line /usr/bin/prog main.c line 42:0");
	IS("uprobe:/src/main.c:42", "line - /src/main.c line 42:0");
	IS("uprobe:/usr/bin/prog:/src/main.c:42", "line /usr/bin/prog /src/main.c line 42:0");
	FAILS("uprobe:main.c:4294967296", "no line or column 4294967296");
	FAILS("uprobe:main.c:0", "no line or column 0");
	FAILS("uprobe:main.c:1:0", "no line or column 0");
	FAILS("uprobe:main.c:99999999999999999999999", "no line or column");
	FAILS("uprobe:ret:main.c:42", "does not return");
	FAILS("uprobe::42", "");
	FAILS("uprobe:a:b:c:42", "unexpected ':'");
}
END_TEST

START_TEST(nonsense)
{
	FAILS("uprobe:", "is empty");
	FAILS("uprobe:   ", "is empty");
	FAILS("uprobe::", "nothing stands before ':'");
	FAILS("uprobe:ret:", "no function is named");
	FAILS("uprobe:libc:", "no function stands after");
	FAILS("uprobe::malloc", "nothing stands before ':'");
	FAILS("uprobe:a:b:c", "unexpected ':'");
	FAILS("uprobe:libc:ret:malloc", "unexpected ':'");
	FAILS("nonsense:foo", "no kind of probe");
	FAILS("", "no kind of probe");
}
END_TEST

START_TEST(long_texts)
{
	char spec[SPEC_TEXT_MAX + 64] = "uprobe:";

	memset(spec + 7, 'a', SPEC_TEXT_MAX);
	ck_assert_int_eq(spec_parse(&s, 0, spec, &c), 0);
	spec_release(&s);
	memset(spec + 7, 'a', SPEC_TEXT_MAX + 1);
	FAILS(spec, "longer than");
	memset(spec + 7, ':', 10240);
	spec[7 + 10240] = 0;
	ck_assert_int_eq(spec_parse(&s, 0, spec, &c), 0);
	spec_release(&s);
}
END_TEST

START_TEST(kernel)
{
	IS("kprobe:vfs_read", "exact - vfs_read");
	IS("kretprobe:vfs_read", "exact - vfs_read return");
	IS("kprobe:vfs_*", "glob - vfs_*");
	IS("kprobe:/^vfs_/", "regex - ^vfs_");
	IS("kprobe:vfs_read+0x10", "exact - vfs_read +16");
	IS("kprobe:ext4:ext4_*", "glob ext4 ext4_*");
	FAILS("kretprobe:vfs_read+4", "has no offset");
	IS("tracepoint:sched:sched_switch", "glob - sched_switch group=sched");
	IS("tracepoint:*:*exec*", "glob - *exec* group=*");
	IS("tracepoint:sched_switch", "glob - sched_switch");
	FAILS("tracepoint:sched:", "is empty");
	FAILS("tracepoint::x", "is empty");
	FAILS("tracepoint::", "is empty");
	FAILS("tracepoint:a:b:c", "unexpected ':'");
}
END_TEST

START_TEST(usdt)
{
	IS("usdt:libc:setjmp", "glob - setjmp group=libc");
	IS("usdt:*:gc__*", "glob - gc__* group=*");
	IS("usdt:gc__start", "glob - gc__start");
	IS("usdt:libpython3.11:python:gc__start", "glob libpython3.11 gc__start group=python");
	IS("usdt:/bin/python3:python:gc__start", "glob /bin/python3 gc__start group=python");
	IS("usdt:/usr/bin/python3:gc__start", "glob /usr/bin/python3 gc__start");
	FAILS("usdt:a::b", "is empty");
	FAILS("usdt:a:b:", "is empty");
	FAILS("usdt::a:b", "is empty");
	FAILS("usdt:", "is empty");
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("probe_spec");

	tcase_add_test(t, functions);
	tcase_add_test(t, offsets);
	tcase_add_test(t, globs);
	tcase_add_test(t, regexes);
	tcase_add_test(t, demangled_names);
	tcase_add_test(t, operators);
	tcase_add_test(t, lines);
	tcase_add_test(t, nonsense);
	tcase_add_test(t, long_texts);
	tcase_add_test(t, kernel);
	tcase_add_test(t, usdt);
	return run_tests("probe_spec", t);
}
