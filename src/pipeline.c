/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helpers of a run: started in order, watched, reaped. */
#include "config.h"

#include "pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "helper-args.h"
#include "lib/caps.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "output-format.h"

static const char *const names[HELPERS] = {
	[HELPER_RENDER] = "render",
	[HELPER_SYMBOLIZE] = "symbolize",
	[HELPER_PROFILE] = "profile",
	[HELPER_KSYMS] = "profile",
};

void pipeline_init(struct pipeline *p)
{
	memset(p, 0, sizeof(*p));
	p->control_fd = -1;
	for (int i = 0; i < HELPERS; i++) {
		p->helpers[i].name = names[i];
		p->helpers[i].child = CHILD_NONE;
		p->helpers[i].status_fd = -1;
	}
}

/* How one helper is started; descriptors are -1 where it gets /dev/null or none. */
struct start {
	enum helper_id id;
	int in, out;
	bool no_stderr;
	const int *keep;
	size_t n_keep;
	struct args args;        /* argv[0] first */
};

static int report_start(const char *path, int err)
{
	diag_error(_("cannot start the helper %s: %s"), path, strerror(-err));
	if (err == -EACCES || err == -EPERM) {
		diag_hint(_("ask an administrator to make you a member of the file's group"));
		return EXIT_NOT_PERMITTED;
	}
	if (err == -ENOENT)
		diag_hint(_("profile-bee is not installed completely"));
	return EXIT_FAILED;
}

static int spawn_helper(struct helper *h, struct start *s, const char *path, int null_fd)
{
	struct args env = { .n = 0 };
	struct spawn_request req = {
		.kind = s->id == HELPER_PROFILE || s->id == HELPER_KSYMS ? SPAWN_PROFILER
									 : SPAWN_HELPER,
		.path = path,
		.std = { s->in < 0 ? null_fd : s->in, s->out < 0 ? null_fd : s->out,
			 s->no_stderr ? null_fd : STDERR_FILENO },
		.keep = s->keep,
		.n_keep = s->n_keep,
	};
	int err;

	args_environment(&env, s->id == HELPER_SYMBOLIZE);
	err = s->args.failed ? s->args.failed : env.failed;
	req.argv = s->args.list;
	req.envp = env.list;
	if (!err)
		err = spawn(&req, &h->child);
	args_release(&env);
	return err;
}

/* keep with the status descriptor at its end */
static int *with_status_fd(const struct start *s, int status_fd)
{
	int *keep = calloc(s->n_keep + 1, sizeof(*keep));

	if (!keep)
		return NULL;
	if (s->n_keep)
		memcpy(keep, s->keep, s->n_keep * sizeof(*keep));
	keep[s->n_keep] = status_fd;
	return keep;
}

/* Takes s->args over. */
static int start_helper(struct pipeline *p, struct start *s)
{
	struct helper *h = &p->helpers[s->id];
	CLEANUP_CLOSE int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE int *keep = NULL;
	int status[2] = { -1, -1 };
	int err = null_fd < 0 ? -errno : pipe_cloexec(status);

	if (!err && asprintf(&path, "%s/%s", HELPER_DIR, h->name) < 0) {
		path = NULL;
		err = -ENOMEM;
	}
	keep = with_status_fd(s, status[1]);
	if (!err && !keep)
		err = -ENOMEM;
	if (!err) {
		args_add(&s->args, "--status-fd=%d", status[1]);
		s->keep = keep;
		s->n_keep++;
		err = spawn_helper(h, s, path, null_fd);
	}
	if (status[1] >= 0)
		close(status[1]);
	if (err && status[0] >= 0)
		close(status[0]);
	else
		h->status_fd = status[0];
	args_release(&s->args);
	h->started = !err;
	return err ? report_start(path ? path : h->name, err) : EXIT_OK;
}

static struct start start_of(enum helper_id id, int in, int out)
{
	struct start s = { .id = id, .in = in, .out = out };

	args_add(&s.args, "%s", names[id]);
	return s;
}

static int start_render(struct pipeline *p, const struct options *o, const struct acquired *a,
			int in)
{
	struct start s = start_of(HELPER_RENDER, in, -1);
	int fds[OUTPUTS_MAX];

	for (size_t i = 0; i < a->outputs.n; i++)
		if (output_format_name(a->outputs.list[i].request->format))
			fds[s.n_keep++] = a->outputs.list[i].fd;
	s.keep = fds;
	args_for_render(&s.args, o, a);
	return start_helper(p, &s);
}

static int start_symbolize(struct pipeline *p, const struct acquired *a, int in, int out,
			   int kallsyms_fd)
{
	struct start s = start_of(HELPER_SYMBOLIZE, in, out);
	size_t n = a->executables.n;
	CLEANUP_FREE int *fds = calloc(n + 1, sizeof(*fds));

	if (!fds) {
		args_release(&s.args);
		return report_start(names[HELPER_SYMBOLIZE], -ENOMEM);
	}
	memcpy(fds, a->executables.fds, n * sizeof(*fds));
	if (kallsyms_fd >= 0)
		fds[n++] = kallsyms_fd;
	s.keep = fds;
	s.n_keep = n;
	args_for_symbolize(&s.args, a, kallsyms_fd);
	return start_helper(p, &s);
}

