// SPDX-License-Identifier: GPL-2.0-or-later
/* One run of the sampler: set up, sample until the control pipe ends, report. */
#include "config.h"

#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"

#include "collect.h"
#include "report.h"
#include "targets.h"

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
/* How long a stack or a mapping waits before it is passed on; and the counts. */
#define DRAIN_NS (50 * NS_PER_MS)
#define FLUSH_NS NS_PER_S
#define PIPE_BYTES (1 << 20)

struct session {
	const struct options *options;
	uint32_t *cpus;
	size_t n_cpus;
	uint32_t own[ABI_OWN_MAX];       /* the sampler borrows it */
	struct scan scan;
	struct ticks ticks;
	struct sampler sampler;
	struct rescans rescans;
	struct sideband sideband;
	struct stream stream;
	struct unwinder unwinder;
	struct collector collector;
	struct probes probes;
	bool has_probes;                 /* they are sampled, not CPUs */
	struct report report;
};

static bool is_refusal(int r)
{
	return r == -EPERM || r == -EACCES;
}

/* The first thing that libbpf had to say about a failure; the rest is for developers. */
static char libbpf_said[256];

static int note_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && !libbpf_said[0]) {
		vsnprintf(libbpf_said, sizeof(libbpf_said), format, args);
		libbpf_said[strcspn(libbpf_said, "\n")] = '\0';
	}
	return 0;
}

/* One line for a step that failed, and the remedy; the exit status for it. */
static int fail(int r, const char *step)
{
	diag_error("%s: %s", step, strerror(-r));
	if (is_refusal(r)) {
		diag_hint(_("sampling needs the capabilities CAP_BPF and CAP_PERFMON: run it "
			    "as root"));
		return EXIT_NOT_PERMITTED;
	}
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		diag_hint(_("this kernel does not describe its types: Linux 5.15 or newer with "
			    "CONFIG_DEBUG_INFO_BTF is needed"));
	else if (libbpf_said[0])
		diag_hint("%s", libbpf_said);
	return EXIT_FAILED;
}

/* --sampler=perf asked for what is refused. */
static int fail_events(int r)
{
	if (!is_refusal(r))
		return fail(r, _("cannot open perf events"));
	diag_error("%s: %s", _("cannot open perf events"), strerror(-r));
	diag_hint(_("kernel.perf_event_paranoid above 2 leaves them to root: --sampler=auto does "
		    "without"));
	return EXIT_NOT_PERMITTED;
}

static int online_cpus(struct cpulist *list)
{
	char text[4096];
	int r = read_first_line("/sys/devices/system/cpu/online", text, sizeof(text));

	return r ? r : cpulist_parse(list, text);
}

/* The members of the list, in an array that the caller frees. */
static int list_cpus(const struct cpulist *list, uint32_t **cpus, size_t *n)
{
	*cpus = calloc(CPULIST_MAX, sizeof(**cpus));
	if (!*cpus)
		return -ENOMEM;
	*n = 0;
	for (uint32_t cpu = 0; cpu < CPULIST_MAX; cpu++)
		if (cpulist_has(list, cpu))
			(*cpus)[(*n)++] = cpu;
	return 0;
}

static int list_online(uint32_t **cpus, size_t *n)
{
	CLEANUP_FREE struct cpulist *online = calloc(1, sizeof(*online));
	int r = online ? online_cpus(online) : -ENOMEM;

	return r ? r : list_cpus(online, cpus, n);
}

static int choose_cpus(struct session *s)
{
	return s->options->has_cpus ? list_cpus(&s->options->cpus, &s->cpus, &s->n_cpus) :
				      list_online(&s->cpus, &s->n_cpus);
}

static int open_ticks(struct session *s)
{
	const struct ticks_config config = {
		.rung = s->options->sampler,
		.frequency = s->options->frequency,
		.cpus = s->cpus,
		.n_cpus = s->n_cpus,
		.events = s->options->events,
		.n_events = s->options->n_events,
	};

	return s->has_probes ? 0 : ticks_open(&s->ticks, &config);
}

