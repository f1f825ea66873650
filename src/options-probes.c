/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about probes: every word becomes KIND:SPEC, which probe-list understands. */
#include "config.h"

#include "options-probes.h"

#include <string.h>

#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/vec.h"
#include "usage.h"

enum {
	KEY_KPROBE = 0x200,
	KEY_TRACEPOINT,
	KEY_UPROBE,
	KEY_UPROBE_PID,
	KEY_NO_ROOTS,
	KEY_LIST,
	KEY_PORCELAIN
};

#define SPEC_MAX ((size_t)64 << 10)

static const struct argp_option option_table[] = {
	{ NULL, 0, NULL, 0, N_("Sample at probes instead of by time (may be repeated):"), 1 },
	{ "event", 'e', N_("KIND:SPEC"), 0,
	  N_("Where SPEC is hit; KIND is uprobe (the default), uretprobe, usdt, kprobe, "
	     "kretprobe or tracepoint"),
	  0 },
	{ "uprobe", KEY_UPROBE, N_("SPEC"), 0,
	  N_("A function in a program or library: NAME, LIB:NAME, /PATH:NAME, ret:NAME, "
	     "NAME+OFFSET, a glob, /REGEX/, a C++ or Rust name, or FILE:LINE"),
	  0 },
	{ "kprobe", KEY_KPROBE, N_("FUNCTION"), 0, N_("A function of the kernel, or a glob"), 0 },
	{ "tracepoint", KEY_TRACEPOINT, N_("CATEGORY:NAME"), 0,
	  N_("A tracepoint of the kernel, or a glob"), 0 },
	{ "uprobe-pid", KEY_UPROBE_PID, N_("PID"), 0,
	  N_("Put the probes of programs and libraries into this process only"), 0 },
	{ "no-probe-roots", KEY_NO_ROOTS, NULL, 0,
	  N_("Several probes: do not keep them apart in the results"), 0 },
	{ "list-probes", KEY_LIST, N_("SPEC"), 0,
	  N_("Print what SPEC (as with --event) stands for, and sample nothing"), 0 },
	{ "porcelain", KEY_PORCELAIN, NULL, 0,
	  N_("Print the list, or what --doctor found, for programs"), 0 },
	{ 0 }
};

static const struct { const char *prefix, *kind; } kinds[] = {
	{ "uprobe:", "uprobe" }, { "u:", "uprobe" }, { "uretprobe:", "uretprobe" },
	{ "ur:", "uretprobe" }, { "kprobe:", "kprobe" }, { "k:", "kprobe" },
	{ "kretprobe:", "kretprobe" }, { "kr:", "kretprobe" }, { "tracepoint:", "tracepoint" },
	{ "tp:", "tracepoint" }, { "t:", "tracepoint" }, { "usdt:", "usdt" },
};

static const char *after(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) ? NULL : text + n;
}

static void add(struct options *o, const char *option, const char *kind, const char *text)
{
	char *probe = NULL;

	if (!strcmp(kind, "kprobe") && after(text, "ret:")) {
		kind = "kretprobe";
		text = after(text, "ret:");
	}
	if (!*text)
		usage_error(_("--%s: the specification is empty"), option);
	if (strlen(text) > SPEC_MAX)
		usage_error(_("--%s: the specification is longer than %zu bytes"), option,
			    SPEC_MAX);
	if (asprintf(&probe, "%s:%s", kind, text) < 0 ||
	    VEC_PUSH(o->probes, o->n_probes, o->cap_probes, probe))
		usage_error(_("--%s: out of memory"), option);
}

/* The kind is in the text, or it is a function of a program or library. */
static void add_event(struct options *o, const char *option, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *rest = after(text, kinds[i].prefix);

		if (rest) {
			add(o, option, kinds[i].kind, rest);
			return;
		}
	}
	add(o, option, "uprobe", text);
}

static void set_uprobe_pid(struct options *o, const char *text)
{
	uint64_t pid;

	if (number_parse(text, 1, INT32_MAX, &pid))
		usage_error(_("--uprobe-pid '%s': not the id of a process"), text);
	o->uprobe_pid = (uint32_t)pid;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'e':
		add_event(o, "event", arg);
		return 0;
	case KEY_UPROBE:
		add(o, "uprobe", "uprobe", arg);
		return 0;
	case KEY_KPROBE:
		add(o, "kprobe", "kprobe", arg);
		return 0;
	case KEY_TRACEPOINT:
		add(o, "tracepoint", "tracepoint", arg);
		return 0;
	case KEY_UPROBE_PID:
		set_uprobe_pid(o, arg);
		return 0;
	case KEY_NO_ROOTS:
		o->no_probe_roots = true;
		return 0;
	case KEY_LIST:
		o->list_probes = true;
		add_event(o, "list-probes", arg);
		return 0;
	case KEY_PORCELAIN:
		o->porcelain = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp probes_parser = { .options = option_table, .parser = parse_option };

static bool has_user_probe(const struct options *o)
{
	for (size_t i = 0; i < o->n_probes; i++)
		if (*o->probes[i] == 'u')
			return true;
	return false;
}

static void check_sampling(const struct options *o, bool has_frequency)
{
	if (o->self_profile)
		usage_error(_("--self-profile and probes exclude each other"));
	if (has_frequency)
		diag_warn(_("--frequency has no effect: every hit of a probe is a sample"));
	if (o->skip_idle)
		diag_warn(_("--skip-idle has no effect: every hit of a probe is a sample"));
}

void options_check_probes(const struct options *o, bool has_frequency)
{
	if (o->n_probes && o->input)
		usage_error(_("--input and probes exclude each other: a recording is not sampled "
			      "again"));
	if (o->uprobe_pid && !has_user_probe(o))
		usage_error(_("--uprobe-pid: there is no probe of a program or library"));
	if (o->porcelain && !o->list_probes && !o->doctor)
		usage_error(_("--porcelain is for --list-probes and --doctor"));
	if (o->n_probes)
		check_sampling(o, has_frequency);
}
