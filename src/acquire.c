/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run needs of the machine: found, opened, checked. */
#include "config.h"

#include "acquire.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "lib/caps.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "options-shown.h"
#include "permission.h"
#include "probe-events.h"
#include "probe-finder.h"

#define ONLINE_CPUS "/sys/devices/system/cpu/online"
#define MAX_SAMPLE_RATE "/proc/sys/kernel/perf_event_max_sample_rate"
#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#define NS_PER_S UINT64_C(1000000000)

static int out_of_memory(void)
{
	diag_error("%s", strerror(ENOMEM));
	return EXIT_FAILED;
}

static void close_events(struct acquired *a)
{
	for (size_t i = 0; i < a->n_events; i++) {
		if (a->events[i].clock_fd >= 0)
			close(a->events[i].clock_fd);
		if (a->events[i].sideband_fd >= 0)
			close(a->events[i].sideband_fd);
	}
	free(a->events);
	a->events = NULL;
	a->n_events = 0;
}

/* ---- input ---- */

static int open_one(const char *path, int *fd, enum input_kind *kind)
{
	if (!path)
		return EXIT_OK;
	*fd = input_open(path, kind);
	if (*fd >= 0)
		return EXIT_OK;
	diag_error(_("cannot read %s: %s"), strcmp(path, "-") ? path : _("standard input"),
		   strerror(-*fd));
	return EXIT_FAILED;
}

static int open_inputs(struct acquired *a, const struct options *o)
{
	int status = open_one(o->before, &a->before_fd, &a->before_kind);

	return status ? status : open_one(o->input, &a->input_fd, &a->input_kind);
}

/* ---- targets ---- */

static int report_process(int err, const char *option, uint32_t pid)
{
	if (err == -EINVAL)
		diag_error(_("%s %u: this is a thread, not a process; use --tid"), option, pid);
	else
		diag_error(_("%s %u: %s"), option, pid, strerror(-err));
	return EXIT_FAILED;
}

