/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tracepoints of the running kernel: tracefs, or else its type information. */
#include "config.h"

#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "glob.h"
#include "kernel.h"
#include "lib/vec.h"

#define BTF_FOLDER "/sys/kernel/btf"
#define TYPE_PREFIX "btf_trace_"
#define CALL_PREFIX "__x64_sys_"
#define SYSCALLS "syscalls"

struct scan {
	struct kernel_events *out;
	const char *category, *name;     /* globs; category NULL: any */
	void (*see)(void *opaque, const char *name);
	void *opaque;
};

static int add(struct scan *s, const char *category, const char *name)
{
	struct kernel_event new = { .category = strdup(category), .name = strdup(name) };
	int r = !new.category || !new.name ? -ENOMEM :
		s->out->n >= KERNEL_EVENTS_MAX ? -EOVERFLOW :
		VEC_PUSH(s->out->v, s->out->n, s->out->cap, new);

	if (r) {
		free(new.category);
		free(new.name);
	}
	return r;
}

static void see(const struct scan *s, const char *category, const char *name)
{
	char full[512];

	if (!s->see)
		return;
	snprintf(full, sizeof(full), "%s:%s", category, name);
	s->see(s->opaque, *category ? full : name);
}

static int see_event(struct scan *s, const char *category, const char *name)
{
	if ((!s->category || glob_match(s->category, category)) && glob_match(s->name, name))
		return add(s, category, name);
	see(s, category, name);
	return 0;
}

/* ---- tracefs ---- */

static int read_category(struct scan *s, const char *folder, const char *category)
{
	char path[1024];
	struct dirent *entry;
	DIR *dir;
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, category);
	dir = opendir(path);
	while (dir && !r && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s/%s/format", folder, category, entry->d_name);
		if (entry->d_name[0] != '.' && !access(path, F_OK))
			r = see_event(s, category, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int read_tracefs(struct scan *s, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;
	int r = 0;

	while (dir && !r && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || entry->d_type == DT_REG)
			continue;
		n++;
		r = read_category(s, folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return r ? r : n ? 0 : -ENOENT;
}

/* ---- BTF ---- */

/* Whether an event whose category is not known may be meant. */
static bool is_likely(struct scan *s, const char *name)
{
	char prefix[256];

	if (!glob_match(s->name, name))
		return false;
	if (!s->category || !strcmp(s->category, "*"))
		return true;
	if (!strcmp(s->category, SYSCALLS))
		return false;
	if (!glob_is_pattern(s->category) && !glob_is_pattern(s->name))
		return true;
	s->out->is_guess = true;
	snprintf(prefix, sizeof(prefix), "%s_*", s->category);
	return glob_match(prefix, name);
}

static int see_type(struct scan *s, const char *name)
{
	bool is_known = s->category && !glob_is_pattern(s->category);

	if (is_likely(s, name))
		return add(s, is_known ? s->category : "", name);
	see(s, "", name);
	return 0;
}

/* A module's types follow those of the kernel that it is based on. */
static int read_types(struct scan *s, const struct btf *btf, uint32_t from)
{
	int r = 0;

	for (uint32_t id = from; id < btf__type_cnt(btf) && !r; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name;

		if (!t || !btf_is_typedef(t))
			continue;
		name = btf__name_by_offset(btf, t->name_off);
		if (name && !strncmp(name, TYPE_PREFIX, strlen(TYPE_PREFIX)))
			r = see_type(s, name + strlen(TYPE_PREFIX));
	}
	return r;
}

static int read_modules(struct scan *s, struct btf *kernel)
{
	DIR *dir = opendir(BTF_FOLDER);
	struct dirent *entry;
	char path[512];
	int r = 0;

	while (dir && !r && (entry = readdir(dir))) {
		struct btf *btf;

		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "vmlinux"))
			continue;
		snprintf(path, sizeof(path), BTF_FOLDER "/%s", entry->d_name);
		btf = btf__parse_split(path, kernel);
		if (!btf)
			continue;
		r = read_types(s, btf, btf__type_cnt(kernel));
		btf__free(btf);
	}
	if (dir)
		closedir(dir);
	return r;
}

/* ---- system calls ---- */

static int see_call(struct scan *s, const char *call)
{
	char name[300];
	int r;

	if (!strcmp(call, "ni_syscall"))
		return 0;
	snprintf(name, sizeof(name), "sys_enter_%s", call);
	r = see_event(s, SYSCALLS, name);
	if (r)
		return r;
	snprintf(name, sizeof(name), "sys_exit_%s", call);
	return see_event(s, SYSCALLS, name);
}

static int read_calls(struct scan *s)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[1024], name[256], type;
	int r = 0;

	if (!f)
		return 0;
	while (!r && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*x %c " CALL_PREFIX "%255s", &type, name) == 2 && type == 'T')
			r = see_call(s, name);
	fclose(f);
	return r;
}

/* ---- both ---- */

static int read_btf(struct scan *s)
{
	struct btf *btf = btf__parse(BTF_FOLDER "/vmlinux", NULL);
	int r;

	if (!btf)
		return errno == ENOMEM ? -ENOMEM : -ENOENT;
	r = read_types(s, btf, 1);
	if (!r)
		r = read_modules(s, btf);
	btf__free(btf);
	return r ? r : read_calls(s);
}

static int compare(const void *a, const void *b)
{
	const struct kernel_event *x = a, *y = b;
	int r = strcmp(x->category, y->category);

	return r ? r : strcmp(x->name, y->name);
}

static void keep_one_of_each(struct kernel_events *out)
{
	size_t n = 0;

	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	for (size_t i = 0; i < out->n; i++) {
		if (n && !compare(&out->v[n - 1], &out->v[i])) {
			free(out->v[i].category);
			free(out->v[i].name);
			continue;
		}
		out->v[n++] = out->v[i];
	}
	out->n = n;
}

int kernel_events_find(struct kernel_events *out, const char *category, const char *name,
		       void (*see_other)(void *opaque, const char *name), void *opaque)
{
	struct scan s = {
		.out = out, .category = category, .name = name, .see = see_other, .opaque = opaque
	};
	int r = read_tracefs(&s, "/sys/kernel/tracing/events");

	if (r == -ENOENT)
		r = read_tracefs(&s, "/sys/kernel/debug/tracing/events");
	if (r == -ENOENT)
		r = read_btf(&s);
	keep_one_of_each(out);
	return r;
}

void kernel_events_release(struct kernel_events *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].category);
		free(k->v[i].name);
	}
	free(k->v);
	*k = (struct kernel_events){ 0 };
}
