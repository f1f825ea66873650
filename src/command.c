/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profiled command. */
#include "config.h"

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/io.h"

/* What the C library searches when PATH is not set. */
#define DEFAULT_PATH "/bin:/usr/bin"
/* What the kernel reads of a file to find a script's interpreter (BINPRM_BUF_SIZE). */
#define SCRIPT_BYTES 256

static int check_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return eaccess(path, X_OK) < 0 ? -errno : 0;
}

/* Looks in one directory of PATH; an empty one is the current. */
static int find_in(struct command *c, const char *dir, size_t len, const char *name)
{
	int n = snprintf(c->path, sizeof(c->path), "%.*s/%s", len ? (int)len : 1, len ? dir : ".",
			 name);

	if (n < 0 || (size_t)n >= sizeof(c->path))
		return -ENAMETOOLONG;
	return check_executable(c->path);
}

static int search_path(struct command *c, const char *name)
{
	const char *dirs = getenv("PATH");
	int result = -ENOENT;

	for (dirs = dirs ? dirs : DEFAULT_PATH;; dirs++) {
		size_t len = strcspn(dirs, ":");
		int err = find_in(c, dirs, len, name);

		if (!err)
			return 0;
		if (err == -EACCES)
			result = err;
		dirs += len;
		if (!*dirs)
			return result;
	}
}

/* Cuts what follows "#!" in a script's first bytes down to the interpreter's path. */
static const char *interpreter(char *line)
{
	char *path = line + 2 + strspn(line + 2, " \t");

	path[strcspn(path, " \t\n")] = '\0';
	return path;
}

static void find_program(struct command *c)
{
	CLEANUP_CLOSE int fd = open(c->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char line[SCRIPT_BYTES + 1] = "";
	ssize_t n = fd < 0 ? 0 : read_full(fd, line, SCRIPT_BYTES);
	bool is_script = n > 2 && !memcmp(line, "#!", 2);

	if (!realpath(is_script ? interpreter(line) : c->path, c->program))
		c->program[0] = '\0';
}

static int find(struct command *c, char **argv)
{
	*c = (struct command){ .argv = argv, .child = CHILD_NONE };
	if (!argv[0][0])
		return -ENOENT;
	if (!strchr(argv[0], '/'))
		return search_path(c, argv[0]);
	if (strlen(argv[0]) >= sizeof(c->path))
		return -ENAMETOOLONG;
	strcpy(c->path, argv[0]);
	return check_executable(c->path);
}

int command_find(struct command *c, char **argv)
{
	int err = find(c, argv);

	if (!err)
		find_program(c);
	return err;
}

int command_hold(struct command *c, const struct spawn_signals *signals,
		 const struct rlimit *descriptors)
{
	const char *slash = strrchr(c->path, '/');
	struct spawn_request req = {
		.kind = SPAWN_COMMAND, .path = c->path, .argv = c->argv,
		.hold = true, .held_name = slash + 1, .signals = signals,
		.descriptors = descriptors,
	};

	return spawn(&req, &c->child);
}

int command_release(struct command *c)
{
	int err = spawn_release(&c->child);

	c->released = !err;
	return err;
}

void command_cancel(struct command *c)
{
	if (c->child.pid > 0 && !c->released)
		spawn_cancel(&c->child);
}

void command_reap(struct command *c, bool wait)
{
	struct rusage usage;
	int got;

	if (c->ended || c->child.pid <= 0)
		return;
	got = spawn_reap(&c->child, wait, &c->status, &usage);
	c->ended = got != 0;
	if (got < 0)
		c->child.pid = 0;
}

int command_kill(const struct command *c, int signal)
{
	if (c->ended || c->child.pid <= 0)
		return 0;
	return kill(c->child.pid, signal) < 0 ? -errno : 0;
}

int command_exit_status(const struct command *c)
{
	if (WIFSIGNALED(c->status))
		return 128 + WTERMSIG(c->status);
	return WIFEXITED(c->status) ? WEXITSTATUS(c->status) : 1;
}
