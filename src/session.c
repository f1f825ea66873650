/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: one loop over signals, status pipes, targets and deadlines. */
#include "config.h"

#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/i18n.h"
#include "output-format.h"
#include "progress.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)
/* From SIGTERM to SIGKILL, for a command that is still there at the end of --time. */
#define GRACE_NS (2 * NS_PER_S)
/* How often the progress line changes, and threads without a pidfd are looked at. */
#define TICK_MS 250

static struct helper *profiler(struct session *s)
{
	return &s->pipeline.helpers[HELPER_PROFILE];
}

static struct command *command_of(struct session *s)
{
	return &s->acquired->command;
}

static void note_failure(struct session *s, int status)
{
	/* Of several helpers that end together the one that was refused knows why. */
	if (s->failure == EXIT_OK || status == EXIT_NOT_PERMITTED)
		s->failure = status;
}

static void stop(struct session *s)
{
	s->stopping = true;
	s->deadline_ns = 0;
	if (s->progress_shown)
		progress_erase();
	s->progress_shown = false;
	pipeline_stop(&s->pipeline);
	command_cancel(command_of(s));
}

/* ---- signals ---- */

static void add_unless_ignored(sigset_t *set, int signal)
{
	struct sigaction action;

	if (!sigaction(signal, NULL, &action) && action.sa_handler != SIG_IGN)
		sigaddset(set, signal);
}

/* A signal that is ignored (nohup, a shell's background job) stays so. */
static int block_signals(struct session *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	add_unless_ignored(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signal_fd < 0 ? -errno : 0;
}

static void take_signal(struct session *s, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		return;
	s->signals++;
	s->last_signal = (int)info->ssi_signo;
	/* What the terminal sends, the command has got itself. */
	if (info->ssi_code != SI_KERNEL && command_of(s)->released)
		command_kill(command_of(s), s->last_signal);
	if (!s->stopping)
		stop(s);
}

static void read_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info))
		take_signal(s, &info);
}

/* A second signal quits, and the first where there is no sampling that it could end. */
static bool must_quit(const struct session *s)
{
	return s->signals > (s->options->input ? 0 : 1);
}

/* ---- sampling has begun ---- */

static void release_command(struct session *s)
{
	struct command *c = command_of(s);
	int err;

	if (c->child.pid <= 0)
		return;
	err = command_release(c);
	if (!err)
		return;
	diag_error(_("%s: cannot be executed: %s"), c->argv[0], strerror(-err));
	note_failure(s, err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE);
	stop(s);
}

static void go_live(struct session *s)
{
	s->live = true;
	s->live_ns = clock_now_ns();
	if (s->stopping)
		return;
	if (s->options->duration_ns)
		s->deadline_ns = s->live_ns + s->options->duration_ns;
	release_command(s);
}

/* ---- helpers ---- */

static void explain_end(struct session *s, const struct helper *h)
{
	if (WIFSIGNALED(h->status)) {
		int signal = WTERMSIG(h->status);

		diag_error(_("the helper %s was killed by signal %d (%s)"), h->name, signal,
			   strsignal(signal));
		snprintf(s->incomplete, sizeof(s->incomplete), _("%s was killed by signal %d"),
			 h->name, signal);
		s->kill_explained = true;
	} else if (WEXITSTATUS(h->status)) {
		snprintf(s->incomplete, sizeof(s->incomplete), _("%s failed"), h->name);
	} else {
		diag_error(_("the helper %s ended without finishing its work"), h->name);
		snprintf(s->incomplete, sizeof(s->incomplete), _("%s did not finish"), h->name);
	}
}

static int failure_status(const struct session *s, const struct helper *h)
{
	if (!s->live && WIFEXITED(h->status) && WEXITSTATUS(h->status) == EXIT_NOT_PERMITTED)
		return EXIT_NOT_PERMITTED;
	return EXIT_FAILED;
}

/*
 * The first to fail is explained; the others fail because of it.  One that was killed closes its
 * pipes before it can be reaped, so that those which only lost their peer may come first.
 */
static void judge_helper(struct session *s, struct helper *h)
{
	bool done = helper_facts_get(&h->facts, "done") != NULL;

	if (h->quiet || (helper_succeeded(h) && done))
		return;
	if (!s->incomplete[0] || (WIFSIGNALED(h->status) && !s->kill_explained))
		explain_end(s, h);
	note_failure(s, failure_status(s, h));
	if (!s->stopping)
		stop(s);
}

static void take_status(struct session *s, struct helper *h)
{
	if (h->status_fd >= 0 && !pipeline_read_status(h) && h->ended)
		return;
	if (!s->live && h == profiler(s) && helper_facts_get(&h->facts, "live"))
		go_live(s);
}

/*
 * A helper that was killed is judged before those that only lost their peer, and of these the one
 * at the end of the pipeline, the renderer, last.
 */
