/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helpers of a run: started in order, watched, reaped. */
#include "config.h"

#include "pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "helper-args.h"
#include "lib/caps.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "output-format.h"
#include "permission.h"
#include "pipes.h"

/*
 * Among hundreds of runnable processes profile otherwise follows mappings so late that stacks are
 * cut, and the kernel loses its events.
 */
#define PROFILER_NICE (-10)

#define PROGRAM(name) { name, HELPER_DIR "/" name }
static const struct {
	const char *name, *path;
} programs[HELPERS] = {
	[HELPER_RENDER] = PROGRAM("render"),
	[HELPER_SYMBOLIZE] = PROGRAM("symbolize"),
	[HELPER_PROFILE] = PROGRAM("profile"),
	[HELPER_KSYMS] = PROGRAM("profile"),
	[HELPER_SYMBOLIZE_BEFORE] = PROGRAM("symbolize"),
	[HELPER_KSYMS_BEFORE] = PROGRAM("profile"),
	[HELPER_BUILDER ... HELPERS - 1] = PROGRAM("unwind-table-builder"),
};

void pipeline_init(struct pipeline *p)
{
	memset(p, 0, sizeof(*p));
	p->control_fd = -1;
	for (int i = 0; i < HELPERS; i++) {
		p->helpers[i].name = programs[i].name;
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

static int report_start(enum helper_id id, int err)
{
	diag_error(_("cannot start the helper %s: %s"), programs[id].path, strerror(-err));
	if (err == -EACCES || err == -EPERM)
		return EXIT_NOT_PERMITTED;
	if (err == -ENOENT)
		diag_hint(_("profile-bee is not installed completely"));
	return EXIT_FAILED;
}

static bool is_profiler(enum helper_id id)
{
	return id == HELPER_PROFILE || id == HELPER_KSYMS || id == HELPER_KSYMS_BEFORE;
}

static bool is_symbolizer(enum helper_id id)
{
	return id == HELPER_SYMBOLIZE || id == HELPER_SYMBOLIZE_BEFORE;
}

static int spawn_helper(struct helper *h, struct start *s, int null_fd, int nice)
{
	struct args env = { .n = 0 };
	struct spawn_request req = {
		.kind = is_profiler(s->id) ? SPAWN_PROFILER : SPAWN_HELPER,
		.path = programs[s->id].path,
		.std = { s->in < 0 ? null_fd : s->in, s->out < 0 ? null_fd : s->out,
			 s->no_stderr ? null_fd : STDERR_FILENO },
		.nice = s->id == HELPER_PROFILE ? getpriority(PRIO_PROCESS, 0) : nice,
		.keep = s->keep,
		.n_keep = s->n_keep,
	};
	int err;

	args_environment(&env, is_symbolizer(s->id));
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

/* Takes s->args over.  0 or a negative errno. */
static int launch(struct pipeline *p, struct start *s)
{
	struct helper *h = &p->helpers[s->id];
	CLEANUP_CLOSE int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CLEANUP_FREE int *keep = NULL;
	int status[2] = { -1, -1 };
	int err = null_fd < 0 ? -errno : pipe_cloexec(status);

	keep = with_status_fd(s, status[1]);
	if (!err && !keep)
		err = -ENOMEM;
	if (!err) {
		args_add(&s->args, "--status-fd=%d", status[1]);
		s->keep = keep;
		s->n_keep++;
		err = spawn_helper(h, s, null_fd, p->nice);
	}
	if (status[1] >= 0)
		close(status[1]);
	if (err && status[0] >= 0)
		close(status[0]);
	else
		h->status_fd = status[0];
	args_release(&s->args);
	h->started = !err;
	return err;
}

/* The same.  Returns an exit status, after a message. */
static int start_helper(struct pipeline *p, struct start *s)
{
	int err = launch(p, s);

	return err ? report_start(s->id, err) : EXIT_OK;
}

static struct start start_of(enum helper_id id, int in, int out)
{
	struct start s = { .id = id, .in = in, .out = out };

	args_add(&s.args, "%s", programs[id].name);
	return s;
}

/* ---- each helper ---- */

/* Returns the descriptor of the profile to compare with. */
static int add_before(struct args *args, const struct acquired *a, const struct pipes *f)
{
	bool is_profile = a->before_kind == INPUT_PROFILE;
	int fd = is_profile ? a->before_fd : f->ends[PIPE_BEFORE][0];

	args_add(args, "--before=%s:%d", is_profile ? "file" : "messages", fd);
	return fd;
}

/* f has the pipe that a recording to compare with comes through. */
static int start_render(struct pipeline *p, const struct options *o, const struct acquired *a,
			int in, const struct pipes *f)
{
	struct start s = start_of(HELPER_RENDER, in, -1);
	int fds[OUTPUTS_MAX + 1];

	for (size_t i = 0; i < a->outputs.n; i++)
		if (output_format_name(a->outputs.list[i].request->format))
			fds[s.n_keep++] = a->outputs.list[i].fd;
	s.keep = fds;
	if (o->before)
		fds[s.n_keep++] = add_before(&s.args, a, f);
	args_for_render(&s.args, o, a);
	return start_helper(p, &s);
}

/* What was opened before the drop, with room for one descriptor more; the caller's, or NULL. */
static int *add_files(struct start *s, const struct executables *e)
{
	int *fds = calloc(e->n + e->roots.n + 1, sizeof(*fds));

	if (!fds)
		return NULL;
	memcpy(fds, e->fds, e->n * sizeof(*fds));
	memcpy(fds + e->n, e->roots.fds, e->roots.n * sizeof(*fds));
	s->keep = fds;
	s->n_keep = e->n + e->roots.n;
	args_add_files(&s->args, e);
	args_add_roots(&s->args, &e->roots);
	return fds;
}

static int start_symbolize(struct pipeline *p, enum helper_id id, const struct acquired *a, int in,
			   int out, int kallsyms_fd)
{
	struct start s = start_of(id, in, out);
	CLEANUP_FREE int *fds = add_files(&s, &a->executables);

	if (!fds) {
		args_release(&s.args);
		return report_start(id, -ENOMEM);
	}
	if (kallsyms_fd >= 0)
		fds[s.n_keep++] = kallsyms_fd;
	if (in != a->input_fd && in != a->before_fd)
		args_add(&s.args, "--sampled");
	if (p->no_inlines)
		args_add(&s.args, "--no-inlines");
	if (kallsyms_fd >= 0)
		args_add(&s.args, "--kallsyms-fd=%d", kallsyms_fd);
	return start_helper(p, &s);
}

/* As many as there are CPUs for them. */
static size_t builders_wanted(const struct options *o)
{
	cpu_set_t cpus;

	if (!o->dwarf)
		return 0;
	/* It fails only where there are more CPUs than the set can hold. */
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0 || CPU_COUNT(&cpus) > BUILDERS_MAX)
		return BUILDERS_MAX;
	return (size_t)CPU_COUNT(&cpus);
}

static int start_builder(struct pipeline *p, const struct acquired *a, struct pipes *f, size_t i)
{
	enum helper_id id = HELPER_BUILDER + (enum helper_id)i;
	CLEANUP_FREE int *fds = NULL;
	int err = pipe_open_wide(f->ends[PIPE_REQUESTS + i]);
	struct start s;

	if (!err)
		err = pipe_open_wide(f->ends[PIPE_REPLIES + i]);
	if (err)
		return err;
	s = start_of(id, f->ends[PIPE_REQUESTS + i][0], f->ends[PIPE_REPLIES + i][1]);
	fds = add_files(&s, &a->executables);
	if (!fds) {
		args_release(&s.args);
		return -ENOMEM;
	}
	p->helpers[id].quiet = true;
	return launch(p, &s);
}

/* Where there are fewer, or none, more stacks are cut; they are worth having nevertheless. */
static void start_builders(struct pipeline *p, const struct options *o, const struct acquired *a,
			   struct pipes *f)
{
	size_t wanted = builders_wanted(o);
	int err = 0;

	while (p->n_builders < wanted && !err) {
		err = start_builder(p, a, f, p->n_builders);
		p->n_builders += !err;
	}
	if (err)
		diag_warn(_("cannot start the helper %s: %s"), programs[HELPER_BUILDER].path,
			  strerror(-err));
}

/* Hands profile its ends of the builders' pipes; fds has room for two of each. */
static void add_builders(struct start *s, int *fds, const struct pipeline *p,
			 const struct pipes *f)
{
	for (size_t i = 0; i < p->n_builders; i++) {
		int in = f->ends[PIPE_REPLIES + i][0], out = f->ends[PIPE_REQUESTS + i][1];

		fds[s->n_keep++] = in;
		fds[s->n_keep++] = out;
		args_add(&s->args, "--builder=%d:%d", in, out);
	}
}

/* The same with the perf events that are open already. */
static void add_events(struct start *s, int *fds, const struct acquired *a)
{
	for (size_t i = 0; i < a->n_events; i++) {
		const struct cpu_event *e = &a->events[i];

		if (e->clock_fd >= 0)
			fds[s->n_keep++] = e->clock_fd;
		fds[s->n_keep++] = e->sideband_fd;
		args_add(&s->args, "--cpu-event=%u:%d:%d", e->cpu, e->clock_fd, e->sideband_fd);
	}
}

/* Hands profile the probes, as lines in memory, and their events.  0 or a negative errno. */
static int add_probes(struct start *s, int *fds, const struct options *o, const struct acquired *a)
{
	const struct probes *p = &a->probes;
	struct buf lines = BUF_INIT(PROBES_TEXT_MAX);
	int fd, err;

	if (!p->n)
		return 0;
	fd = memfd_create("probes", MFD_CLOEXEC);
	err = fd < 0 ? -errno : probes_put_lines(p, &lines);
	if (!err)
		err = write_all(fd, lines.data, lines.len);
	if (!err && lseek(fd, 0, SEEK_SET) < 0)
		err = -errno;
	buf_release(&lines);
	if (fd < 0)
		return err;
	fds[s->n_keep++] = fd;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].event >= 0)
			fds[s->n_keep++] = p->v[i].event;
	for (size_t i = 0; i < a->probed.n; i++)
		fds[s->n_keep++] = a->probed.fds[i];
	args_add(&s->args, "--probes-fd=%d", fd);
	if (p->n > 1 && !o->no_probe_roots)
		args_add(&s->args, "--probe-roots");
	if (o->uprobe_pid)
		args_add(&s->args, "--uprobe-pid=%u", o->uprobe_pid);
	return err;
}

