/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seccomp filter of helpers. */
#include "config.h"

#include "lib/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Its header compiles into an instruction sequence that does nothing outside of valgrind. */
#ifdef HAVE_VALGRIND_VALGRIND_H
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

/* O_TMPFILE without the O_DIRECTORY that is in it. */
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)
#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | TMPFILE_BIT)

/* The most frequent first: so they are in the filter. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(pread64),
	SCMP_SYS(munmap),
	SCMP_SYS(brk),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(statx),
	SCMP_SYS(dup),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(getcwd),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
#ifdef SANITIZED
	/* A sanitizer's runtime looks for leaks from a process that traces this one. */
	SCMP_SYS(clone),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(getppid),
	SCMP_SYS(kill),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(prctl),
	SCMP_SYS(ptrace),
	SCMP_SYS(wait4),
#endif
};

static const int allowed_for_reader[] = {
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fstatfs),
	SCMP_SYS(getdents64),
	SCMP_SYS(lstat),
	SCMP_SYS(stat),
};

static const int allowed_for_writer[] = {
	SCMP_SYS(ftruncate),
};

/* What would be ENOSYS otherwise: calls of which a program expects that they exist. */
static const int refused[] = {
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(bind),
	SCMP_SYS(chmod),
	SCMP_SYS(chown),
	SCMP_SYS(connect),
	SCMP_SYS(creat),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(fchown),
	SCMP_SYS(fchownat),
	SCMP_SYS(fork),
	SCMP_SYS(lchown),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(listen),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(rmdir),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
	SCMP_SYS(tkill),
	SCMP_SYS(truncate),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(vfork),
#ifndef SANITIZED
	SCMP_SYS(clone),
	SCMP_SYS(kill),
	SCMP_SYS(prctl),
#endif
};

static const int refused_to_reader[] = {
	SCMP_SYS(ftruncate),
};

static const int refused_to_writer[] = {
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
#ifndef SANITIZED
	SCMP_SYS(open),
	SCMP_SYS(openat),
#endif
};

static const int deadly[] = {
	SCMP_SYS(bpf),
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
#ifndef SANITIZED
	SCMP_SYS(ptrace),
#endif
};

/* A call that depends on the bits `mask` of its argument number `arg`: the values it is for. */
struct choice {
	int call;
	unsigned arg;
	uint64_t mask, value;
};

#define WHOLE UINT64_MAX

static const struct choice allowed_choices[] = {
	{ SCMP_SYS(mmap), 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), 2, PROT_EXEC, 0 },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_DUPFD },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_DUPFD_CLOEXEC },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_GETFD },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_SETFD },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_GETFL },
	{ SCMP_SYS(fcntl), 1, WHOLE, F_SETPIPE_SZ },
	{ SCMP_SYS(ioctl), 1, WHOLE, TCGETS },
	{ SCMP_SYS(ioctl), 1, WHOLE, TIOCGWINSZ },
	{ SCMP_SYS(ioctl), 1, WHOLE, FS_IOC_GETVERSION },
	/* Asking for a limit, not setting one. */
	{ SCMP_SYS(prlimit64), 2, WHOLE, 0 },
};

static const struct choice refused_choices[] = {
	{ SCMP_SYS(mmap), 2, PROT_EXEC, PROT_EXEC },
	{ SCMP_SYS(mprotect), 2, PROT_EXEC, PROT_EXEC },
};

static const struct choice allowed_opening[] = {
	{ SCMP_SYS(openat), 2, WRITING, O_RDONLY },
	{ SCMP_SYS(open), 1, WRITING, O_RDONLY },
};

static const struct choice refused_opening[] = {
	{ SCMP_SYS(openat), 2, O_ACCMODE, O_WRONLY },
	{ SCMP_SYS(openat), 2, O_ACCMODE, O_RDWR },
	{ SCMP_SYS(openat), 2, O_ACCMODE, O_ACCMODE },
	{ SCMP_SYS(openat), 2, O_CREAT, O_CREAT },
	{ SCMP_SYS(openat), 2, O_TRUNC, O_TRUNC },
	{ SCMP_SYS(openat), 2, TMPFILE_BIT, TMPFILE_BIT },
	{ SCMP_SYS(open), 1, O_ACCMODE, O_WRONLY },
	{ SCMP_SYS(open), 1, O_ACCMODE, O_RDWR },
	{ SCMP_SYS(open), 1, O_ACCMODE, O_ACCMODE },
	{ SCMP_SYS(open), 1, O_CREAT, O_CREAT },
	{ SCMP_SYS(open), 1, O_TRUNC, O_TRUNC },
	{ SCMP_SYS(open), 1, TMPFILE_BIT, TMPFILE_BIT },
};