static int start_profile(struct pipeline *p, const struct options *o, const struct acquired *a,
			 pid_t command_pid, int in, int out)
{
	struct start s = start_of(HELPER_PROFILE, in, out);
	const pid_t own[] = {
		getpid(),
		p->helpers[HELPER_SYMBOLIZE].child.pid,
		p->helpers[HELPER_RENDER].child.pid,
	};
	int fds[OUTPUTS_MAX + 1];

	for (size_t i = 0; i < a->outputs.n; i++)
		if (a->outputs.list[i].request->format == FORMAT_PERF_DATA)
			fds[s.n_keep++] = a->outputs.list[i].fd;
	if (a->cgroup_fd >= 0)
		fds[s.n_keep++] = a->cgroup_fd;
	s.keep = fds;
	args_for_profile(&s.args, o, a, command_pid, own, ARRAY_SIZE(own));
	return start_helper(p, &s);
}

static int start_kernel_symbols(struct pipeline *p, int out)
{
	struct start s = start_of(HELPER_KSYMS, -1, out);

	/* symbolize may not need all of it, or none: a broken pipe is no fault here. */
	s.no_stderr = true;
	p->helpers[HELPER_KSYMS].quiet = true;
	args_add(&s.args, "--kernel-symbols");
	return start_helper(p, &s);
}

/* ---- the pipes ---- */

struct pipes {
	int control[2], data[2], stacks[2], kallsyms[2];
};

static void close_pipe_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipes(struct pipes *f)
{
	int *all[] = { f->control, f->data, f->stacks, f->kallsyms };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		close_pipe_end(&all[i][0]);
		close_pipe_end(&all[i][1]);
	}
}

static int open_pipes(struct pipes *f)
{
	int err;

	*f = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
	err = pipe_cloexec(f->control);
	if (!err)
		err = pipe_cloexec(f->data);
	if (!err)
		err = pipe_cloexec(f->stacks);
	if (!err)
		err = pipe_cloexec(f->kallsyms);
	if (!err)
		return EXIT_OK;
	diag_error(_("cannot make a pipe: %s"), strerror(-err));
	return EXIT_FAILED;
}

static int drop(int (*drop_privileges)(void))
{
	int err = drop_privileges();

	if (err)
		diag_error(_("cannot drop privileges: %s"), strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

static int start_for_input(struct pipeline *p, const struct options *o, const struct acquired *a,
			   struct pipes *f)
{
	bool kernel = caps_can_profile();
	int status = start_render(p, o, a, f->stacks[0]);

	if (!status)
		status = start_symbolize(p, a, a->input_fd, f->stacks[1],
					 kernel ? f->kallsyms[0] : -1);
	/* Without names of the kernel's functions the rest is still worth having. */
	if (!status && kernel)
		start_kernel_symbols(p, f->kallsyms[1]);
	return status;
}

static int start_for_sampling(struct pipeline *p, const struct options *o, const struct acquired *a,
			      pid_t command_pid, struct pipes *f)
{
	bool names_wanted = options_wants_names(o);
	int status = EXIT_OK;

	if (names_wanted)
		status = start_render(p, o, a, f->stacks[0]);
	if (!status && names_wanted)
		status = start_symbolize(p, a, f->data[0], f->stacks[1], -1);
	if (!status)
		status = start_profile(p, o, a, command_pid, f->control[0],
				       names_wanted ? f->data[1] : -1);
	if (!status) {
		p->control_fd = f->control[1];
		f->control[1] = -1;
	}
	return status;
}

int pipeline_start(struct pipeline *p, const struct options *o, const struct acquired *a,
		   pid_t command_pid)
{
	struct pipes f;
	int status = open_pipes(&f);

	if (!status)
		status = drop(caps_keep_profiling);
	if (!status && o->input)
		status = start_for_input(p, o, a, &f);
	else if (!status)
		status = start_for_sampling(p, o, a, command_pid, &f);
	close_pipes(&f);
	if (!status)
		status = drop(caps_drop_all);
	return status;
}

void pipeline_stop(struct pipeline *p)
{
	close_pipe_end(&p->control_fd);
}

bool pipeline_read_status(struct helper *h)
{
	char bytes[4096];
	ssize_t n = read(h->status_fd, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return true;
	if (n > 0 && !helper_facts_feed(&h->facts, bytes, (size_t)n))
		return true;
	close_pipe_end(&h->status_fd);
	return false;
}

int pipeline_reap(struct pipeline *p)
{
	int running = 0;

	for (struct helper *h = p->helpers; h < p->helpers + HELPERS; h++) {
		int got;

		if (!h->started || h->ended)
			continue;
		got = spawn_reap(&h->child, false, &h->status, &h->usage);
		h->ended = got != 0;
		running += !h->ended;
	}
	return running;
}

void pipeline_kill(struct pipeline *p)
{
	for (struct helper *h = p->helpers; h < p->helpers + HELPERS; h++)
		if (h->started && !h->ended)
			kill(h->child.pid, SIGKILL);
}

void pipeline_release(struct pipeline *p)
{
	pipeline_stop(p);
	for (struct helper *h = p->helpers; h < p->helpers + HELPERS; h++) {
		if (h->started && !h->ended) {
			h->ended = true;
			if (spawn_reap(&h->child, true, &h->status, &h->usage) < 0)
				h->child.pid = 0;
		}
		close_pipe_end(&h->status_fd);
		helper_facts_release(&h->facts);
	}
}

bool helper_succeeded(const struct helper *h)
{
	return h->ended && WIFEXITED(h->status) && WEXITSTATUS(h->status) == 0;
}