static void reap_helpers(struct session *s)
{
	struct helper *fresh[HELPERS];
	size_t n = 0;

	for (struct helper *h = s->pipeline.helpers; h < s->pipeline.helpers + HELPERS; h++)
		if (h->started && !h->ended)
			fresh[n++] = h;
	pipeline_reap(&s->pipeline);
	for (size_t i = 0; i < n; i++)
		while (fresh[i]->ended && fresh[i]->status_fd >= 0)
			take_status(s, fresh[i]);
	for (size_t i = 0; i < n; i++)
		if (fresh[i]->ended && WIFSIGNALED(fresh[i]->status))
			judge_helper(s, fresh[i]);
	for (size_t i = n; i-- > 0; )
		if (fresh[i]->ended && !WIFSIGNALED(fresh[i]->status))
			judge_helper(s, fresh[i]);
}

static bool helpers_run(const struct session *s)
{
	for (int i = 0; i < HELPERS; i++)
		if (s->pipeline.helpers[i].started && !s->pipeline.helpers[i].ended)
			return true;
	return false;
}

/* ---- the command and the clock ---- */

static bool command_runs(struct session *s)
{
	struct command *c = command_of(s);

	return c->released && !c->ended;
}

static void end_command(struct session *s, int signal)
{
	int err = command_kill(command_of(s), signal);

	if (err && err != -ESRCH)
		diag_warn(_("cannot end %s: %s"), command_of(s)->argv[0], strerror(-err));
}

static void check_clock(struct session *s)
{
	uint64_t now = clock_now_ns();

	if (s->deadline_ns && now >= s->deadline_ns) {
		stop(s);
		if (command_runs(s)) {
			end_command(s, SIGTERM);
			s->kill_ns = now + GRACE_NS;
		}
	}
	if (s->kill_ns && now >= s->kill_ns) {
		s->kill_ns = 0;
		if (command_runs(s))
			end_command(s, SIGKILL);
	}
}

/* Where nobody else wants the profile, its end is that of the run. */
static void check_receiver(struct session *s)
{
	struct receiver *r = &s->acquired->receiver;
	int status;

	if (!r->command.argv || receiver_runs(r))
		return;
	if (receiver_has_failed(r, &status)) {
		if (WIFSIGNALED(status))
			diag_error(_("%s was killed by signal %d (%s)"), r->command.argv[0],
				   WTERMSIG(status), strsignal(WTERMSIG(status)));
		else
			diag_error(_("%s failed with status %d"), r->command.argv[0],
				   WEXITSTATUS(status));
		note_failure(s, EXIT_FAILED);
	}
	if (!s->stopping && s->options->n_outputs == 1)
		stop(s);
}

static void check_targets(struct session *s)
{
	command_reap(command_of(s), false);
	if (s->stopping)
		return;
	if (command_of(s)->ended || targets_all_gone(&s->acquired->targets))
		stop(s);
}

static void say_waiting(struct session *s)
{
	if (helpers_run(s) || !command_runs(s) || s->waiting_said || s->kill_ns)
		return;
	s->waiting_said = true;
	if (!s->options->quiet)
		diag_note(_("sampling is over; waiting for %s (process %d) to end"),
			  command_of(s)->argv[0], (int)command_of(s)->child.pid);
}

/* ---- the loop ---- */

static void show_progress(struct session *s)
{
	if (!s->live || s->stopping || !progress_is_wanted(s->options))
		return;
	s->progress_shown = true;
	progress_show(clock_now_ns() - s->live_ns,
		      helper_facts_number(&profiler(s)->facts, "progress"));
}

static bool needs_ticks(const struct session *s)
{
	if (progress_is_wanted(s->options))
		return true;
	for (size_t i = 0; i < s->acquired->targets.n; i++)
		if (s->acquired->targets.list[i].pidfd < 0)
			return true;
	return false;
}

static int timeout_ms(const struct session *s)
{
	uint64_t next = s->deadline_ns ? s->deadline_ns : s->kill_ns;
	uint64_t now = clock_now_ns(), ms;

	if (!next)
		return s->stopping || !needs_ticks(s) ? -1 : TICK_MS;
	ms = next > now ? (next - now + NS_PER_MS - 1) / NS_PER_MS : 0;
	if (needs_ticks(s) && ms > TICK_MS)
		return TICK_MS;
	return ms > 1000000 ? 1000000 : (int)ms;
}

static size_t fill_poll(const struct session *s, struct pollfd *fds)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){ .fd = s->signal_fd, .events = POLLIN };
	for (int i = 0; i < HELPERS; i++)
		fds[n++] = (struct pollfd){ .fd = s->pipeline.helpers[i].status_fd,
					    .events = POLLIN };
	for (size_t i = 0; i < s->acquired->targets.n && !s->stopping; i++)
		if (!s->acquired->targets.list[i].gone)
			fds[n++] = (struct pollfd){ .fd = s->acquired->targets.list[i].pidfd,
						    .events = POLLIN };
	return n;
}

