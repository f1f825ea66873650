/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --doctor: what this user can do on this machine, and what would give the rest. */
#include "config.h"

#include "doctor.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor-table.h"
#include "helper-answer.h"
#include "helper-args.h"
#include "lib/caps.h"
#include "lib/cpu-events.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/perf-probe.h"
#include "permission.h"

#define ANSWER_MAX ((size_t)1 << 20)
#define REPORT_MAX ((size_t)1 << 20)
/* As runs do by default. */
#define PERIOD_NS (UINT64_C(1000000000) / DEFAULT_FREQUENCY)

/* ---- what only root may open ---- */

/* As a run does, before the capabilities are dropped. */
static void open_events(struct cpu_event *e)
{
	if (geteuid() != 0)
		return;
	e->clock_fd = cpu_events_open_clock(e->cpu, PERIOD_NS);
	e->sideband_fd = cpu_events_open_sideband(e->cpu, false);
}

static void try_event(struct doctor_table *t, enum doctor_trial trial, int fd)
{
	if (fd < 0)
		return;
	doctor_table_set(t, trial, DOCTOR_WORKS, NULL, NULL);
	close(fd);
}

static void try_probes_of_root(struct doctor_table *t)
{
	const struct probe_target kernel = { .kind = PROBE_KPROBE, .name = "vfs_write" };
	const struct probe_target user = { .kind = PROBE_UPROBE, .file = "/proc/self/exe" };
	const struct probe_target trace = { .kind = PROBE_TRACEPOINT, .file = "task",
					    .name = "task_rename" };

	if (geteuid() != 0)
		return;
	try_event(t, DOCTOR_KPROBE_PERF, perf_probe_open(&kernel, -1));
	try_event(t, DOCTOR_UPROBE_PERF, perf_probe_open(&user, -1));
	try_event(t, DOCTOR_TRACEPOINT_PERF, perf_probe_open_tracepoint(&trace));
}

static void try_permission(struct doctor_table *t)
{
	enum permission permission = permission_of_this_process();
	char remedy[PATH_MAX + 256];

	permission_remedy(permission, remedy, sizeof(remedy));
	doctor_table_set(t, DOCTOR_CAPABILITIES,
			 permission == PERMISSION_GIVEN ? DOCTOR_WORKS : DOCTOR_REFUSED,
			 permission_reason(permission), remedy);
}

/* ---- helpers ---- */

static int ask(enum spawn_kind kind, const char *name, struct args *args, const int *keep,
	       size_t n_keep, struct buf *answer)
{
	struct args env = { .n = 0 };
	char path[PATH_MAX];
	struct spawn_request req = {
		.kind = kind,
		.path = path,
		.std = { -1, -1, STDERR_FILENO },
		.keep = keep,
		.n_keep = n_keep,
	};
	int status = 0, err;

	snprintf(path, sizeof(path), "%s/%s", HELPER_DIR, name);
	args_environment(&env, false);
	err = args->failed ? args->failed : env.failed;
	req.argv = args->list;
	req.envp = env.list;
	if (!err)
		err = helper_answer(&req, answer, &status);
	args_release(&env);
	if (!err && (!WIFEXITED(status) || WEXITSTATUS(status)))
		err = -ECHILD;
	return err;
}

static void set_helper(struct doctor_table *t, enum doctor_trial trial, int err)
{
	if (!err)
		doctor_table_set(t, trial, DOCTOR_WORKS, NULL, NULL);
	else
		doctor_table_set(t, trial, err == -EACCES || err == -EPERM ? DOCTOR_REFUSED :
				 DOCTOR_MISSING,
				 err == -ECHILD ? _("it ended without finishing its work") :
				 strerror(-err), NULL);
}

static int take_lines(struct doctor_table *t, struct buf *answer)
{
	char *text, *line;

	if (buf_put_byte(answer, '\0'))
		return -ENOMEM;
	for (text = (char *)answer->data; (line = strsep(&text, "\n")) && *line;)
		if (doctor_table_take_line(t, line))
			return -EBADMSG;
	return 0;
}

