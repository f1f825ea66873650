/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs probe-list. */
#include "config.h"

#include "probe-finder.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper-answer.h"
#include "helper-args.h"
#include "lib/diag.h"
#include "lib/i18n.h"

#define PROBE_LIST HELPER_DIR "/probe-list"

static int ask(const struct options *o, const struct command *command,
	       const struct executables *files, bool list, struct buf *answer, int *status)
{
	struct args args = { .n = 0 }, env = { .n = 0 };
	struct spawn_request req = {
		.kind = SPAWN_HELPER,
		.path = PROBE_LIST,
		.std = { -1, -1, STDERR_FILENO },
		.keep = files->fds,
		.n_keep = files->n,
	};
	int err;

	args_for_probe_list(&args, o, command, files, list);
	args_environment(&env, false);
	/* Executables are looked for where the caller's shell looks. */
	if (getenv("PATH"))
		args_add(&env, "PATH=%s", getenv("PATH"));
	err = args.failed ? args.failed : env.failed;
	req.argv = args.list;
	req.envp = env.list;
	if (!err)
		err = helper_answer(&req, answer, status);
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

int probe_finder_run(struct probes *p, const struct options *o, const struct command *command,
		     const struct executables *files, bool list)
{
	int status = 0, err;

	p->text.max = PROBES_TEXT_MAX;
	err = ask(o, command, files, list, &p->text, &status);
	if (err) {
		diag_error(_("cannot run the helper %s: %s"), PROBE_LIST, strerror(-err));
		return EXIT_FAILED;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE)
		return EXIT_USAGE;
	err = probes_parse(p, files->fds, files->n);
	if (err == -EBADMSG || !WIFEXITED(status))
		return explain_end(status);
	if (err) {
		diag_error(_("cannot read what %s found: %s"), "probe-list", strerror(-err));
		return EXIT_FAILED;
	}
	return WEXITSTATUS(status) ? EXIT_FAILED : EXIT_OK;
}
