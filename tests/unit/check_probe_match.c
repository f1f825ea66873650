/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of probe-list: which names a specification means. */
#include "config.h"

#include "libexec/probe-list/match.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libexec/probe-list/cxx-name.h"
#include "libexec/probe-list/glob.h"
#include "libexec/probe-list/lines.h"
#include "libexec/probe-list/near.h"
#include "libexec/probe-list/search.h"
#include "tests/lib/run-tests.h"

static bool matches_loosely(const char *text, const char *name, bool is_loose)
{
	struct complaint c = { 0 };
	struct matcher m;
	struct spec s;
	char spec[512];
	bool has, may;

	snprintf(spec, sizeof(spec), "uprobe:%s", text);
	ck_assert_int_eq(spec_parse(&s, 0, spec, &c), 0);
	ck_assert_int_eq(matcher_init(&m, &s, is_loose, &c), 0);
	has = matcher_test(&m, name);
	may = matcher_may_match(&m, name, strlen(name) + 1);
	matcher_release(&m);
	spec_release(&s);
	ck_assert_msg(may || !has, "%s: the quick test loses %s", text, name);
	return has;
}

#define YES(text, name) ck_assert_msg(matches_loosely(text, name, false), "%s: not %s", text, name)
#define NO(text, name) ck_assert_msg(!matches_loosely(text, name, false), "%s: %s", text, name)

START_TEST(plain_names)
{
	YES("malloc", "malloc");
	YES("memcpy", "memcpy@@GLIBC_2.14");
	YES("foo", "foo.part.0");
	YES("foo", "foo.constprop.0.isra.1");
	YES("foo", "foo.cold");
	YES("foo.cold", "foo.cold");
	NO("foo", "foo.bar");
	NO("foo", "foobar");
	NO("malloc", "mallo");
	NO("malloc", "__malloc");
	NO("compute", "_Z7computei");
	ck_assert(matches_loosely("compute", "_Z7computei", true));
	ck_assert(matches_loosely("compute", "_ZN2ns7computeEi", true));
	ck_assert(!matches_loosely("compute", "compute", true));
	ck_assert(!matches_loosely("compute", "_ZN7compute2goEi", true));
}
END_TEST

