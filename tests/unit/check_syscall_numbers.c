/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of the numbers of system calls by the names of their tracepoints. */
#include "config.h"

#include <check.h>
#include <sys/syscall.h>

#include "libexec/profile/syscall-numbers.h"
#include "tests/lib/run-tests.h"

START_TEST(usual_names)
{
	ck_assert_int_eq(syscall_number("read"), SYS_read);
	ck_assert_int_eq(syscall_number("openat"), SYS_openat);
	ck_assert_int_eq(syscall_number("exit_group"), SYS_exit_group);
}
END_TEST

START_TEST(names_of_the_kernels_functions)
{
	ck_assert_int_eq(syscall_number("newstat"), SYS_stat);
	ck_assert_int_eq(syscall_number("newfstat"), SYS_fstat);
	ck_assert_int_eq(syscall_number("newlstat"), SYS_lstat);
	ck_assert_int_eq(syscall_number("newuname"), SYS_uname);
	ck_assert_int_eq(syscall_number("sendfile64"), SYS_sendfile);
	ck_assert_int_eq(syscall_number("umount"), SYS_umount2);
}
END_TEST

START_TEST(no_calls)
{
	ck_assert_int_eq(syscall_number(""), -1);
	ck_assert_int_eq(syscall_number("rea"), -1);
	ck_assert_int_eq(syscall_number("reads"), -1);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("syscall-numbers");

	tcase_add_test(t, usual_names);
	tcase_add_test(t, names_of_the_kernels_functions);
	tcase_add_test(t, no_calls);
	return run_tests("syscall-numbers", t);
}