static int start_profile(struct pipeline *p, const struct options *o, const struct acquired *a,
			 pid_t command_pid, const struct pipes *f)
{
	struct start s = start_of(HELPER_PROFILE, f->ends[PIPE_CONTROL][0],
				  options_wants_names(o) ? f->ends[PIPE_DATA][1] : -1);
	CLEANUP_FREE int *fds = calloc(OUTPUTS_MAX + 2 + 2 * (BUILDERS_MAX + a->n_events) +
				       a->probes.n + a->probed.n, sizeof(*fds));
	int err;
	pid_t own[1 + HELPERS] = { getpid() };

	if (!fds) {
		args_release(&s.args);
		return report_start(HELPER_PROFILE, -ENOMEM);
	}
	for (int i = 0; i < HELPERS; i++)
		own[1 + i] = p->helpers[i].child.pid;
	for (size_t i = 0; i < a->outputs.n; i++)
		if (a->outputs.list[i].request->format == FORMAT_PERF_DATA)
			fds[s.n_keep++] = a->outputs.list[i].fd;
	if (a->cgroup_fd >= 0)
		fds[s.n_keep++] = a->cgroup_fd;
	add_builders(&s, fds, p, f);
	add_events(&s, fds, a);
	err = add_probes(&s, fds, o, a);
	if (err) {
		args_release(&s.args);
		return report_start(HELPER_PROFILE, err);
	}
	s.keep = fds;
	args_for_profile(&s.args, o, a, command_pid, own, ARRAY_SIZE(own));
	return start_helper(p, &s);
}