START_TEST(patterns)
{
	YES("pthread_*", "pthread_create");
	YES("pthread_*", "pthread_create@GLIBC_2.2.5");
	NO("pthread_*", "__pthread_create");
	YES("*::push_back", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	YES("std::*::push_back", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	NO("std::*::push_back", "_ZNSt6vectorIiSaIiEE8pop_backEv");
	YES("std::vector<int*>::push_ba?k*", "_ZNSt6vectorIPiSaIS0_EE9push_backERKS0_");
	YES("ns::com*", "_ZN2ns7computeEi");
	YES("/^sql_.*query/", "sql_run_query");
	NO("/^sql_.*query/", "my_sql_run_query");
	YES("/query/", "my_sql_run_query");
	YES("/^ns::compute/", "_ZN2ns7computeEi");
	YES("/compute$/", "_ZN2ns7computeEi");
	YES("/vector<int.*push_back/", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	YES("/^std::string::/", "_ZNSs6appendEv");
	YES("/(one|two)/", "stage_two");
	YES("/\\x6dem/", "memcpy");
	YES("/a?b*mem/", "mem");
	YES("/mem{0}x/", "mex");
	YES("/(?i)MALLOC/", "malloc");
	NO("/^mem/", "_ZN2ns7computeEi");
}
END_TEST

START_TEST(cxx_and_rust)
{
	YES("std::vector::push_back", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	YES("vector::push_back", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	YES("ns::compute(int)", "_ZN2ns7computeEi");
	NO("ns::compute(long)", "_ZN2ns7computeEi");
	NO("s::compute", "_ZN2ns7computeEi");
	NO("ns::comput", "_ZN2ns7computeEi");
	NO("std::vector::push", "_ZNSt6vectorIiSaIiEE9push_backERKi");
	/* Rust, by the older and the newer mangling */
	YES("prog::work", "_ZN4prog4work17h0123456789abcdefE");
	YES("work::inner", "_ZN4prog4work5inner17h0123456789abcdefE");
	YES("prog::work", "_RNvCs1234_4prog4work");
	NO("prog::work", "_ZN4prog4work5inner17h0123456789abcdefE");
}
END_TEST

#define CXX(pattern, name) \
	ck_assert_msg(cxx_name_matches(pattern, name), "%s: not %s", pattern, name)
#define NO_CXX(pattern, name) \
	ck_assert_msg(!cxx_name_matches(pattern, name), "%s: %s", pattern, name)

START_TEST(demangled_names)
{
	CXX("a::b", "a::b(int)");
	CXX("a::b", "a<int>::b<char>(int) const");
	CXX("a::b", "void a<x::y>::b<char>(int)");
	CXX("a<int>::b", "a<int>::b<char>(int)");
	CXX("a<x,y>::b", "a<x, y>::b()");
	NO_CXX("a<int>::b", "a<long>::b(int)");
	NO_CXX("a::b", "a::b(int)::{lambda(int)#1}::operator()(int) const");
	NO_CXX("a::b", "a::b::c()");
	NO_CXX("a::b", "x::y(a::b)");
	NO_CXX("a::b", "non-virtual thunk to a::b()");
	CXX("a::b", "a::b() [clone .part.0]");
	CXX("a::b", "a::b[abi:cxx11](int) const &");
	CXX("std::string::append", "std::__cxx11::string::append(char)");
	CXX("a::operator++", "a::operator++(int)");
	NO_CXX("a::operator+", "a::operator++(int)");
	CXX("a::operator()", "a::operator()(int) const");
	CXX("a::operator->", "a<int>::operator->() const");
	CXX("operator<<", "std::ostream& operator<< <char>(std::ostream&, char)");
	CXX("operator<", "bool operator< <int>(x const&, x const&)");
	CXX("a::operator bool", "a::operator bool() const");
	CXX("(anonymous namespace)::f", "ns::(anonymous namespace)::f(int)");
	CXX("f", "ns::(anonymous namespace)::f(int)");
	CXX("a::~a", "ns::a::~a()");
	CXX("Vec::push", "alloc::vec::Vec<T,A>::push");
	CXX("Foo::fmt", "<prog::Foo as core::fmt::Display>::fmt");
	CXX("Display::fmt", "<prog::Foo as core::fmt::Display>::fmt");
	CXX("Foo::new", "<prog::Foo>::new");
	CXX("prog::call", "prog::call::<u32>");
	NO_CXX("prog::call", "prog::call::{{closure}}");
	NO_CXX("a::b", "a<b<c");
	NO_CXX("a::b", "");
}
END_TEST

static const char *plain(const char *name)
{
	static char out[256];

	return cxx_name_plain(name, out, sizeof(out)) ? out : "(none)";
}

START_TEST(plain_forms)
{
	ck_assert_str_eq(plain("void a<int>::b<char>(int) const"), "a::b");
	ck_assert_str_eq(plain("a::operator()(int)"), "a::operator()");
	ck_assert_str_eq(plain("a::operator bool() const"), "a::operator bool");
	ck_assert_str_eq(plain("(anonymous namespace)::f()"), "(anonymous namespace)::f");
	ck_assert_str_eq(plain("a<b"), "(none)");
	ck_assert_str_eq(plain("malloc"), "malloc");
}
END_TEST

START_TEST(shell_patterns)
{
	ck_assert(glob_match("", ""));
	ck_assert(glob_match("*", ""));
	ck_assert(glob_match("a*b*c", "aXbYbc"));
	ck_assert(!glob_match("a*b*c", "aXbY"));
	ck_assert(glob_match("[a-c]?", "b1"));
	ck_assert(glob_match("[!a-c]", "d"));
	ck_assert(!glob_match("[^a-c]", "a"));
	ck_assert(glob_match("[]x]", "]"));
	ck_assert(glob_match("[a-]", "-"));
	ck_assert(glob_match("x[", "x["));
	ck_assert(glob_match("\\*", "*"));
	ck_assert(!glob_match("\\*", "a"));
	ck_assert(glob_match("[[:digit:]x]", "7"));
	ck_assert(!glob_match("[[:digit:]x]", "y"));
	ck_assert(!glob_match("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}
END_TEST

START_TEST(library_names)
{
	ck_assert(search_name_matches("/lib/libc.so.6", "libc"));
	ck_assert(search_name_matches("/lib/libc.so.6", "c"));
	ck_assert(search_name_matches("/lib/libc.so.6", "libc.so"));
	ck_assert(search_name_matches("/lib/libc.so.6", "libc.so.6"));
	ck_assert(search_name_matches("/lib/libc-2.31.so", "libc"));
	ck_assert(search_name_matches("/lib/libfoo.so", "foo"));
	ck_assert(search_name_matches("/lib/foo.so.1", "foo"));
	ck_assert(search_name_matches("/lib/libpython3.11.so.1.0", "libpython3.11"));
	ck_assert(search_name_matches("/usr/bin/foo", "foo"));
	ck_assert(search_name_matches("/usr/bin/python3.11", "python3"));
	ck_assert(search_name_matches("/usr/bin/gcc-12", "gcc"));
	ck_assert(!search_name_matches("/usr/bin/python3.11", "python"));
	ck_assert(!search_name_matches("/usr/bin/foo-bar", "foo"));
	ck_assert(!search_name_matches("/usr/bin/fo", "foo"));
	ck_assert(!search_name_matches("/lib/libcrypto.so.3", "libc"));
	ck_assert(!search_name_matches("/lib/libcap.so.2", "libc"));
	ck_assert(!search_name_matches("/lib/libc.so.6", "lib"));
	ck_assert(!search_name_matches("/lib/libc_malloc_debug.so", "libc"));
	ck_assert(!search_name_matches("/lib/libfoo-bar.so", "foo"));
	ck_assert(!search_name_matches("/lib/libc.so.6", "libc.so.60"));
	ck_assert(!search_name_matches("/lib/libc.source", "libc"));
}
END_TEST

START_TEST(source_names)
{
	ck_assert(lines_is_source("/src/main.c", "main.c"));
	ck_assert(lines_is_source("/src/main.c", "src/main.c"));
	ck_assert(lines_is_source("/src/main.c", "/src/main.c"));
	ck_assert(lines_is_source("main.c", "main.c"));
	ck_assert(!lines_is_source("/src/main.c", "ain.c"));
	ck_assert(!lines_is_source("/src/domain.c", "main.c"));
	ck_assert(!lines_is_source("c", "main.c"));
}
END_TEST

START_TEST(clones)
{
	size_t base;

	ck_assert_int_eq(clone_of("foo", &base), CLONE_NONE);
	ck_assert_int_eq(clone_of("foo.cold", &base), CLONE_COLD);
	ck_assert_uint_eq(base, 3);
	ck_assert_int_eq(clone_of("foo.part.0", &base), CLONE_PART);
	ck_assert_int_eq(clone_of("foo.isra.0.cold", &base), CLONE_COLD);
	ck_assert_uint_eq(base, 3);
	ck_assert_int_eq(clone_of("foo.constprop.0", &base), CLONE_WHOLE);
	ck_assert_int_eq(clone_of("foo.partial", &base), CLONE_NONE);
	ck_assert_int_eq(clone_of("main.main", &base), CLONE_NONE);
}
END_TEST

START_TEST(near_names)
{
	struct near n = { .wanted = "mallok" };
	char list[512];

	ck_assert_uint_eq(near_distance("malloc", "malloc", 3), 0);
	ck_assert_uint_eq(near_distance("malloc", "MALLOC", 3), 0);
	ck_assert_uint_eq(near_distance("malloc", "mlaloc", 3), 1);
	ck_assert_uint_eq(near_distance("malloc", "mallok", 3), 1);
	ck_assert_uint_eq(near_distance("malloc", "xyz", 2), 3);
	near_see(&n, "valloc");
	near_see(&n, "printf");
	near_see(&n, "malloc@GLIBC_2.2.5");
	near_see(&n, "malloc");
	near_see(&n, "calloc");
	near_see(&n, "salloc");
	near_list(&n, list, sizeof(list));
	ck_assert_str_eq(list, "malloc, valloc, calloc");
}
END_TEST

START_TEST(costly_expressions_end)
{
	struct complaint c = { 0 };
	char name[2048];
	struct matcher m;
	struct spec s;

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = 0;
	ck_assert_int_eq(spec_parse(&s, 0, "uprobe:/(a*)*(a*)*(a*)*$b/", &c), 0);
	ck_assert_int_eq(matcher_init(&m, &s, false, &c), 0);
	ck_assert(!matcher_test(&m, name));
	matcher_release(&m);
	spec_release(&s);
	ck_assert_int_eq(spec_parse(&s, 0, "uprobe:/[/", &c), 0);
	ck_assert_int_eq(matcher_init(&m, &s, false, &c), -EINVAL);
	ck_assert_msg(strstr(c.text, "invalid regular expression '['") != NULL, "%s", c.text);
	spec_release(&s);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("probe_match");

	tcase_add_test(t, plain_names);
	tcase_add_test(t, patterns);
	tcase_add_test(t, cxx_and_rust);
	tcase_add_test(t, demangled_names);
	tcase_add_test(t, plain_forms);
	tcase_add_test(t, shell_patterns);
	tcase_add_test(t, library_names);
	tcase_add_test(t, source_names);
	tcase_add_test(t, clones);
	tcase_add_test(t, near_names);
	tcase_add_test(t, costly_expressions_end);
	return run_tests("probe_match", t);
}
