/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting programs: fork, the child's way to exec, reaping. */
#include "config.h"

#include "lib/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lib/buf.h"
#include "lib/caps.h"
#include "lib/io.h"

/* The largest environment that is given back to a command. */
#define ENVIRONMENT_MAX ((size_t)8 << 20)

/* close_range(2)'s flag, for a C library without it. */
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

void spawn_save_signals(struct spawn_signals *saved)
{
	sigprocmask(SIG_SETMASK, NULL, &saved->mask);
	sigaction(SIGPIPE, NULL, &saved->pipe);
	sigaction(SIGCHLD, NULL, &saved->child);
	sigaction(SIGXFSZ, NULL, &saved->file_size);
}

static int restore_signals(const struct spawn_signals *saved)
{
	if (sigaction(SIGPIPE, &saved->pipe, NULL) || sigaction(SIGCHLD, &saved->child, NULL) ||
	    sigaction(SIGXFSZ, &saved->file_size, NULL) ||
	    sigprocmask(SIG_SETMASK, &saved->mask, NULL))
		return -errno;
	return 0;
}

static int helper_signals(void)
{
	static const int ignored[] = { SIGINT, SIGHUP, SIGTERM, SIGPIPE, SIGXFSZ };
	sigset_t none;

	sigemptyset(&none);
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		if (signal(ignored[i], SIG_IGN) == SIG_ERR)
			return -errno;
	signal(SIGCHLD, SIG_DFL);
	return sigprocmask(SIG_SETMASK, &none, NULL) ? -errno : 0;
}

static int helper_descriptors(const struct spawn_request *req)
{
	for (int i = 0; i < 3; i++)
		if (req->std[i] != i && dup2(req->std[i], i) < 0)
			return -errno;
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -errno;
	for (size_t i = 0; i < req->n_keep; i++)
		if (fcntl(req->keep[i], F_SETFD, 0) < 0)
			return -errno;
	return 0;
}

static int prepare_helper(const struct spawn_request *req)
{
	int err = helper_signals();

	setpriority(PRIO_PROCESS, 0, req->nice);
	if (!err)
		err = helper_descriptors(req);
	if (!err)
		err = req->kind == SPAWN_PROFILER ? caps_child_profiling() : caps_child_none();
	return err;
}

static int prepare_command(const struct spawn_request *req)
{
	int err = caps_child_caller();

	if (!err)
		err = restore_signals(req->signals);
	if (!err && req->ignores_interrupts && signal(SIGINT, SIG_IGN) == SIG_ERR)
		err = -errno;
	if (!err && req->in && dup2(req->in, STDIN_FILENO) < 0)
		err = -errno;
	if (!err && req->descriptors && setrlimit(RLIMIT_NOFILE, req->descriptors) < 0)
		err = -errno;
	return err;
}

/* Makes an environment of NUL-terminated strings that lie one after the other. */
static char **environment_from(struct buf *b)
{
	size_t n = 0;
	char **envp;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\0';
	envp = calloc(n + 1, sizeof(*envp));
	if (!envp)
		return NULL;
	n = 0;
	for (size_t i = 0; i < b->len; i += strlen((char *)b->data + i) + 1)
		envp[n++] = (char *)b->data + i;
	return envp;
}

/*
 * In secure execution mode the C library has taken LD_LIBRARY_PATH and its like out of environ.
 * The original is still in this process's memory, and readable once the privileges are gone.
 * Neither is freed: exec follows.
 */
static char **caller_environment(void)
{
	struct buf b = BUF_INIT(ENVIRONMENT_MAX);
	char **envp = NULL;
	int fd;

	if (!caps_from_file())
		return environ;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return environ;
	if (!read_all(fd, &b) && (b.len == 0 || b.data[b.len - 1] == '\0' || !buf_put_byte(&b, 0)))
		envp = environment_from(&b);
	close(fd);
	return envp ? envp : environ;
}

/* Blocks until the parent says go; false when it never will. */
static bool wait_for_release(int fd)
{
	char go;

	return read_full(fd, &go, 1) == 1;
}

/* The child's two pipe ends. */
struct child_ends {
	int hold_fd, exec_fd;
};

static void NORETURN run_child(const struct spawn_request *req, const struct child_ends *ends)
{
	char **envp = (char **)req->envp;
	int err;

	if (req->kind == SPAWN_COMMAND) {
		err = prepare_command(req);
		if (!envp)
			envp = caller_environment();
	} else {
		err = prepare_helper(req);
	}
	if (req->hold && req->held_name)
		prctl(PR_SET_NAME, req->held_name, 0, 0, 0);
	if (!err && req->hold && !wait_for_release(ends->hold_fd))
		_exit(0);
	if (!err) {
		execvpe(req->path, req->argv, envp);
		err = -errno;
	}
	if (write_all(ends->exec_fd, &err, sizeof(err)) < 0) {
		/* The parent is gone: nobody to tell. */
	}
	_exit(127);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipe(int fds[2])
{
	close_fd(&fds[0]);
	close_fd(&fds[1]);
}

static void reap_for_good(struct child *child)
{
	int status;
	struct rusage usage;

	if (spawn_reap(child, true, &status, &usage) < 0)
		child->pid = 0;
}

/* The errno that a failed exec left in the pipe, or 0 when exec closed it. */
static int exec_result(struct child *child)
{
	int err = 0;
	ssize_t got = read_full(child->exec_fd, &err, sizeof(err));

	close_fd(&child->exec_fd);
	if (got != sizeof(err))
		return 0;
	reap_for_good(child);
	return err < 0 ? err : -EPROTO;
}

/* Forks with the pipes hold and tell already open; on success the parent's ends are the child's. */
static int fork_with_pipes(const struct spawn_request *req, int hold[2], int tell[2],
			   struct child *child)
{
	struct child_ends ends = { hold[0], tell[1] };
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close_fd(&hold[1]);
		close_fd(&tell[0]);
		run_child(req, &ends);
	}
	child->pid = pid;
	child->hold_fd = hold[1];
	child->exec_fd = tell[0];
	hold[1] = tell[0] = -1;
	return 0;
}

int spawn(const struct spawn_request *req, struct child *child)
{
	int hold[2] = { -1, -1 }, tell[2] = { -1, -1 };
	int err = 0;

	*child = CHILD_NONE;
	if (req->hold)
		err = pipe_cloexec(hold);
	if (!err)
		err = pipe_cloexec(tell);
	if (!err)
		err = fork_with_pipes(req, hold, tell, child);
	close_pipe(hold);
	close_pipe(tell);
	if (err || req->hold)
		return err;
	return exec_result(child);
}

int spawn_release(struct child *child)
{
	/* A failed write means that the child died while it was held; reaping tells how. */
	if (write_all(child->hold_fd, "g", 1) < 0) {
		close_fd(&child->exec_fd);
		close_fd(&child->hold_fd);
		return 0;
	}
	close_fd(&child->hold_fd);
	return exec_result(child);
}

void spawn_cancel(struct child *child)
{
	close_fd(&child->hold_fd);
	close_fd(&child->exec_fd);
	if (child->pid > 0)
		reap_for_good(child);
}

int spawn_reap(struct child *child, bool wait, int *status, struct rusage *usage)
{
	pid_t got;

	do
		got = wait4(child->pid, status, wait ? 0 : WNOHANG, usage);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	if (got == 0)
		return 0;
	child->pid = 0;
	close_fd(&child->hold_fd);
	close_fd(&child->exec_fd);
	return 1;
}
