/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of --doctor: their names, what they found, and how that is printed. */
#include "config.h"

#include "doctor-table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"

/* Where the states stand, in columns. */
#define STATE_COLUMN 34

#define ONLY_ROOT N_("run it as root")
#define CAPABILITIES N_("give it CAP_BPF and CAP_PERFMON")

static const struct {
	const char *name;        /* as profile and --porcelain have it */
	const char *heading;     /* before the first of a group */
	const char *label;
	const char *if_refused, *if_missing;     /* remedies */
} trials[DOCTOR_TRIALS] = {
	[DOCTOR_CAPABILITIES] = { "capabilities", N_("This program"),
				  "CAP_BPF, CAP_PERFMON", NULL, NULL },
	[DOCTOR_PROFILE] = { "profile", NULL, "profile", NULL, N_("install profile-bee again") },
	[DOCTOR_BUILDER] = { "unwind-table-builder", NULL, "unwind-table-builder",
			     N_("install profile-bee again"), N_("install profile-bee again") },
	[DOCTOR_PROBE_LIST] = { "probe-list", NULL, "probe-list", N_("install profile-bee again"),
				N_("install profile-bee again") },
	[DOCTOR_SYMBOLIZE] = { "symbolize", NULL, "symbolize", N_("install profile-bee again"),
			       N_("install profile-bee again") },
	[DOCTOR_RENDER] = { "render", NULL, "render", N_("install profile-bee again"),
			    N_("install profile-bee again") },
	[DOCTOR_CPU_PERF] = { "cpu-perf", N_("Sampling CPUs"), N_("by perf events"),
			      N_("run it as root, or: sysctl kernel.perf_event_paranoid=2"),
			      N_("a kernel with CONFIG_PERF_EVENTS") },
	[DOCTOR_CPU_TIMER] = { "cpu-timer", NULL, N_("by BPF timers"), CAPABILITIES,
			       N_("Linux 5.15 or newer with CONFIG_DEBUG_INFO_BTF") },
	[DOCTOR_CPU_TICK] = { "cpu-tick", NULL, N_("by the kernel's tick"), CAPABILITIES,
			      N_("Linux 5.15 or newer with CONFIG_DEBUG_INFO_BTF") },
	[DOCTOR_PROGRAMS] = { "programs", N_("Naming what is sampled"),
			      N_("BPF programs and iterators"), CAPABILITIES,
			      N_("Linux 5.15 or newer with CONFIG_DEBUG_INFO_BTF") },
	[DOCTOR_SIDEBAND_PERF] = { "sideband-perf", NULL, N_("new mappings by perf events"),
				   N_("run it as root, or: sysctl kernel.perf_event_paranoid=2"),
				   N_("a kernel with CONFIG_PERF_EVENTS") },
	[DOCTOR_SIDEBAND_BPF] = { "sideband-bpf", NULL, N_("new mappings by tracepoints"),
				  CAPABILITIES,
				  N_("Linux 5.15 or newer with CONFIG_DEBUG_INFO_BTF") },
	[DOCTOR_MAPPINGS] = { "mappings", NULL, N_("mappings of a process"), CAPABILITIES,
			      N_("Linux 6.1 or newer") },
	[DOCTOR_SYMBOLS] = { "symbols", NULL, N_("kernel symbols"), CAPABILITIES,
			     N_("Linux 6.0 or newer with CONFIG_KALLSYMS") },
	[DOCTOR_UPROBE_MULTI] = { "uprobe-multi", N_("Probes in programs and libraries"),
				  N_("uprobe_multi"), CAPABILITIES, N_("Linux 6.6 or newer") },
	[DOCTOR_UPROBE_PERF] = { "uprobe-perf", NULL, N_("perf uprobe"), ONLY_ROOT,
				 N_("a kernel with CONFIG_UPROBE_EVENTS") },
	[DOCTOR_KPROBE_PERF] = { "kprobe-perf", N_("Probes in the kernel"), N_("perf kprobe"),
				 ONLY_ROOT, N_("a kernel with CONFIG_KPROBE_EVENTS") },
	[DOCTOR_KPROBE_MULTI] = { "kprobe-multi", NULL, N_("kprobe_multi"), ONLY_ROOT,
				  N_("Linux 5.18 or newer with CONFIG_FPROBE") },
	[DOCTOR_FENTRY] = { "fentry", NULL, N_("fentry"),
			    N_("a kernel that does not restrict tracing of functions to root"),
			    N_("a kernel with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS") },
	[DOCTOR_TRACEPOINT_PERF] = { "tracepoint-perf", N_("Tracepoints"),
				     N_("perf tracepoint"), ONLY_ROOT,
				     N_("mount tracefs: mount -t tracefs none "
					"/sys/kernel/tracing") },
	[DOCTOR_TRACEPOINT_BTF] = { "tracepoint-btf", NULL, N_("BTF tracepoint"), CAPABILITIES,
				    N_("Linux 5.15 or newer with CONFIG_DEBUG_INFO_BTF") },
};