static int add_calls(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = seccomp_rule_add_array(filter, action, calls[i], 0, NULL);
	return err;
}

static int add_choices(scmp_filter_ctx filter, uint32_t action, const struct choice *v, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		struct scmp_arg_cmp cmp = { v[i].arg, SCMP_CMP_MASKED_EQ, v[i].mask, v[i].value };

		err = seccomp_rule_add_array(filter, action, v[i].call, 1, &cmp);
	}
	return err;
}

#define ADD_CALLS(filter, action, list) add_calls(filter, action, list, ARRAY_SIZE(list))
#define ADD_CHOICES(filter, action, list) add_choices(filter, action, list, ARRAY_SIZE(list))

/* abort(3) sends its signal so; to any other process it is refused. */
static int add_own_signals(scmp_filter_ctx filter)
{
	const struct choice own = { SCMP_SYS(tgkill), 0, WHOLE, (uint64_t)getpid() };

	return add_choices(filter, SCMP_ACT_ALLOW, &own, 1);
}

static int add_common(scmp_filter_ctx filter)
{
	int err = ADD_CALLS(filter, SCMP_ACT_ALLOW, allowed);

	if (!err)
		err = ADD_CHOICES(filter, SCMP_ACT_ALLOW, allowed_choices);
	if (!err)
		err = add_own_signals(filter);
	if (!err)
		err = ADD_CALLS(filter, SCMP_ACT_ERRNO(EPERM), refused);
	if (!err)
		err = ADD_CHOICES(filter, SCMP_ACT_ERRNO(EPERM), refused_choices);
	if (!err)
		err = ADD_CALLS(filter, SCMP_ACT_KILL_PROCESS, deadly);
	return err;
}

static int add_opening(scmp_filter_ctx filter)
{
	int err = ADD_CHOICES(filter, SCMP_ACT_ALLOW, allowed_opening);

	return err ? err : ADD_CHOICES(filter, SCMP_ACT_ERRNO(EPERM), refused_opening);
}

static int add_reader(scmp_filter_ctx filter)
{
	int err = ADD_CALLS(filter, SCMP_ACT_ALLOW, allowed_for_reader);

	if (!err)
		err = ADD_CALLS(filter, SCMP_ACT_ERRNO(EPERM), refused_to_reader);
	return err ? err : add_opening(filter);
}

static int add_writer(scmp_filter_ctx filter)
{
	int err = ADD_CALLS(filter, SCMP_ACT_ALLOW, allowed_for_writer);

	if (!err)
		err = ADD_CALLS(filter, SCMP_ACT_ERRNO(EPERM), refused_to_writer);
#ifdef SANITIZED
	/* The leak checker reads /proc. */
	if (!err)
		err = add_opening(filter);
#endif
	return err;
}

static int order(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < 8 && !err; i++)
		err = seccomp_syscall_priority(filter, allowed[i], (uint8_t)(255 - i));
	return err;
}

/*
 * Before Linux 5.16 a filter also switches speculative store bypass off, which costs much time.
 * It protects a process's memory from code inside it: here both are the same intruder's.
 */
static int set_attributes(scmp_filter_ctx filter)
{
	int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	return err ? err : seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
}

static int load(enum sandbox_kind kind)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int err;

	if (!filter)
		return -ENOMEM;
	err = set_attributes(filter);
	if (!err)
		err = order(filter);
	if (!err)
		err = add_common(filter);
	if (!err)
		err = kind == SANDBOX_READER ? add_reader(filter) : add_writer(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int sandbox_enter(enum sandbox_kind kind)
{
	/* valgrind knows no seccomp(2), and makes the code that it generates executable. */
	if (RUNNING_ON_VALGRIND)
		return 0;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return load(kind);
}
