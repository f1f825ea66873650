/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short forms of names; page.py asks the same of those of the page. */
#include "config.h"

#include "libexec/render/short-name.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void is_short(const char *name, size_t columns, const char *wanted)
{
	struct buf b = BUF_INIT(4096);

	short_name(&b, name, strlen(name), columns);
	buf_put_byte(&b, 0);
	ck_assert_int_eq(b.failed, 0);
	ck_assert_str_eq((char *)b.data, wanted);
	buf_release(&b);
}

START_TEST(test_widths)
{
	static const char name[] = "std::vector<int, std::allocator<int> >::push_back(int const&)";

	is_short(name, 61, name);
	is_short(name, 60, "std::vector<…>::push_back(…)");
	is_short(name, 28, "std::vector<…>::push_back(…)");
	is_short(name, 27, "vector<…>::push_back(…)");
	is_short(name, 22, "push_back(…)");
	is_short(name, 3, "push_back(…)");
}
END_TEST

START_TEST(test_shortest)
{
	static const char *const names[][2] = {
		{ "main", "main" },
		{ "[lib+0x1]", "[lib+0x1]" },
		{ "operator new(unsigned long)", "operator new(…)" },
		{ "bool v8::Y<int>::f<char>(int) [clone .isra.0]", "f<…>(…) [clone .isra.0]" },
		{ "a::(anonymous namespace)::Invoke(int)", "Invoke(…)" },
		{ "foo::bar(int) const", "bar(…) const" },
		{ "<alloc::vec::Vec<T> as core::ops::Drop>::drop", "drop" },
		{ "a::b::operator<<(int)", "operator<<(…)" },
		{ "bool std::operator< <char>(std::string<char> const&)", "operator< <…>(…)" },
		{ "std::less<int>::operator()(int, int) const", "operator()(…) const" },
		{ "S::operator std::vector<int>() const", "operator std::vector<…>() const" },
		{ "core::FnOnce::call_once{{vtable.shim}}", "call_once{{vtable.shim}}" },
		{ "my_operator::operator::f(int)", "f(…)" },
		{ "java/lang/String.hash", "java/lang/String.hash" },
		{ "cc1plus (10729)", "cc1plus" },
		{ "a<b::c", "a<b::c" }, { "f(", "f(" }, { "::", "::" }, { "<", "<" }, { "", "" },
		{ " (1)", "(1)" }, { "(1)", "(1)" }, { ")", ")" }, { "operator", "operator" }
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		is_short(names[i][0], 1, names[i][1]);
}
END_TEST

/* What is very long is left to the caller, whatever is in it. */
START_TEST(test_long)
{
	char name[3000];

	memset(name, '(', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	is_short(name, 10, name);
	name[2000] = 0;
	is_short(name, 10, name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("short name");
	TCase *tc = tcase_create("forms");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(tc, test_widths);
	tcase_add_test(tc, test_shortest);
	tcase_add_test(tc, test_long);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