static const char *const states[] = { "untried", "works", "refused", "missing" };

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with && *with ? strdup(with) : NULL;
}

static const char *usual_remedy(enum doctor_trial trial, enum doctor_state state)
{
	const char *remedy = state == DOCTOR_REFUSED ? trials[trial].if_refused :
			     state == DOCTOR_MISSING ? trials[trial].if_missing : NULL;

	return remedy ? _(remedy) : NULL;
}

void doctor_table_set(struct doctor_table *t, enum doctor_trial trial, enum doctor_state state,
		      const char *reason, const char *remedy)
{
	struct doctor_finding *f = &t->findings[trial];

	f->state = state;
	replace(&f->reason, reason);
	replace(&f->remedy, remedy ? remedy : usual_remedy(trial, state));
}

/* The index of the word in the n of the list, or n. */
static size_t find_word(const char *word, const char *const *list, size_t stride, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, *(const char *const *)((const char *)list + i * stride)))
			return i;
	return n;
}

int doctor_table_take_line(struct doctor_table *t, char *line)
{
	char *name = strsep(&line, "\t"), *word = strsep(&line, "\t");
	size_t trial, state;

	if (!word || !line || strchr(line, '\t'))
		return -EBADMSG;
	trial = find_word(name, &trials[0].name, sizeof(trials[0]), DOCTOR_TRIALS);
	state = find_word(word, states, sizeof(states[0]), ARRAY_SIZE(states));
	if (trial == DOCTOR_TRIALS || state == ARRAY_SIZE(states))
		return -EBADMSG;
	if (!doctor_table_works(t, (enum doctor_trial)trial))
		doctor_table_set(t, (enum doctor_trial)trial, (enum doctor_state)state, line, NULL);
	return 0;
}

const char *doctor_table_sampler(const struct doctor_table *t)
{
	for (enum doctor_trial i = DOCTOR_CPU_PERF; i <= DOCTOR_CPU_TICK; i++)
		if (doctor_table_works(t, i))
			return _(trials[i].label);
	return NULL;
}

/* ---- printing ---- */

static const char *state_text(enum doctor_state state)
{
	switch (state) {
	case DOCTOR_WORKS:
		return _("works");
	case DOCTOR_REFUSED:
		return _("refused");
	case DOCTOR_MISSING:
		return _("missing");
	case DOCTOR_UNTRIED:
		break;
	}
	return _("not tried");
}

/* Characters, of which translated labels have fewer than bytes. */
static size_t columns(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void put_padded(struct buf *b, const char *text, size_t width)
{
	buf_put_str(b, text);
	for (size_t n = columns(text); n < width; n++)
		if (buf_put_byte(b, ' '))
			return;
}

/* Without the capabilities only what gives them is a remedy of refusals. */
static bool has_remedy(const struct doctor_table *t, enum doctor_trial trial)
{
	const struct doctor_finding *f = &t->findings[trial];

	return f->remedy && (f->state != DOCTOR_REFUSED || trial < DOCTOR_CPU_PERF ||
			     doctor_table_works(t, DOCTOR_CAPABILITIES));
}

static void put_finding(struct buf *b, const struct doctor_table *t, enum doctor_trial trial)
{
	const struct doctor_finding *f = &t->findings[trial];

	buf_put_str(b, "  ");
	put_padded(b, _(trials[trial].label), STATE_COLUMN - 2);
	buf_put_str(b, state_text(f->state));
	if (f->reason)
		buf_printf(b, ": %s", f->reason);
	buf_put_byte(b, '\n');
	if (has_remedy(t, trial))
		buf_printf(b, _("      remedy: %s\n"), f->remedy);
}

void doctor_table_print(const struct doctor_table *t, struct buf *b)
{
	for (enum doctor_trial i = 0; i < DOCTOR_TRIALS; i++) {
		if (trials[i].heading)
			buf_printf(b, "\n%s\n", _(trials[i].heading));
		put_finding(b, t, i);
	}
}

void doctor_table_print_porcelain(const struct doctor_table *t, struct buf *b)
{
	for (enum doctor_trial i = 0; i < DOCTOR_TRIALS; i++) {
		const struct doctor_finding *f = &t->findings[i];

		buf_printf(b, "%s\t%s\t%s\t%s\n", trials[i].name, states[f->state],
			   f->reason ? f->reason : "", has_remedy(t, i) ? f->remedy : "");
	}
}

void doctor_table_release(struct doctor_table *t)
{
	for (size_t i = 0; i < DOCTOR_TRIALS; i++) {
		free(t->findings[i].reason);
		free(t->findings[i].remedy);
	}
	*t = (struct doctor_table){ 0 };
}
