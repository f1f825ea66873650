// SPDX-License-Identifier: GPL-2.0-or-later
/* What this process may do on this kernel, found by doing it. */
#include "config.h"

#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bpf/doctor.bpf.skel.h"

#include "lib/diag.h"
#include "lib/i18n.h"
#include "lib/io.h"
#include "lib/perf-probe.h"

#include "doctor-sampling.h"
#include "uprobe-multi.h"

#define KERNEL_FUNCTION "vfs_write"
#define OWN_PROGRAM "/proc/self/exe"

/* ---- what sets them off ---- */

static void call_kernel_function(void)
{
	CLEANUP_CLOSE int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* Whether it succeeds does not matter. */
	if (write(fd, "", 1) < 0)
		return;
}

/* The place of the uprobes. */
__attribute__((noinline)) static void own_function(void)
{
	asm volatile("");
}

void doctor_rename_task(void)
{
	char name[16];

	if (!prctl(PR_GET_NAME, name, 0, 0, 0))
		prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* ---- ways to attach ---- */

struct attempt {
	struct bpf_program *program;
	struct bpf_link *link;
	int fd;                  /* what keeps it attached, where there is no link; -1: none */
};

static int keep(struct attempt *a, struct bpf_link *link)
{
	a->link = link;
	return link ? 0 : -errno;
}

static int attach_traced(struct attempt *a)
{
	return keep(a, bpf_program__attach_trace(a->program));
}

static int attach_kprobe_multi(struct attempt *a)
{
	const char *name = KERNEL_FUNCTION;
	LIBBPF_OPTS(bpf_kprobe_multi_opts, opts, .syms = &name, .cnt = 1);

	return keep(a, bpf_program__attach_kprobe_multi_opts(a->program, NULL, &opts));
}

static int attach_to_event(struct attempt *a, int event)
{
	int r;

	if (event < 0)
		return event;
	r = keep(a, bpf_program__attach_perf_event(a->program, event));
	/* A link owns the event that it was made from. */
	if (r)
		close(event);
	return r;
}

static int attach_perf_kprobe(struct attempt *a)
{
	const struct probe_target t = { .kind = PROBE_KPROBE, .name = KERNEL_FUNCTION };

	return attach_to_event(a, perf_probe_open(&t, -1));
}

static int attach_tracepoint(struct attempt *a)
{
	const struct probe_target t = { .kind = PROBE_TRACEPOINT, .file = "task",
					.name = "task_rename" };

	return attach_to_event(a, perf_probe_open_tracepoint(&t));
}

/* Where in its file the loader took the address from: of the first object, our program. */
static int find_offset(struct dl_phdr_info *info, size_t size UNUSED, void *ctx)
{
	uint64_t *offset = ctx, address = *offset - info->dlpi_addr;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && address - p->p_vaddr < p->p_filesz) {
			*offset = address - p->p_vaddr + p->p_offset;
			return 1;
		}
	}
	return -1;
}

static int own_offset(uint64_t *offset)
{
	*offset = (uintptr_t)own_function;
	return dl_iterate_phdr(find_offset, offset) > 0 ? 0 : -ENOENT;
}

static int attach_uprobe_multi(struct attempt *a)
{
	struct uprobe_multi multi = { .program = bpf_program__fd(a->program),
				      .file = OWN_PROGRAM, .pid = (uint32_t)getpid(), .n = 1 };
	uint64_t offset;
	int r = own_offset(&offset);

	if (r)
		return r;
	multi.offsets = &offset;
	a->fd = uprobe_multi_link(&multi);
	return a->fd < 0 ? a->fd : 0;
}

static int attach_perf_uprobe(struct attempt *a)
{
	struct probe_target t = { .kind = PROBE_UPROBE, .file = OWN_PROGRAM };
	int r = own_offset(&t.offset);

	return r ? r : attach_to_event(a, perf_probe_open(&t, 0));
}

