/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Argument vectors and environments for helpers. */
#include "config.h"

#include "helper-args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/vec.h"
#include "output-format.h"

#define TITLE_MAX 1024

/* Names with '*' at the end are prefixes. */
static const char *const allowed[] = {
	"LANG",	    "LANGUAGE", "LC_*", "TERM",		  "COLUMNS",
	"NO_COLOR", "TZ",	"HOME", "XDG_CACHE_HOME", "TMPDIR",
};

void args_add(struct args *a, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text || VEC_RESERVE(a->list, a->cap, a->n + 2)) {
		free(text);
		a->failed = -ENOMEM;
		return;
	}
	a->list[a->n++] = text;
	a->list[a->n] = NULL;
}

void args_release(struct args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->list[i]);
	free(a->list);
	*a = (struct args){ .n = 0 };
}

/* "--pid=1,2" from numbers; zeros are left out, and nothing is added when none is left. */
static void add_ids(struct args *a, const char *option, const uint32_t *ids, size_t n)
{
	struct buf b = BUF_INIT(ID_LIST_MAX * 16);

	for (size_t i = 0; i < n; i++) {
		if (ids[i] == 0)
			continue;
		if (b.len)
			buf_put_byte(&b, ',');
		buf_printf(&b, "%" PRIu32, ids[i]);
	}
	if (b.failed)
		a->failed = b.failed;
	else if (b.len)
		args_add(a, "%s=%.*s", option, (int)b.len, (const char *)b.data);
	buf_release(&b);
}

static void add_cpus(struct args *a, const struct cpulist *cpus)
{
	CLEANUP_FREE char *text = NULL;

	if (cpus->n == 0)
		return;
	text = malloc(CPULIST_TEXT_MAX);
	if (!text || cpulist_format(cpus, text, CPULIST_TEXT_MAX))
		a->failed = -ENOMEM;
	else
		args_add(a, "--cpu=%s", text);
}

static void add_recording(struct args *a, const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (outputs->list[i].request->format == FORMAT_PERF_DATA)
			args_add(a, "--record-fd=%d", outputs->list[i].fd);
}

/* The page can show each thread by itself. */
static bool shows_threads(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (outputs->list[i].request->format == FORMAT_HTML)
			return true;
	return false;
}

void args_for_profile(struct args *a, const struct options *o, const struct acquired *acquired,
		      pid_t command_pid, const pid_t *own, size_t n_own)
{
	args_add(a, "--frequency=%" PRIu64, o->frequency);
	args_add(a, "--sampler=%s", o->sampler);
	args_add(a, "--stream-mode=%" PRIu64, o->stream_mode);
	if (command_pid)
		add_ids(a, "--pid", &(uint32_t){ (uint32_t)command_pid }, 1);
	add_ids(a, "--pid", o->pids.ids, o->pids.n);
	add_ids(a, "--tid", o->tids.ids, o->tids.n);
	if (o->comm)
		args_add(a, "--comm=%s", o->comm);
	if (acquired->cgroup_fd >= 0)
		args_add(a, "--cgroup-fd=%d", acquired->cgroup_fd);
	add_cpus(a, &o->cpus);
	if (o->skip_idle)
		args_add(a, "--skip-idle");
	if (!o->dwarf)
		args_add(a, "--dwarf=false");
	args_add(a, "--max-frames=%" PRIu64, o->max_frames);
	args_add(a, "--unwind-memory=%" PRIu64, o->unwind_memory);
	if (o->command && acquired->command.program[0])
		args_add(a, "--command-path=%s", acquired->command.program);
	if (o->group_by_cpu)
		args_add(a, "--group=cpu");
	else if (shows_threads(&acquired->outputs))
		args_add(a, "--group=tid");
	if (o->self_profile)
		args_add(a, "--self");
	add_ids(a, "--own", (const uint32_t *)own, n_own);
	add_recording(a, &acquired->outputs);
}

void args_add_files(struct args *a, const struct executables *files)
{
	for (size_t i = 0; i < files->n; i++)
		args_add(a, "--file-fd=%d", files->fds[i]);
}

void args_add_roots(struct args *a, const struct roots *roots)
{
	for (size_t i = 0; i < roots->n; i++)
		args_add(a, "--root-fd=%d", roots->fds[i]);
}

/* Its path from the root on, with the symbolic links that $ORIGIN goes by. */
static void add_command(struct args *a, const struct command *command)
{
	CLEANUP_FREE char *cwd = command->path[0] == '/' ? NULL : getcwd(NULL, 0);

	if (cwd)
		args_add(a, "--command=%s/%s", cwd, command->path);
	else
		args_add(a, "--command=%s", command->path);
}