static int start_kernel_symbols(struct pipeline *p, enum helper_id id, int out)
{
	struct start s = start_of(id, -1, out);

	/* symbolize may not need all of it, or none: a broken pipe is no fault here. */
	s.no_stderr = true;
	p->helpers[id].quiet = true;
	args_add(&s.args, "--kernel-symbols");
	return start_helper(p, &s);
}

static int drop(int (*drop_privileges)(void))
{
	int err = drop_privileges();

	if (err)
		diag_error(_("cannot drop privileges: %s"), strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

/* symbolize for a file, and who tells it the names of the kernel's functions. */
static int start_for_recording(struct pipeline *p, const struct acquired *a, enum helper_id id,
			       enum helper_id ksyms, int in, int out, const int kallsyms[2])
{
	bool kernel = permission_of_this_process() == PERMISSION_GIVEN;
	int status = start_symbolize(p, id, a, in, out, kernel ? kallsyms[0] : -1);

	/* Without names of the kernel's functions the rest is still worth having. */
	if (!status && kernel)
		start_kernel_symbols(p, ksyms, kallsyms[1]);
	return status;
}

static int start_for_before(struct pipeline *p, const struct options *o, const struct acquired *a,
			    struct pipes *f)
{
	if (!o->before || a->before_kind != INPUT_RECORDING)
		return EXIT_OK;
	return start_for_recording(p, a, HELPER_SYMBOLIZE_BEFORE, HELPER_KSYMS_BEFORE,
				   a->before_fd, f->ends[PIPE_BEFORE][1],
				   f->ends[PIPE_BEFORE_KALLSYMS]);
}

static int start_for_input(struct pipeline *p, const struct options *o, const struct acquired *a,
			   struct pipes *f)
{
	int status = start_for_before(p, o, a, f);

	if (status)
		return status;
	if (a->input_kind == INPUT_PROFILE)
		return start_render(p, o, a, a->input_fd, f);
	status = start_render(p, o, a, f->ends[PIPE_STACKS][0], f);
	if (status)
		return status;
	return start_for_recording(p, a, HELPER_SYMBOLIZE, HELPER_KSYMS, a->input_fd,
				   f->ends[PIPE_STACKS][1], f->ends[PIPE_KALLSYMS]);
}

static int start_for_sampling(struct pipeline *p, const struct options *o, const struct acquired *a,
			      pid_t command_pid, struct pipes *f)
{
	bool names_wanted = options_wants_names(o);
	int status = start_for_before(p, o, a, f);

	if (!status && names_wanted)
		status = start_render(p, o, a, f->ends[PIPE_STACKS][0], f);
	if (!status && names_wanted)
		status = start_symbolize(p, HELPER_SYMBOLIZE, a, f->ends[PIPE_DATA][0],
					 f->ends[PIPE_STACKS][1], -1);
	if (!status)
		start_builders(p, o, a, f);
	if (!status)
		status = start_profile(p, o, a, command_pid, f);
	if (!status) {
		p->control_fd = f->ends[PIPE_CONTROL][1];
		f->ends[PIPE_CONTROL][1] = -1;
	}
	return status;
}

/* Where it is permitted (root), and the caller did not ask for less by nice(1). */
static void go_first(struct pipeline *p)
{
	p->nice = getpriority(PRIO_PROCESS, 0);
	if (p->nice == 0)
		setpriority(PRIO_PROCESS, 0, PROFILER_NICE);
}

int pipeline_start(struct pipeline *p, const struct options *o, const struct acquired *a,
		   pid_t command_pid)
{
	struct pipes f;
	int status = EXIT_OK, err = pipes_open(&f);

	if (err) {
		diag_error(_("cannot make a pipe: %s"), strerror(-err));
		status = EXIT_FAILED;
	}
	p->no_inlines = !o->inlines;
	go_first(p);
	if (!status)
		status = drop(caps_keep_profiling);
	if (!status && o->input)
		status = start_for_input(p, o, a, &f);
	else if (!status)
		status = start_for_sampling(p, o, a, command_pid, &f);
	pipes_close(&f);
	setpriority(PRIO_PROCESS, 0, p->nice);
	if (!status)
		status = drop(caps_drop_all);
	return status;
}

void pipeline_stop(struct pipeline *p)
{
	pipe_close_end(&p->control_fd);
}

bool pipeline_read_status(struct helper *h)
{
	char bytes[4096];
	ssize_t n = read(h->status_fd, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return true;
	if (n > 0 && !helper_facts_feed(&h->facts, bytes, (size_t)n))
		return true;
	pipe_close_end(&h->status_fd);
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
		pipe_close_end(&h->status_fd);
		helper_facts_release(&h->facts);
	}
}

bool pipeline_lost_builder(const struct pipeline *p)
{
	for (int i = HELPER_BUILDER; i < HELPERS; i++)
		if (p->helpers[i].ended && !helper_succeeded(&p->helpers[i]))
			return true;
	return false;
}

bool helper_succeeded(const struct helper *h)
{
	return h->ended && WIFEXITED(h->status) && WEXITSTATUS(h->status) == 0;
}
