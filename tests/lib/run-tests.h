/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a unit test's main. */
#pragma once

#include <check.h>

/* Run the tests as the suite `name`, and free them.  Returns main's status: 0 if all passed. */
static inline int run_tests(const char *name, TCase *tests)
{
	Suite *suite = suite_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