void args_for_probe_list(struct args *a, const struct options *o, const struct command *command,
			 const struct executables *files, bool list)
{
	args_add(a, "probe-list");
	add_ids(a, "--pid", o->pids.ids, o->pids.n);
	add_ids(a, "--pid", &o->uprobe_pid, 1);
	if (o->command)
		add_command(a, command);
	args_add_files(a, files);
	if (list)
		args_add(a, "--list");
	args_add(a, "--");
	for (size_t i = 0; i < o->n_probes; i++)
		args_add(a, "%s", o->probes[i]);
}

static void add_words(struct buf *title, char **words)
{
	for (; *words && !title->failed; words++) {
		if (title->len)
			buf_put_byte(title, ' ');
		buf_put_str(title, *words);
	}
}

/* "malloc, kprobe:vfs_write - ", as the command line had them. */
static void add_probes(struct buf *title, const struct options *o)
{
	for (size_t i = 0; i < o->n_probes && !title->failed; i++) {
		const char *text = o->probes[i];

		if (!strncmp(text, "uprobe:", 7))
			text += 7;
		buf_printf(title, "%s%s", i ? ", " : "", text);
	}
	buf_put_byte(title, ':');
}

/* What was sampled, in a few words. */
static void add_title(struct args *a, const struct options *o)
{
	struct buf title = BUF_INIT(TITLE_MAX);

	if (o->title) {
		args_add(a, "--title=%s", o->title);
		return;
	}
	if (o->n_probes)
		add_probes(&title, o);
	if (o->n_probes && !o->command)
		buf_put_byte(&title, ' ');
	if (o->command)
		add_words(&title, o->command);
	else if (o->input)
		buf_put_str(&title, o->input);
	else if (o->self_profile)
		buf_put_str(&title, "profile-bee");
	else if (o->pids.n || o->tids.n)
		buf_printf(&title, o->pids.n ? _("process %u") : _("thread %u"),
			   o->pids.n ? o->pids.ids[0] : o->tids.ids[0]);
	else if (o->unit || o->cgroup)
		buf_put_str(&title, o->unit ? o->unit : o->cgroup);
	else
		buf_put_str(&title, _("all processes"));
	if (o->before)
		buf_printf(&title, _(" compared with %s"), o->before);
	/* Arguments may have lines, a title has one. */
	for (size_t i = 0; i < title.len; i++)
		if (title.data[i] < ' ')
			title.data[i] = ' ';
	if (title.len)
		args_add(a, "--%s=%.*s", o->input ? "input-name" : "title", (int)title.len,
			 (const char *)title.data);
	buf_release(&title);
}

void args_add_shown(struct args *a, const struct options *o)
{
	for (size_t i = 0; i < o->n_shown; i++)
		args_add(a, "%s", o->shown[i]);
}

void args_for_render(struct args *a, const struct options *o, const struct acquired *acquired)
{
	bool from_file = o->input && acquired->input_kind == INPUT_PROFILE;

	args_add(a, from_file ? "--file" : "--symbolized");
	add_title(a, o);
	if (o->group_by_cpu)
		args_add(a, "--group-by-cpu");
	if (o->group_by_process)
		args_add(a, "--group-by-process");
	args_add_shown(a, o);
	if (o->top)
		args_add(a, "--top=%" PRIu64, o->top);
	for (size_t i = 0; i < acquired->outputs.n; i++) {
		const struct output *out = &acquired->outputs.list[i];
		const char *name = output_format_name(out->request->format);

		if (name)
			args_add(a, "--output=%s:%d", name, out->fd);
	}
}

static bool matches(const char *entry, const char *name)
{
	size_t n = strlen(name);

	if (name[n - 1] == '*')
		return !strncmp(entry, name, n - 1);
	return !strncmp(entry, name, n) && entry[n] == '=';
}

static bool is_allowed(const char *entry, bool debuginfod)
{
	if (debuginfod && matches(entry, "DEBUGINFOD_*"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (matches(entry, allowed[i]))
			return true;
	return false;
}

void args_environment(struct args *a, bool debuginfod)
{
	if (VEC_RESERVE(a->list, a->cap, 1)) {
		a->failed = -ENOMEM;
		return;
	}
	a->list[0] = NULL;
	for (char **entry = environ; *entry; entry++)
		if (is_allowed(*entry, debuginfod))
			args_add(a, "%s", *entry);
}