static int open_sampler(struct session *s)
{
	const struct options *o = s->options;
	struct sampler_config config = {
		.ticks = s->has_probes ? NULL : &s->ticks,
		.cpus = s->cpus,
		.n_cpus = s->n_cpus,
		.own_only = o->own_only,
		.filter_pids = o->pids.n > 0,
		.tids = o->tids.ids,
		.n_tids = o->tids.n,
		.comm = o->has_comm ? &o->comm : NULL,
		.cgroup_fd = o->cgroup_fd,
		.skip_idle = o->skip_idle,
		.every_sample = o->stream_mode == 1,
		.group = o->group,
		.ns_level = s->scan.ns_level,
		.ns_inum = s->scan.ns_inum,
		.ring_bytes = o->ring_bytes,
		.map_entries = o->map_entries,
		.use_tables = o->dwarf,
		.max_frames = o->max_frames,
		.n_probes = (uint32_t)s->probes.n,
		.probe_cpus = o->has_cpus ? &o->cpus : NULL,
		.uprobe_tgid = o->uprobe_pid,
	};

	memcpy(s->own, o->own.ids, o->own.n * sizeof(*s->own));
	config.own = s->own;
	config.n_own = o->own.n;
	if (config.n_own < ABI_OWN_MAX)
		s->own[config.n_own++] = (uint32_t)getpid();
	return sampler_open(&s->sampler, &config);
}

static int take_found(void *ctx, const struct abi_mapping *m, const char *path)
{
	struct session *s = ctx;
	int r = sideband_found(&s->sideband, m, path);

	return r ? r : unwinder_announce(&s->unwinder, m, path);
}

static int take_ended(void *ctx, uint32_t tgid, uint64_t began_ns)
{
	struct session *s = ctx;

	unwinder_announced(&s->unwinder);
	return sideband_ended(&s->sideband, tgid, began_ns);
}

/*
 * Side-band events and mappings of all CPUs: a process may map a file on a CPU that is not
 * sampled.
 */
static int open_sideband(struct session *s)
{
	const struct rescans_reader reader = { take_found, take_ended, s };
	CLEANUP_FREE uint32_t *cpus = NULL;
	struct sideband_config config = {
		.prompt = s->options->dwarf,
		.try_perf = s->options->sampler == TICKS_AUTO || s->options->sampler == TICKS_PERF,
		.events = s->options->events,
		.n_events = s->options->n_events,
		.ns_level = s->scan.ns_level,
		.ns_inum = s->scan.ns_inum,
		.all = s->options->pids.n == 0,
		.rescans = &s->rescans,
	};
	int r = list_online(&cpus, &config.n_cpus);

	config.cpus = cpus;
	rescans_init(&s->rescans, &s->scan, &reader);
	return r ? r : sideband_open(&s->sideband, &config);
}

/* The mappings and tables that the walk needs, those of the command included. */
static int open_unwinder(struct session *s)
{
	int r = unwinder_open(&s->unwinder, s->options, sampler_object(&s->sampler), &s->sideband,
			      &s->rescans);

	if (!r && s->unwinder.on)
		r = sampler_inherit(&s->sampler);
	return r;
}

/*
 * What takes time, before sampling begins: beside many runnable processes the symbols take seconds.
 * The builders work meanwhile.
 */
static int load_names_and_tables(struct session *s)
{
	int r;

	if (s->options->command_path)
		unwinder_prepare(&s->unwinder, s->options->command_path);
	r = collector_load_symbols(&s->collector);
	if (r)
		return fail(r, _("cannot read the kernel's symbols"));
	report_access(&s->report, &s->sideband, s->collector.symbols_from);
	r = unwinder_await_tables(&s->unwinder);
	return r ? fail(r, _("cannot prepare the unwind tables")) : EXIT_OK;
}

/* Returns an exit status. */
static int read_probes(struct session *s)
{
	size_t line;
	int r;

	s->has_probes = s->options->probes_fd >= 0;
	if (!s->has_probes)
		return EXIT_OK;
	r = probes_read(&s->probes, s->options->probes_fd, &line);
	if (r == -EBADMSG)
		diag_error(_("the list of probes is damaged at line %zu"), line);
	else if (r)
		diag_error(_("cannot read the list of probes: %s"), strerror(-r));
	else if (!s->probes.n)
		diag_error(_("the list of probes is empty"));
	return r || !s->probes.n ? EXIT_FAILED : EXIT_OK;
}

