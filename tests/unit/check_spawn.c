/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of starting programs: descriptors, environment, signals, holding, failed exec. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/buf.h"
#include "lib/io.h"
#include "lib/spawn.h"
#include "tests/lib/run-tests.h"

static char *no_environment[] = { NULL };

/* Runs /bin/sh -c script as a helper; what it prints is put in text.  Its wait status. */
static int run_helper(const char *script, char *const *envp, const int *keep, size_t n_keep,
		      struct buf *text)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };
	int out[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC), status;
	struct rusage usage;
	struct child child;

	ck_assert_int_eq(pipe_cloexec(out), 0);
	struct spawn_request req = {
		.kind = SPAWN_HELPER, .path = "/bin/sh", .argv = argv, .envp = envp,
		.std = { null_fd, out[1], STDERR_FILENO }, .keep = keep, .n_keep = n_keep,
	};
	ck_assert_int_eq(spawn(&req, &child), 0);
	close(out[1]);
	ck_assert_int_eq(read_all(out[0], text), 0);
	ck_assert_int_eq(buf_put_byte(text, 0), 0);
	close(out[0]);
	close(null_fd);
	ck_assert_int_eq(spawn_reap(&child, true, &status, &usage), 1);
	ck_assert_int_eq(child.pid, 0);
	return status;
}

START_TEST(helper_status_and_environment)
{
	char *envp[] = { (char *)"LANG=C", (char *)"X=1", NULL };
	struct buf text = BUF_INIT(4096);
	int status;

	setenv("SECRET", "1", 1);
	status = run_helper("echo $LANG $X $SECRET; exit 9", envp, NULL, 0, &text);
	ck_assert_int_eq(WEXITSTATUS(status), 9);
	ck_assert_str_eq((char *)text.data, "C 1\n");
	buf_release(&text);
}
END_TEST

START_TEST(helper_descriptors)
{
	struct buf text = BUF_INIT(4096);
	char script[128];
	/* One that is not close-on-exec, as a caller may leave it, and one to be kept. */
	int leaked = dup(STDERR_FILENO), kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	snprintf(script, sizeof(script), "for i in 3 4 5 6 7 8 9 10 11 12 13 14 15; do "
		 "[ -e /proc/$$/fd/$i ] && echo $i; done; :");
	run_helper(script, no_environment, &kept, 1, &text);
	snprintf(script, sizeof(script), "%d\n", kept);
	ck_assert_str_eq((char *)text.data, script);
	buf_release(&text);
	close(leaked);
	close(kept);
}
END_TEST

START_TEST(helper_ignores_signals)
{
	struct buf text = BUF_INIT(4096);
	int status;

	/* It is ignored where a shell without job control put the tests into the background. */
	signal(SIGQUIT, SIG_DFL);
	status = run_helper("kill -INT $$; kill -HUP $$; kill -TERM $$; kill -XFSZ $$; "
			    "echo here; kill -QUIT $$",
			    no_environment, NULL, 0, &text);
	ck_assert_str_eq((char *)text.data, "here\n");
	ck_assert(WIFSIGNALED(status));
	buf_release(&text);
}
END_TEST

START_TEST(failed_exec)
{
	char *argv[] = { (char *)"x", NULL };
	struct child child;
	struct spawn_request req = {
		.kind = SPAWN_HELPER,
		.path = "/nonexistent/x",
		.argv = argv,
		.envp = no_environment,
		.std = { 2, 2, 2 },
	};

	ck_assert_int_eq(spawn(&req, &child), -ENOENT);
	ck_assert_int_eq(child.pid, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

static void hold(const char *path, const char *script, struct child *child)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };
	struct spawn_signals signals;
	struct spawn_request req = {
		.kind = SPAWN_COMMAND,
		.path = path,
		.argv = argv,
		.hold = true,
		.held_name = "held",
		.signals = &signals,
	};

	spawn_save_signals(&signals);
	ck_assert_int_eq(spawn(&req, child), 0);
}

START_TEST(held_command)
{
	struct child child;
	struct rusage usage;
	int status;

	hold("/bin/sh", "exit 5", &child);
	ck_assert_int_eq(spawn_reap(&child, false, &status, &usage), 0);
	ck_assert_int_eq(spawn_release(&child), 0);
	ck_assert_int_eq(spawn_reap(&child, true, &status, &usage), 1);
	ck_assert_int_eq(WEXITSTATUS(status), 5);
}
END_TEST

START_TEST(held_command_that_cannot_run)
{
	struct child child;

	hold("/dev/null", "", &child);
	ck_assert_int_eq(spawn_release(&child), -EACCES);
	ck_assert_int_eq(child.pid, 0);
}
END_TEST

START_TEST(cancelled_command)
{
	struct child child;

	hold("/bin/sh", "touch /nonexistent/x; kill -9 $PPID", &child);
	spawn_cancel(&child);
	ck_assert_int_eq(child.pid, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(command_signals_as_before)
{
	struct spawn_signals signals;
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)"kill -PIPE $$; exit 0", NULL };
	struct spawn_request req = {
		.kind = SPAWN_COMMAND, .path = "/bin/sh", .argv = argv, .signals = &signals,
	};
	struct child child;
	struct rusage usage;
	sigset_t set;
	int status;

	signal(SIGPIPE, SIG_DFL);
	spawn_save_signals(&signals);
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ck_assert_int_eq(spawn(&req, &child), 0);
	ck_assert_int_eq(spawn_reap(&child, true, &status, &usage), 1);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("spawn");

	tcase_add_test(t, helper_status_and_environment);
	tcase_add_test(t, helper_descriptors);
	tcase_add_test(t, helper_ignores_signals);
	tcase_add_test(t, failed_exec);
	tcase_add_test(t, held_command);
	tcase_add_test(t, held_command_that_cannot_run);
	tcase_add_test(t, cancelled_command);
	tcase_add_test(t, command_signals_as_before);
	return run_tests("spawn", t);
}
