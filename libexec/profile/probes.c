// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of probes, and what attaching has in common for all kinds. */
#include "config.h"

#include "probes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/abi.h"

#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/vec.h"

#include "probe-rungs.h"

#define LIST_BYTES_MAX ((size_t)512 << 20)

static const char *const rung_names[RUNGS] = {
	"uprobe_multi", "perf-uprobe", "perf-kprobe", "kprobe_multi", "fentry", "tracefs", "raw_tp",
	"raw-syscall",
};

const char *probe_rung_name(enum probe_rung rung)
{
	return rung_names[rung];
}

/* ---- the list ---- */

static bool is_sound(const struct probe_target *t)
{
	bool is_user = t->kind == PROBE_UPROBE || t->kind == PROBE_USDT;

	if (*t->why || !*t->name || (is_user ? *t->file != '/' : t->semaphore != 0))
		return false;
	if (t->kind == PROBE_TRACEPOINT && (t->is_return || t->offset))
		return false;
	return t->event < 0 || fcntl(t->event, F_GETFD) >= 0;
}

/* The end says how many lines there were before it, and nothing follows it. */
static int take_line(struct probes *p, char *text, size_t number, size_t *cap, bool *ended)
{
	struct probe_line line;

	if (*ended || strlen(text) > PROBE_LINE_MAX || probe_line_parse(&line, text))
		return -EBADMSG;
	if (line.kind == PROBE_LINE_END) {
		*ended = line.lines == number;
		return *ended ? 0 : -EBADMSG;
	}
	if (line.kind != PROBE_LINE_TARGET || !is_sound(&line.target) || p->n >= ABI_PROBES_MAX)
		return -EBADMSG;
	return VEC_PUSH(p->list, p->n, *cap, ((struct probe){ .target = line.target }));
}

static int parse_list(struct probes *p, size_t *number)
{
	char *text = (char *)p->text.data, *end = text + p->text.len;
	size_t cap = 0;
	bool ended = false;
	int r = 0;

	for (*number = 0; text < end && !r; text++) {
		char *newline = memchr(text, '\n', (size_t)(end - text));

		if (!newline || memchr(text, '\0', (size_t)(newline - text))) {
			++*number;
			return -EBADMSG;
		}
		*newline = '\0';
		r = take_line(p, text, *number, &cap, &ended);
		++*number;
		text = newline;
	}
	if (!r && !ended) {
		++*number;
		r = -EBADMSG;
	}
	return r;
}

int probes_read(struct probes *p, int fd, size_t *line)
{
	int r;

	*p = (struct probes){ .text = BUF_INIT(LIST_BYTES_MAX) };
	*line = 0;
	/* Whoever wrote the file may have left it at its end; a pipe has no places. */
	if (lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE)
		return -errno;
	r = read_all(fd, &p->text);
	return r ? r : parse_list(p, line);
}

/* ---- attaching ---- */

int probes_load(struct probes *p, const struct sampler_program *wanted)
{
	int fd = VEC_RESERVE(p->programs, p->cap_programs, p->n_programs + 1);

	if (!fd)
		fd = sampler_load_program(p->sampler, wanted);
	if (fd >= 0)
		p->programs[p->n_programs++] = fd;
	return fd;
}

int probes_keep_link(struct probes *p, int fd, int event, uint32_t i)
{
	const struct probe_link link = { .fd = fd, .event = event, .probe = i };
	int r = fd < 0 ? fd : VEC_PUSH(p->links, p->n_links, p->cap_links, link);

	if (!r)
		return fd;
	if (fd >= 0)
		close(fd);
	if (event >= 0)
		close(event);
	return r;
}

int probes_link_event(struct probes *p, int program, int event, uint32_t i)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event = { .bpf_cookie = i });
	int fd = bpf_link_create(program, event, BPF_PERF_EVENT, &opts);

	if (fd >= 0 && ioctl(event, PERF_EVENT_IOC_ENABLE, 0)) {
		int r = -errno;

		close(fd);
		fd = r;
	}
	fd = probes_keep_link(p, fd, event, i);
	return fd < 0 ? fd : 0;
}

void probes_attached(struct probes *p, size_t i, enum probe_rung rung)
{
	p->list[i].is_attached = true;
	p->rungs[rung] = true;
}

void probes_refuse(struct probes *p, size_t i, int error, const char *format, ...)
{
	struct probe *probe = &p->list[i];
	va_list args;

	free(probe->refused);
	va_start(args, format);
	if (vasprintf(&probe->refused, format, args) < 0)
		probe->refused = NULL;
	va_end(args);
	probe->error = error;
}