static int find_targets(struct acquired *a, const struct options *o)
{
	uint32_t missing;
	int err = targets_add_processes(&a->targets, &o->pids, &missing);

	if (err)
		return report_process(err, "--pid", missing);
	/* Where nothing else is named, the run ends with the process that has the probes. */
	if (o->uprobe_pid && !o->pids.n && !o->tids.n)
		err = targets_add_processes(&a->targets, &(struct id_list){ { o->uprobe_pid }, 1 },
					    &missing);
	if (err)
		return report_process(err, "--uprobe-pid", missing);
	err = targets_add_threads(&a->targets, &o->tids, &missing);
	if (err)
		diag_error(_("--tid %u: %s"), missing,
			   err == -ESRCH ? _("No such thread") : strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

static int open_cgroup_directory(struct acquired *a, const char *mount, const char *option,
				 const char *path)
{
	a->cgroup_fd = cgroup_open(mount, path);
	if (a->cgroup_fd >= 0)
		return EXIT_OK;
	diag_error(_("%s %s: %s (looked below %s)"), option, path, strerror(-a->cgroup_fd), mount);
	return EXIT_FAILED;
}

static void report_matches(const char *unit, const struct cgroup_matches *m)
{
	diag_error(_("--unit %s: %zu units have this name; choose one with --cgroup"), unit, m->n);
	for (size_t i = 0; i < m->n && i < CGROUP_MATCHES_MAX; i++)
		diag_hint("--cgroup %s", m->paths[i]);
}

static int open_unit(struct acquired *a, const char *mount, const char *unit)
{
	struct cgroup_matches m;
	int status = EXIT_FAILED, err = cgroup_find_unit(mount, unit, &m);

	if (err) {
		diag_error(_("--unit %s: %s"), unit, strerror(-err));
		return status;
	}
	if (m.n == 0)
		diag_error(_("--unit %s: no such unit runs (looked below %s)"), unit, mount);
	else if (m.n > 1)
		report_matches(unit, &m);
	else
		status = open_cgroup_directory(a, mount, "--unit", m.paths[0]);
	cgroup_matches_release(&m);
	return status;
}

static int open_cgroup(struct acquired *a, const struct options *o)
{
	char mount[CGROUP_PATH_MAX];
	int err;

	if (!o->cgroup && !o->unit)
		return EXIT_OK;
	err = cgroup_mount_point("/proc/self/mounts", mount);
	if (err) {
		diag_error(_("%s: no cgroup2 hierarchy is mounted"),
			   o->cgroup ? "--cgroup" : "--unit");
		return EXIT_FAILED;
	}
	if (o->cgroup)
		return open_cgroup_directory(a, mount, "--cgroup", o->cgroup);
	return open_unit(a, mount, o->unit);
}

/* ---- the machine's limits ---- */

/* text has room for 4,096 bytes. */
static int read_online(struct cpulist *online, char *text)
{
	int err = read_first_line(ONLINE_CPUS, text, 4096);

	online->n = 0;
	return err ? err : cpulist_parse(online, text);
}

static int check_cpus(const struct options *o)
{
	struct cpulist online;
	char text[4096];
	int cpu;

	if (o->cpus.n == 0 || read_online(&online, text))
		return EXIT_OK;
	cpu = cpulist_first_outside(&o->cpus, &online);
	if (cpu < 0)
		return EXIT_OK;
	diag_error(_("--cpu: CPU %d is not online; online are %s"), cpu, text);
	return EXIT_FAILED;
}

/* Perf events are asked for, or tried. */
static bool wants_events(const struct options *o)
{
	return !strcmp(o->sampler, "auto") || !strcmp(o->sampler, "perf");
}

static int check_frequency(const struct options *o)
{
	char text[32];
	uint64_t max;

	if (o->n_probes || read_first_line(MAX_SAMPLE_RATE, text, sizeof(text)) ||
	    number_parse(text, 1, UINT64_MAX, &max) || o->frequency <= max)
		return EXIT_OK;
	diag_error(_("--frequency %llu: this kernel allows at most %llu"),
		   (unsigned long long)o->frequency, (unsigned long long)max);
	diag_hint(_("an administrator can raise it: sysctl kernel.perf_event_max_sample_rate=%llu"),
		  (unsigned long long)o->frequency);
	return EXIT_FAILED;
}

static int check_permission(void)
{
	enum permission permission = permission_of_this_process();
	char remedy[PATH_MAX + 256];

	if (permission == PERMISSION_GIVEN)
		return EXIT_OK;
	permission_remedy(permission, remedy, sizeof(remedy));
	diag_error(_("not permitted: %s"), permission_reason(permission));
	diag_hint("%s", remedy);
	return EXIT_NOT_PERMITTED;
}

/* ---- perf events ---- */

/*
 * Above 2 (a patch of Debian's and Ubuntu's kernels) perf_event_paranoid refuses events to the
 * capabilities that profile gets, but not to root.
 */
static bool only_root_may_open_events(void)
{
	char text[32];
	uint64_t paranoid;

	return geteuid() == 0 && !read_first_line(PARANOID, text, sizeof(text)) &&
	       !number_parse(text, 3, UINT64_MAX, &paranoid);
}

static bool open_cpu_event(struct cpu_event *e, uint32_t cpu, const struct options *o)
{
	bool sampled = !o->n_probes && (o->cpus.n == 0 || cpulist_has(&o->cpus, cpu));

	*e = (struct cpu_event){ cpu, -1, cpu_events_open_sideband(cpu, o->dwarf) };
	if (sampled)
		e->clock_fd = cpu_events_open_clock(cpu, NS_PER_S / o->frequency);
	return e->sideband_fd >= 0 && (e->clock_fd >= 0 || !sampled);
}

/* When it fails, profile tries and says why. */
static int open_events(struct acquired *a, const struct options *o)
{
	struct cpulist online;
	char text[4096];
	bool ok = true;

	if (o->input || !wants_events(o) || !only_root_may_open_events() ||
	    read_online(&online, text))
		return EXIT_OK;
	a->events = calloc(online.n, sizeof(*a->events));
	if (!a->events)
		return out_of_memory();
	for (uint32_t cpu = 0; cpu < CPULIST_MAX && ok; cpu++)
		if (cpulist_has(&online, cpu))
			ok = open_cpu_event(&a->events[a->n_events++], cpu, o);
	if (!ok)
		close_events(a);
	return EXIT_OK;
}

/* ---- the command ---- */

static int report_program(int err, const char *name)
{
	switch (err) {
	case 0:
		return EXIT_OK;
	case -ENOENT:
	case -ENOTDIR:
		diag_error(_("%s: command not found"), name);
		return EXIT_NOT_FOUND;
	default:
		diag_error(_("%s: cannot be executed: %s"), name, strerror(-err));
		return EXIT_CANNOT_EXECUTE;
	}
}

static int find_command(struct acquired *a, const struct options *o)
{
	return o->command ? report_program(command_find(&a->command, o->command), o->command[0])
			  : EXIT_OK;
}

/* The status of a command is another thing. */
static int find_receiver(struct acquired *a, const struct options *o)
{
	int err = receiver_find(&a->receiver, o->pipe_to);

	return err && report_program(err, o->pipe_to[0]) ? EXIT_FAILED : EXIT_OK;
}

/* ---- executables that helpers could not open ---- */

static int keep_program(struct acquired *a)
{
	int err = executables_add_file(&a->executables, a->command.path);

	if (!err && a->command.program[0])
		err = executables_add_file(&a->executables, a->command.program);
	/* It may enter a container. */
	return err ? err : executables_add_roots(&a->executables);
}

static int keep_mapped(struct acquired *a, const struct options *o)
{
	int err = 0;

	executables_raise_limit(&a->executables);
	if (!o->pids.n && !o->tids.n)
		return executables_add_all(&a->executables);
	for (size_t i = 0; i < a->targets.n && !err; i++)
		err = executables_add_family(&a->executables, a->targets.list[i].id);
	return err;
}

static int keep_executables(struct acquired *a, const struct options *o)
{
	int err = 0;

	if (o->input || (!options_wants_names(o) && !o->dwarf))
		return EXIT_OK;
	executables_init(&a->executables);
	err = o->command ? keep_program(a) : keep_mapped(a, o);
	return err ? out_of_memory() : EXIT_OK;
}

/* ---- probes ---- */

/* The files of the processes that are named: /proc tells them to nobody without capabilities. */
static int find_searched(struct executables *files, const struct options *o)
{
	int err = 0;

	executables_init(files);
	executables_raise_limit(files);
	files->keep_all = true;
	for (size_t i = 0; i < o->pids.n && !err; i++)
		err = executables_add_family(files, (pid_t)o->pids.ids[i]);
	if (!err && o->uprobe_pid)
		err = executables_add_process(files, (pid_t)o->uprobe_pid);
	return err;
}

static bool is_probed(const void *probes, int fd)
{
	return probes_use_file(probes, fd);
}

static int find_probes(struct acquired *a, const struct options *o, bool list)
{
	int status;

	if (!o->n_probes)
		return EXIT_OK;
	if (find_searched(&a->probed, o))
		return out_of_memory();
	status = probe_finder_run(&a->probes, o, &a->command, &a->probed, list);
	executables_keep_only(&a->probed, is_probed, &a->probes);
	roots_release(&a->probed.roots);
	return status;
}

static int acquire_probes(struct acquired *a, const struct options *o)
{
	int status = find_probes(a, o, false);

	if (!o->n_probes)
		return EXIT_OK;
	probes_report(&a->probes, o->quiet);
	probes_keep_attachable(&a->probes);
	if (!status && geteuid() == 0)
		probe_events_open(&a->probes, o->uprobe_pid);
	return status;
}

/* ---- outputs ---- */

static int open_outputs(struct acquired *a, const struct options *o)
{
	size_t failed;
	int inputs[] = { a->input_fd, a->before_fd };
	int err = outputs_open(&a->outputs, o, inputs, ARRAY_SIZE(inputs), &failed);

	if (!err)
		return EXIT_OK;
	if (err == -EEXIST)
		diag_error(_("%s: the same file as an input or another output"),
			   o->outputs[failed].path);
	else
		diag_error(_("cannot write %s: %s"), o->outputs[failed].path, strerror(-err));
	return EXIT_FAILED;
}

static int acquire_all(struct acquired *a, const struct options *o)
{
	int status = options_try_shown(o);

	if (!status)
		status = open_inputs(a, o);
	if (!status)
		status = find_targets(a, o);
	if (!status)
		status = open_cgroup(a, o);
	if (!status && !o->input)
		status = check_cpus(o);
	if (!status && !o->input)
		status = check_frequency(o);
	if (!status)
		status = find_command(a, o);
	if (!status)
		status = find_receiver(a, o);
	if (!status)
		status = open_outputs(a, o);
	if (!status && !o->input)
		status = check_permission();
	if (!status)
		status = acquire_probes(a, o);
	if (!status)
		status = keep_executables(a, o);
	if (!status)
		status = open_events(a, o);
	return status;
}

static void acquired_init(struct acquired *a)
{
	memset(a, 0, sizeof(*a));
	a->input_fd = a->before_fd = a->cgroup_fd = -1;
	a->command.child = a->receiver.command.child = CHILD_NONE;
	a->receiver.in_fd = -1;
	getrlimit(RLIMIT_NOFILE, &a->descriptors);
}

int acquire_for_listing(struct acquired *a, const struct options *o)
{
	int status;

	acquired_init(a);
	status = find_targets(a, o);
	if (!status)
		status = find_command(a, o);
	return status ? status : find_probes(a, o, true);
}

int acquire(struct acquired *a, const struct options *o)
{
	int status;

	acquired_init(a);
	status = acquire_all(a, o);
	if (status)
		acquired_release(a, true);
	return status;
}

void acquired_release(struct acquired *a, bool remove_outputs)
{
	receiver_release(&a->receiver);
	outputs_close(&a->outputs, remove_outputs);
	targets_release(&a->targets);
	executables_release(&a->executables);
	executables_release(&a->probed);
	probes_release(&a->probes);
	close_events(a);
	if (a->input_fd >= 0)
		close(a->input_fd);
	if (a->before_fd >= 0)
		close(a->before_fd);
	if (a->cgroup_fd >= 0)
		close(a->cgroup_fd);
	a->input_fd = a->before_fd = a->cgroup_fd = -1;
}
