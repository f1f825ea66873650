/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets of a specification in the kernel. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "glob.h"
#include "kernel.h"
#include "lib/i18n.h"
#include "near.h"
#include "resolve-file.h"

/* ---- functions ---- */

static void say_why(char *why, size_t size, const struct kernel_function *f, const struct spec *s)
{
	size_t base;

	if (f->is_forbidden)
		snprintf(why, size, _("the kernel takes no probes in this code"));
	else if (clone_of(f->name, &base) == CLONE_COLD)
		snprintf(why, size, _("it is the rarely executed part of a function, jumped to and "
				      "never called"));
	else if (s->has_offset && f->size && s->offset >= f->size)
		snprintf(why, size, _("it has only %" PRIu64 " bytes"), f->size);
}

static int add_function(struct answer *a, const struct spec *s, const struct kernel_function *f)
{
	char why[256] = "", shown[1100], note[1300];
	struct probe_target t = {
		.spec = s->number, .kind = s->kind, .is_return = s->is_return, .event = -1,
		.offset = s->offset, .size = f->size, .file = f->module, .name = f->name,
		.shown = shown, .why = why
	};

	snprintf(shown, sizeof(shown), "%s", f->name);
	if (s->has_offset)
		snprintf(shown, sizeof(shown), "%s+0x%" PRIx64, f->name, s->offset);
	say_why(why, sizeof(why), f, s);
	if (f->n_same > 1 && s->class == SPEC_EXACT) {
		snprintf(note, sizeof(note), _("the kernel has %u functions called %s, and may "
					       "refuse the name"), f->n_same, f->name);
		answer_note(a, s->number, note);
	}
	return answer_add(a, &t);
}

static void complain_of_functions(struct complaint *c, const struct spec *s,
				  const struct near *near, int error)
{
	char list[NEAR_MAX * (NEAR_NAME_MAX + 2)];

	if (error) {
		complain(c, _("cannot read /proc/kallsyms: %s"), strerror(-error));
		return;
	}
	complain(c, _("no function of the kernel matches '%s'"), shown_name(s->text).text);
	near_list(near, list, sizeof(list));
	if (*list)
		complain_hint(c, _("near names: %s"), list);
	else
		complain_hint(c, _("/proc/kallsyms has the names; what the compiler inlined has "
				   "none"));
}

int resolve_kernel_functions(struct answer *a, const struct spec *s)
{
	struct near near = { .wanted = s->pattern };
	struct kernel_functions found = { 0 };
	struct complaint c = { 0 };
	struct matcher m;
	int e = matcher_init(&m, s, false, &c);

	if (e == -EINVAL) {
		answer_finish(a, s->number, &c);
		return 0;
	}
	if (e)
		return e;
	e = kernel_functions_find(&found, &m, s->file, s->class == SPEC_EXACT ? near_see : NULL,
				  &near);
	matcher_release(&m);
	if (e != -ENOMEM && e != -EOVERFLOW) {
		if (!found.n)
			complain_of_functions(&c, s, &near, e);
		e = 0;
	}
	for (size_t i = 0; i < found.n && !e; i++)
		e = add_function(a, s, &found.v[i]);
	kernel_functions_release(&found);
	answer_finish(a, s->number, &c);
	return e;
}

/* ---- tracepoints ---- */

static int add_event(struct answer *a, const struct spec *s, const struct kernel_event *event)
{
	CLEANUP_FREE char *shown = NULL;
	struct probe_target t = {
		.spec = s->number, .kind = s->kind, .event = -1, .file = event->category,
		.name = event->name, .why = ""
	};

	/* The category is the file, which names already show before it. */
	shown = strdup(event->name);
	if (!shown)
		return -ENOMEM;
	t.shown = shown;
	return answer_add(a, &t);
}

static void complain_of_events(struct complaint *c, const struct spec *s, const struct near *near,
			       int error)
{
	char list[NEAR_MAX * (NEAR_NAME_MAX + 2)];

	if (error) {
		complain(c, _("the kernel's tracepoints cannot be listed: neither tracefs nor "
			      "/sys/kernel/btf/vmlinux can be read"));
		complain_hint(c, _("as root: mount -t tracefs nodev /sys/kernel/tracing"));
		return;
	}
	complain(c, _("no tracepoint matches '%s'"), shown_name(s->text).text);
	near_list(near, list, sizeof(list));
	if (*list)
		complain_hint(c, _("near names: %s"), list);
	else
		complain_hint(c, _("tracepoints are called CATEGORY:NAME; globs may be used in "
				   "both"));
}

/* Without tracefs only names are known: the one that is wanted is then compared with those. */
static void near_event(void *opaque, const char *name)
{
	struct near *near = opaque;
	const char *colon = strchr(near->wanted, ':');
	struct near bare;

	if (strchr(name, ':') || !colon) {
		near_see(near, name);
		return;
	}
	bare = *near;
	bare.wanted = colon + 1;
	near_see(&bare, name);
	bare.wanted = near->wanted;
	*near = bare;
}

int resolve_kernel_events(struct answer *a, const struct spec *s)
{
	struct near near = { .wanted = s->text };
	struct kernel_events found = { 0 };
	struct complaint c = { 0 };
	bool is_pattern = glob_is_pattern(s->text);
	int e = kernel_events_find(&found, s->group, s->pattern, is_pattern ? NULL : near_event,
				   &near);

	if (e != -ENOMEM && e != -EOVERFLOW) {
		if (!found.n)
			complain_of_events(&c, s, &near, e);
		e = 0;
	}
	for (size_t i = 0; i < found.n && !e; i++)
		e = add_event(a, s, &found.v[i]);
	if (found.is_guess && found.n)
		answer_note(a, s->number, _("tracefs cannot be read, so the category is guessed: "
					    "its tracepoints are those called like it"));
	kernel_events_release(&found);
	answer_finish(a, s->number, &c);
	return e;
}
