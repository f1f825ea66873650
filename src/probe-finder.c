/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs probe-list. */
#include "config.h"

#include "probe-finder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper-args.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/spawn.h"

#define PROBE_LIST HELPER_DIR "/probe-list"

static int spawn_finder(const struct options *o, const struct command *command,
			const struct executables *files, bool list, int out, struct child *child)
{
	CLEANUP_CLOSE int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct args args = { .n = 0 }, env = { .n = 0 };
	struct spawn_request req = {
		.kind = SPAWN_HELPER,
		.path = PROBE_LIST,
		.std = { null_fd, out, STDERR_FILENO },
		.keep = files->fds,
		.n_keep = files->n,
	};
	int err;

	if (null_fd < 0)
		return -errno;
	args_for_probe_list(&args, o, command, files, list);
	args_environment(&env, false);
	/* Executables are looked for where the caller's shell looks. */
	if (getenv("PATH"))
		args_add(&env, "PATH=%s", getenv("PATH"));
	err = args.failed ? args.failed : env.failed;
	req.argv = args.list;
	req.envp = env.list;
	if (!err)
		err = spawn(&req, child);
	args_release(&args);
	args_release(&env);
	return err;
}

static int explain_end(int status)
{
	if (WIFSIGNALED(status))
		diag_error(_("the helper %s was killed by signal %d (%s)"), "probe-list",
			   WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		diag_error(_("the helper %s ended without finishing its work"), "probe-list");
	return EXIT_FAILED;
}

/* The whole answer, and how the helper ended.  0 or a negative errno. */
static int read_answer(struct probes *p, int fd, struct child *child, int *status)
{
	struct rusage usage;
	int r, err = read_all(fd, &p->text);

	r = spawn_reap(child, true, status, &usage);
	return err ? err : r < 0 ? r : 0;
}

int probe_finder_run(struct probes *p, const struct options *o, const struct command *command,
		     const struct executables *files, bool list)
{
	struct child child = CHILD_NONE;
	int fds[2], status = 0, err = pipe_cloexec(fds);

	p->text.max = PROBES_TEXT_MAX;
	if (!err) {
		err = spawn_finder(o, command, files, list, fds[1], &child);
		close(fds[1]);
	}
	if (err) {
		diag_error(_("cannot start the helper %s: %s"), PROBE_LIST, strerror(-err));
		return EXIT_FAILED;
	}
	err = read_answer(p, fds[0], &child, &status);
	close(fds[0]);
	if (!err && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE)
		return EXIT_USAGE;
	if (!err)
		err = probes_parse(p, files->fds, files->n);
	if (err == -EBADMSG || !WIFEXITED(status))
		return explain_end(status);
	if (err) {
		diag_error(_("cannot read what %s found: %s"), "probe-list", strerror(-err));
		return EXIT_FAILED;
	}
	return WEXITSTATUS(status) ? EXIT_FAILED : EXIT_OK;
}