/* The kernel's own ENOTSUPP, which programs are not meant to see: it cannot step over the code. */
#define KERNEL_ENOTSUPP 524

static const char *reason_of(int r)
{
	return r == -KERNEL_ENOTSUPP ? _("no probe can be on this instruction") : strerror(-r);
}

void probes_attach_halves(struct probes *p, probes_attach_many *attach, int program,
			  const uint32_t *list, size_t n, enum probe_rung rung, const char *what)
{
	int r = attach(p, program, list, n);

	if (r && n > 1) {
		probes_attach_halves(p, attach, program, list, n / 2, rung, what);
		probes_attach_halves(p, attach, program, list + n / 2, n - n / 2, rung, what);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (r)
			probes_refuse(p, list[i], r, "%s: %s", what, reason_of(r));
		else
			probes_attached(p, list[i], rung);
	}
}

/* A perf event and a link are two descriptors for each. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int probes_attach(struct probes *p, const struct sampler *sampler, uint32_t uprobe_pid)
{
	const struct probe *refused;
	int r;

	p->sampler = sampler;
	p->uprobe_pid = uprobe_pid;
	allow_descriptors();
	r = probes_attach_user(p);
	if (!r)
		r = probes_attach_kernel(p);
	if (!r)
		r = probes_attach_tracepoints(p);
	for (size_t i = 0; i < p->n && !r; i++)
		if (p->list[i].is_attached)
			return 0;
	refused = r ? NULL : probes_refused(p);
	return refused ? refused->error : r;
}

const struct probe *probes_refused(const struct probes *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->list[i].is_attached)
			return &p->list[i];
	return NULL;
}

const char *probes_remedy(const struct probe_target *target)
{
	switch (target->kind) {
	case PROBE_UPROBE:
	case PROBE_USDT:
		return _("probes in user space need Linux 6.6 or newer, or root");
	case PROBE_KPROBE:
		return _("probes in the kernel need one with CONFIG_KPROBES and root, or one that "
			 "lets BPF attach to its functions");
	default:
		return _("tracepoints need root, or the capabilities CAP_BPF and CAP_PERFMON");
	}
}

/* ---- taking out ---- */

/*
 * struct bpf_link_info of linux/bpf.h since 6.7, of which older kernels fill in what they know.
 */
struct link_info {
	uint32_t type, id, prog_id, pad;
	union {
		struct {
			uint64_t addrs;
			uint32_t count, flags;
			uint64_t missed;
		} kprobe_multi;
		struct {
			uint32_t type, pad;
			uint64_t func_name;
			uint32_t name_len, offset;
			uint64_t addr, missed;
		} kprobe;
	};
	uint64_t reserve[8];
};

enum { LINK_TYPE_PERF_EVENT = 7, LINK_TYPE_KPROBE_MULTI = 8 };
enum { PERF_EVENT_KPROBE = 3, PERF_EVENT_KRETPROBE = 4 };

static uint64_t missed_by(const struct probe_link *link)
{
	struct link_info info = { 0 };
	uint32_t n = sizeof(info);

	if (bpf_obj_get_info_by_fd(link->fd, &info, &n))
		return 0;
	if (info.type == LINK_TYPE_KPROBE_MULTI)
		return info.kprobe_multi.missed;
	if (info.type == LINK_TYPE_PERF_EVENT &&
	    (info.kprobe.type == PERF_EVENT_KPROBE || info.kprobe.type == PERF_EVENT_KRETPROBE))
		return info.kprobe.missed;
	return 0;
}

/* Runs that the kernel skipped since the program, or another, was running on the CPU. */
static uint64_t skipped_runs(int program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t n = sizeof(info);

	return bpf_obj_get_info_by_fd(program, &info, &n) ? 0 : info.recursion_misses;
}

static void detach_link(struct probes *p, const struct probe_link *link)
{
	uint64_t missed = missed_by(link);

	p->missed += missed;
	if (link->probe != PROBE_NONE)
		p->list[link->probe].missed += missed;
	close(link->fd);
	if (link->event >= 0)
		close(link->event);
}

void probes_detach(struct probes *p)
{
	for (size_t i = 0; i < p->n_links; i++)
		detach_link(p, &p->links[i]);
	p->n_links = 0;
	for (size_t i = 0; i < p->n_programs; i++) {
		p->missed += skipped_runs(p->programs[i]);
		close(p->programs[i]);
	}
	p->n_programs = 0;
}

void probes_close(struct probes *p)
{
	probes_detach(p);
	for (size_t i = 0; i < p->n; i++)
		free(p->list[i].refused);
	free(p->list);
	free(p->programs);
	free(p->links);
	buf_release(&p->text);
	*p = (struct probes){ 0 };
}