/* Everything up to the first sample.  Returns an exit status. */
static int prepare(struct session *s)
{
	int r = choose_cpus(s);

	if (r)
		return fail(r, _("cannot read the list of CPUs"));
	r = read_probes(s);
	if (r != EXIT_OK)
		return r;
	r = scan_open(&s->scan, s->options->pids.n > 0);
	if (r)
		return fail(r, _("cannot load the BPF iterators"));
	r = open_ticks(s);
	if (r)
		return fail_events(r);
	r = open_sampler(s);
	if (r)
		return fail(r, _("cannot load the BPF sampler"));
	if (!s->has_probes)
		s->stream.period_ns = s->ticks.period_ns;
	r = open_sideband(s);
	if (r)
		return fail(r, _("cannot follow processes and their mappings"));
	r = open_unwinder(s);
	if (r)
		return fail(r, _("cannot prepare the unwind tables"));
	r = collector_init(&s->collector, &s->sampler, &s->sideband, &s->scan, &s->stream,
			   &s->unwinder);
	s->stream.ksyms = &s->collector.ksyms;
	s->stream.probes = s->has_probes;
	s->collector.probes = s->has_probes ? &s->probes : NULL;
	s->collector.probe_roots = s->options->probe_roots;
	if (r)
		return fail(r, _("cannot read the BPF ring"));
	report_begin(&s->report, s->options, &s->stream, (uint32_t)s->n_cpus,
		     s->has_probes ? NULL : &s->ticks);
	if (s->has_probes)
		report_probes(&s->report, &s->probes);
	r = targets_announce(&s->collector, &s->options->pids);
	if (r)
		return fail(r, _("cannot list processes and their mappings"));
	return load_names_and_tables(s);
}

/* None could be attached: what became of one of them stands for all. */
static int explain_refusal(const struct session *s, int r)
{
	const struct probe *p = probes_refused(&s->probes);

	if (!p || !p->refused)
		return fail(r, _("cannot attach probes"));
	diag_error(_("cannot attach a probe to %s: %s"), p->target.shown, p->refused);
	diag_hint("%s", probes_remedy(&p->target));
	return is_refusal(r) ? EXIT_NOT_PERMITTED : EXIT_FAILED;
}

static int start_probes(struct session *s)
{
	int r = probes_attach(&s->probes, &s->sampler, s->options->uprobe_pid);

	report_attached(&s->report, &s->probes);
	return r ? explain_refusal(s, r) : EXIT_OK;
}

static int start_sampler(struct session *s)
{
	int r;

	if (s->has_probes)
		return start_probes(s);
	r = sampler_start(&s->sampler, &s->collector.ksyms);
	if (r == -ENOENT && s->ticks.rung != TICKS_PERF) {
		diag_error(_("cannot sample without perf events: this kernel does not tell its "
			     "symbols"));
		diag_hint(_("Linux 6.0 or newer does, or run it as root"));
		return EXIT_NOT_PERMITTED;
	}
	return r ? fail(r, _("cannot sample CPUs")) : EXIT_OK;
}

/* Has the other end of the control pipe been closed?  What it may have written is discarded. */
static bool control_ended(int control)
{
	char scrap[256];
	ssize_t n = read(control, scrap, sizeof(scrap));

	return n == 0 || (n < 0 && errno != EINTR);
}

/*
 * Wait for something to do, until the next drain at most.  Returns 1 when the control pipe has
 * ended, or a negative errno.
 */
static int await(struct session *s, int control, struct pollfd *fds, uint64_t until_ns)
{
	uint64_t now = clock_now_ns(), left_ns = now < until_ns ? until_ns - now : 0;
	struct timespec left = { 0 };
	size_t n = 2;

	fds[0] = (struct pollfd){ .fd = control, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = collector_ring_poll_fd(&s->collector), .events = POLLIN };
	n += unwinder_poll_fds(&s->unwinder, fds + n);
	if (s->unwinder.is_busy && left_ns > UNWINDER_BUSY_NS)
		left_ns = UNWINDER_BUSY_NS;
	left.tv_nsec = (long)left_ns;
	if (ppoll(fds, n, &left, NULL) < 0 && errno != EINTR)
		return -errno;
	return fds[0].revents && control_ended(control);
}