static const struct trial {
	const char *name, *program;
	int attach_type;         /* 0: as the program has it */
	const char *function;    /* of the kernel, for programs that are made for one */
	int (*attach)(struct attempt *a);
	void (*set_off)(void);
} trials[] = {
	{ "uprobe-multi", "at_uprobe", TRACE_UPROBE_MULTI, NULL, attach_uprobe_multi,
	  own_function },
	{ "uprobe-perf", "at_uprobe", 0, NULL, attach_perf_uprobe, own_function },
	{ "kprobe-perf", "at_kprobe", 0, NULL, attach_perf_kprobe, call_kernel_function },
	{ "kprobe-multi", "at_kprobe_multi", 0, NULL, attach_kprobe_multi, call_kernel_function },
	{ "fentry", "at_entry", 0, KERNEL_FUNCTION, attach_traced, call_kernel_function },
	{ "tracepoint-perf", "at_tracepoint", 0, NULL, attach_tracepoint, doctor_rename_task },
	{ "tracepoint-btf", "at_btf_tracepoint", 0, NULL, attach_traced, doctor_rename_task },
};

/* ---- a trial ---- */

static int make_fentry(struct bpf_program *program, const char *function)
{
	int r = bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);

	if (!r)
		r = bpf_program__set_expected_attach_type(program, BPF_TRACE_FENTRY);
	return r ? r : bpf_program__set_attach_target(program, 0, function);
}

static int load(struct doctor_bpf *bpf, const struct trial *t, struct bpf_program **chosen)
{
	struct bpf_program *program;
	int r = 0;

	*chosen = bpf_object__find_program_by_name(bpf->obj, t->program);
	bpf_object__for_each_program(program, bpf->obj)
		bpf_program__set_autoload(program, program == *chosen);
	if (t->attach_type)
		r = bpf_program__set_expected_attach_type(*chosen,
							  (enum bpf_attach_type)t->attach_type);
	if (!r && t->function)
		r = make_fentry(*chosen, t->function);
	return r ? r : doctor_bpf__load(bpf);
}

static int attach_and_see(struct doctor_bpf *bpf, const struct trial *t,
			  struct bpf_program *program)
{
	struct attempt a = { program, NULL, -1 };
	int r = t->attach(&a);

	if (!r) {
		t->set_off();
		r = __atomic_load_n(&bpf->bss->runs, __ATOMIC_RELAXED) ? 0 : -ENODATA;
	}
	bpf_link__destroy(a.link);
	if (a.fd >= 0)
		close(a.fd);
	return r;
}

static int try(const struct trial *t)
{
	struct doctor_bpf *bpf = doctor_bpf__open();
	struct bpf_program *program;
	int r;

	if (!bpf)
		return -errno;
	r = load(bpf, t, &program);
	if (!r)
		r = attach_and_see(bpf, t, program);
	doctor_bpf__destroy(bpf);
	return r;
}

/* ---- the report ---- */

static const char *reason(int r)
{
	switch (r) {
	case 0:
		return "";
	case -ENODATA:
		return _("it can be attached, but does not run");
	case -ENOENT:
		return _("this kernel does not have it");
	default:
		return strerror(-r);
	}
}

static void put_line(struct buf *b, const char *name, int r)
{
	const char *state = !r ? "works" : r == -EPERM || r == -EACCES ? "refused" : "missing";

	buf_printf(b, "%s\t%s\t%s\n", name, state, reason(r));
}

static int no_message(enum libbpf_print_level level UNUSED, const char *format UNUSED,
		      va_list args UNUSED)
{
	return 0;
}

int doctor_run(const struct options *o, int out)
{
	struct buf b = BUF_INIT(1 << 16);
	int r;

	libbpf_set_print(no_message);
	doctor_try_sampling(o, put_line, &b);
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		put_line(&b, trials[i].name, try(&trials[i]));
	r = buf_failed(&b) ? buf_failed(&b) : write_all(out, b.data, b.len);
	buf_release(&b);
	if (r)
		diag_error(_("cannot write what was found: %s"), strerror(-r));
	return r ? EXIT_FAILED : EXIT_OK;
}