static void step(struct session *s, struct pollfd *fds)
{
	size_t n = fill_poll(s, fds);

	if (poll(fds, n, timeout_ms(s)) < 0 && errno != EINTR)
		note_failure(s, EXIT_FAILED);
	read_signals(s);
	for (int i = 0; i < HELPERS; i++)
		if (fds[1 + i].revents)
			take_status(s, &s->pipeline.helpers[i]);
	reap_helpers(s);
	check_receiver(s);
	check_targets(s);
	check_clock(s);
	show_progress(s);
	say_waiting(s);
}

static void loop(struct session *s)
{
	struct pollfd *fds = calloc(1 + HELPERS + s->acquired->targets.n, sizeof(*fds));

	if (!fds) {
		diag_error("%s", strerror(ENOMEM));
		note_failure(s, EXIT_FAILED);
		stop(s);
		return;
	}
	while (!must_quit(s) && (helpers_run(s) || command_runs(s) ||
				 receiver_runs(&s->acquired->receiver)))
		step(s, fds);
	free(fds);
}

static int hold_command(struct session *s, const struct spawn_signals *signals)
{
	int err;

	if (!s->options->command)
		return EXIT_OK;
	err = command_hold(command_of(s), signals, &s->acquired->descriptors);
	if (err)
		diag_error(_("cannot start %s: %s"), s->options->command[0], strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

static int start_receiver(struct session *s, const struct spawn_signals *signals)
{
	struct receiver *r = &s->acquired->receiver;
	int err;

	r->in_fd = outputs_take_reader(&s->acquired->outputs);
	err = receiver_start(r, signals, &s->acquired->descriptors);
	if (err)
		diag_error(_("cannot start %s: %s"), r->command.argv[0], strerror(-err));
	return err ? EXIT_FAILED : EXIT_OK;
}

static int start(struct session *s)
{
	struct spawn_signals signals;
	int err, status;

	spawn_save_signals(&signals);
	err = block_signals(s);
	if (err) {
		diag_error(_("cannot handle signals: %s"), strerror(-err));
		return EXIT_FAILED;
	}
	status = hold_command(s, &signals);
	if (!status)
		status = start_receiver(s, &signals);
	if (status)
		return status;
	status = pipeline_start(&s->pipeline, s->options, s->acquired, command_of(s)->child.pid);
	outputs_close_pipes(&s->acquired->outputs);
	return status;
}

static int take_probe_fact(void *context, const char *key, const char *value)
{
	return probe_results_take(context, key, value);
}

/* Returns an exit status. */
static int begin(struct session *s)
{
	pipeline_init(&s->pipeline);
	if (probe_results_init(&s->probes, s->acquired->probes.n)) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	profiler(s)->facts.taker = take_probe_fact;
	profiler(s)->facts.context = &s->probes;
	return start(s);
}

void session_run(struct session *s, const struct options *o, struct acquired *a)
{
	memset(s, 0, sizeof(*s));
	s->options = o;
	s->acquired = a;
	s->signal_fd = -1;
	s->failure = begin(s);
	if (s->failure) {
		stop(s);
		pipeline_kill(&s->pipeline);
		return;
	}
	loop(s);
	if (must_quit(s)) {
		pipeline_kill(&s->pipeline);
		command_cancel(command_of(s));
	}
}

void session_release(struct session *s)
{
	pipeline_release(&s->pipeline);
	probe_results_release(&s->probes);
	if (s->signal_fd >= 0)
		close(s->signal_fd);
}

int session_exit_status(const struct session *s)
{
	const struct helper *render = &s->pipeline.helpers[HELPER_RENDER];
	const struct command *c = &s->acquired->command;

	if (must_quit(s) || (s->options->command && !c->released && s->signals))
		return 128 + s->last_signal;
	if (c->released && c->ended && command_exit_status(c))
		return command_exit_status(c);
	if (s->failure == EXIT_OK && helper_facts_number(&render->facts, "fail_if_held"))
		return EXIT_CONDITION;
	if (helper_facts_number(&render->facts, "fail_if_unjudged"))
		return EXIT_FAILED;
	return s->failure;
}

bool session_has_killed_renderer(const struct session *s)
{
	const struct helper *render = &s->pipeline.helpers[HELPER_RENDER];

	return render->ended && WIFSIGNALED(render->status);
}

bool session_has_written(const struct session *s, enum output_format format)
{
	const struct helper *maker =
		&s->pipeline.helpers[output_format_name(format) ? HELPER_RENDER : HELPER_PROFILE];

	return helper_succeeded(maker);
}