/* profile tries what a run of it would do. */
static void ask_profile(struct doctor_table *t, const struct cpu_event *e)
{
	bool has_events = e->clock_fd >= 0 && e->sideband_fd >= 0;
	int keep[2] = { e->clock_fd, e->sideband_fd }, err;
	struct buf answer = BUF_INIT(ANSWER_MAX);
	struct args args = { .n = 0 };

	args_add(&args, "profile");
	args_add(&args, "--try");
	args_add(&args, "--cpu=%u", e->cpu);
	if (has_events)
		args_add(&args, "--cpu-event=%u:%d:%d", e->cpu, e->clock_fd, e->sideband_fd);
	err = ask(caps_can_profile() ? SPAWN_PROFILER : SPAWN_HELPER, "profile", &args, keep,
		  has_events ? 2 : 0, &answer);
	if (!err)
		err = take_lines(t, &answer);
	set_helper(t, DOCTOR_PROFILE, err);
	args_release(&args);
	buf_release(&answer);
}

/* The others are seen to start. */
static void ask_helper(struct doctor_table *t, enum doctor_trial trial, const char *name)
{
	struct buf answer = BUF_INIT(ANSWER_MAX);
	struct args args = { .n = 0 };

	args_add(&args, "%s", name);
	args_add(&args, "--usage");
	set_helper(t, trial, ask(SPAWN_HELPER, name, &args, NULL, 0, &answer));
	args_release(&args);
	buf_release(&answer);
}

static void ask_helpers(struct doctor_table *t)
{
	ask_helper(t, DOCTOR_BUILDER, "unwind-table-builder");
	ask_helper(t, DOCTOR_PROBE_LIST, "probe-list");
	ask_helper(t, DOCTOR_SYMBOLIZE, "symbolize");
	ask_helper(t, DOCTOR_RENDER, "render");
}

/* ---- the verdict ---- */

static bool can_sample(const struct doctor_table *t)
{
	return doctor_table_sampler(t) && doctor_table_works(t, DOCTOR_PROGRAMS) &&
	       doctor_table_works(t, DOCTOR_SYMBOLIZE) && doctor_table_works(t, DOCTOR_RENDER);
}

static int verdict(const struct doctor_table *t)
{
	static const enum doctor_trial needed[] = { DOCTOR_CAPABILITIES, DOCTOR_PROFILE,
						    DOCTOR_PROGRAMS };

	if (can_sample(t))
		return EXIT_OK;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (t->findings[needed[i]].state == DOCTOR_REFUSED)
			return EXIT_NOT_PERMITTED;
	return EXIT_FAILED;
}

static void put_heading(struct buf *b)
{
	const struct passwd *user = getpwuid(getuid());
	struct utsname kernel;

	if (uname(&kernel))
		memset(&kernel, 0, sizeof(kernel));
	buf_printf(b, _("%s, %s %s %s, user %s (%u)\n"), PACKAGE_STRING, kernel.sysname,
		   kernel.release, kernel.machine, user ? user->pw_name : "?",
		   (unsigned)getuid());
}

static void put_report(struct buf *b, const struct doctor_table *t)
{
	put_heading(b);
	doctor_table_print(t, b);
	buf_put_byte(b, '\n');
	if (can_sample(t))
		buf_printf(b, _("CPUs can be sampled, %s.\n"), doctor_table_sampler(t));
	else
		buf_put_str(b, _("CPUs cannot be sampled.\n"));
}

static int print(const struct doctor_table *t, bool porcelain)
{
	struct buf b = BUF_INIT(REPORT_MAX);
	int err;

	if (porcelain)
		doctor_table_print_porcelain(t, &b);
	else
		put_report(&b, t);
	err = buf_failed(&b) ? buf_failed(&b) : write_all(STDOUT_FILENO, b.data, b.len);
	buf_release(&b);
	if (!err || err == -EPIPE)
		return EXIT_OK;
	diag_error(_("cannot write %s: %s"), _("standard output"), strerror(-err));
	return EXIT_FAILED;
}

int doctor_run(const struct options *o)
{
	struct cpu_event event = { (uint32_t)sched_getcpu(), -1, -1 };
	struct doctor_table table = { 0 };
	int status, err;

	try_permission(&table);
	try_probes_of_root(&table);
	open_events(&event);
	err = caps_keep_profiling();
	if (err) {
		diag_error(_("cannot drop privileges: %s"), strerror(-err));
		return EXIT_FAILED;
	}
	ask_profile(&table, &event);
	ask_helpers(&table);
	status = print(&table, o->porcelain);
	if (!status)
		status = verdict(&table);
	doctor_table_release(&table);
	if (event.clock_fd >= 0)
		close(event.clock_fd);
	if (event.sideband_fd >= 0)
		close(event.sideband_fd);
	return status;
}