/* A round of the loop: what the walk needs at once, the rest now and then. */
static int turn(struct session *s, uint64_t now, uint64_t *next_drain, uint64_t *next_flush,
		bool ring_is_full)
{
	bool flushes = s->options->stream_mode != 1 && s->options->stream_mode != 3;
	int r;

	if (now < *next_drain && !ring_is_full)
		return unwinder_work(&s->unwinder, now - SIDEBAND_DELAY_NS);
	*next_drain = now + DRAIN_NS;
	if (now < *next_flush)
		return collector_drain(&s->collector);
	*next_flush = now + FLUSH_NS;
	sampler_allow_copies(&s->sampler);
	if (flushes) {
		r = collector_flush(&s->collector);
		report_progress(&s->report, &s->sampler);
	} else {
		r = collector_drain(&s->collector);
		if (!r)
			r = unwinder_tidy(&s->unwinder);
	}
	return r;
}

static int sample(struct session *s, int control)
{
	CLEANUP_FREE struct pollfd *fds = calloc(2 + UNWINDER_FDS + s->sideband.n, sizeof(*fds));
	uint64_t next_flush = clock_now_ns() + FLUSH_NS, next_drain = clock_now_ns() + DRAIN_NS;
	int r = fds ? 0 : -ENOMEM;

	while (!r) {
		r = await(s, control, fds, next_drain);
		if (!r)
			r = turn(s, clock_now_ns(), &next_drain, &next_flush, fds[1].revents);
	}
	return r < 0 ? r : 0;
}

static int explain_write_error(const struct session *s, int r)
{
	if (!s->stream.error)
		return fail(r, _("cannot read samples"));
	/* The reader's death is the front end's to explain. */
	if (s->stream.error != -EPIPE)
		diag_error(_("cannot write %s: %s"), s->stream.error_what,
			   strerror(-s->stream.error));
	return EXIT_FAILED;
}

/* Returns an exit status. */
static int session_run(struct session *s, int control)
{
	int status = prepare(s), r;

	if (status == EXIT_OK)
		status = start_sampler(s);
	if (status != EXIT_OK)
		return status;
	report_live(&s->report);
	r = stream_kernel_maps(&s->stream);
	if (!r)
		r = sample(s, control);
	sampler_stop(&s->sampler);
	probes_detach(&s->probes);
	report_stopped(&s->report);
	if (!r)
		r = collector_flush(&s->collector);
	if (!r)
		r = report_end(&s->report, &s->sampler, &s->collector);
	return r ? explain_write_error(s, r) : EXIT_OK;
}

int run(const struct options *o, int control, int out)
{
	struct session s = { .options = o };
	int status;

	libbpf_set_print(note_libbpf);
	/* A larger pipe, where allowed, lets the reader fall behind for a while. */
	fcntl(out, F_SETPIPE_SZ, PIPE_BYTES);
	stream_init(&s.stream, out, o->record_fd,
		    o->probes_fd >= 0 ? 1 : NS_PER_S / o->frequency, NULL);
	s.stream.copies = o->dwarf;
	status = session_run(&s, control);
	collector_release(&s.collector);
	probes_close(&s.probes);
	unwinder_close(&s.unwinder);
	sideband_close(&s.sideband);
	rescans_release(&s.rescans);
	ticks_close(&s.ticks);
	sampler_close(&s.sampler);
	scan_close(&s.scan);
	stream_release(&s.stream);
	free(s.cpus);
	return status;
}

int run_kernel_symbols(int out)
{
	struct buf text = BUF_INIT(KSYMS_TEXT_MAX);
	struct ksyms ksyms = { 0 };
	struct scan scan;
	int r;

	libbpf_set_print(note_libbpf);
	r = scan_open(&scan, false);
	if (!r)
		r = scan_symbols(&scan, &text, NULL, NULL);
	if (!r)
		r = ksyms_take(&ksyms, &text);
	buf_clear(&text);
	if (!r)
		r = ksyms_print(&ksyms, &text);
	if (!r)
		r = write_all(out, text.data, text.len);
	scan_close(&scan);
	ksyms_release(&ksyms);
	buf_release(&text);
	return r ? fail(r, _("cannot read the kernel's symbols")) : EXIT_OK;
}
