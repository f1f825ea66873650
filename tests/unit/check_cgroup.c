/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of finding control groups, in a directory tree of our own. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cgroup.h"
#include "tests/lib/run-tests.h"

static char root[] = "/tmp/check-cgroup.XXXXXX";

static void make_directory(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void remove_directory(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	rmdir(path);
}

static const char *const tree[] = {
	"system.slice",
	"system.slice/ssh.service",
	"system.slice/ssh.service/ssh.servicex",
	"user.slice",
	"user.slice/app.scope",
	"user.slice/twice.service",
	"system.slice/twice.service",
};

static void setup(void)
{
	strcpy(root, "/tmp/check-cgroup.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_SIZE(tree); i++)
		make_directory(tree[i]);
}

static void teardown(void)
{
	for (size_t i = ARRAY_SIZE(tree); i > 0; i--)
		remove_directory(tree[i - 1]);
	rmdir(root);
}

static const struct {
	const char *unit, *path;
	size_t n;
} units[] = {
	{ "ssh", "/system.slice/ssh.service", 1 },
	{ "ssh.service", "/system.slice/ssh.service", 1 },
	{ "app.scope", "/user.slice/app.scope", 1 },
	{ "app", NULL, 0 },
	{ "ss", NULL, 0 },
	{ "twice", NULL, 2 },
};

START_TEST(unit)
{
	struct cgroup_matches m;

	ck_assert_int_eq(cgroup_find_unit(root, units[_i].unit, &m), 0);
	ck_assert_uint_eq(m.n, units[_i].n);
	if (units[_i].path)
		ck_assert_str_eq(m.paths[0], units[_i].path);
	cgroup_matches_release(&m);
}
END_TEST

START_TEST(path)
{
	char absolute[256];
	int fd;

	snprintf(absolute, sizeof(absolute), "%s/user.slice", root);
	fd = cgroup_open(root, absolute);
	ck_assert_int_ge(fd, 0);
	close(fd);
	fd = cgroup_open(root, "/user.slice/app.scope");
	ck_assert_int_ge(fd, 0);
	close(fd);
	fd = cgroup_open(root, "user.slice");
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(cgroup_open(root, "nothing"), -ENOENT);
}
END_TEST

START_TEST(mount_point)
{
	char file[256], found[CGROUP_PATH_MAX] = "unchanged";
	FILE *f;

	snprintf(file, sizeof(file), "%s/mounts", root);
	f = fopen(file, "w");
	ck_assert_ptr_nonnull(f);
	fputs("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n", f);
	fclose(f);
	ck_assert_int_eq(cgroup_mount_point(file, found), -ENOENT);
	ck_assert_str_eq(found, "unchanged");
	f = fopen(file, "a");
	ck_assert_ptr_nonnull(f);
	fputs("none /sys/fs/a\\040b cgroup2 rw 0 0\n", f);
	fclose(f);
	ck_assert_int_eq(cgroup_mount_point(file, found), 0);
	ck_assert_str_eq(found, "/sys/fs/a b");
	ck_assert_int_eq(cgroup_mount_point("/nonexistent", found), -ENOENT);
	remove(file);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("cgroup");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, unit, 0, (int)ARRAY_SIZE(units));
	tcase_add_test(t, path);
	tcase_add_test(t, mount_point);
	return run_tests("cgroup", t);
}
