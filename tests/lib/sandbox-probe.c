/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an intruder would try in a helper: linked with a helper's own objects into a twin of it that
 * is never installed (ld's --wrap=sandbox_enter).  As soon as the twin is in its sandbox it makes
 * the system calls that the file $TMPDIR/calls names, one a line, writes what each returned to
 * stderr, and then goes on as the helper.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "lib/sandbox.h"

#define X32_BIT 0x40000000
#define FILE_THERE "there"
#define FILE_NEW "new"

int __real_sandbox_enter(enum sandbox_kind kind);
int __wrap_sandbox_enter(enum sandbox_kind kind);

static long open_with(int flags)
{
	return syscall(SYS_openat, AT_FDCWD, flags & O_CREAT ? FILE_NEW : FILE_THERE, flags, 0600);
}

static long create_tmpfile(void)
{
	return syscall(SYS_openat, AT_FDCWD, ".", O_TMPFILE | O_WRONLY, 0600);
}

static long open_by_openat2(void)
{
	struct open_how how = { .flags = O_WRONLY };

	return syscall(SYS_openat2, AT_FDCWD, FILE_THERE, &how, sizeof(how));
}

static long connect_anywhere(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	return syscall(SYS_connect, 0, &address, sizeof(address));
}

static long fork_by_clone(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		syscall(SYS_exit_group, 0);
	return pid;
}

static long map_executable(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
}

static long make_executable(void)
{
	static char page[8192] __attribute__((aligned(4096)));

	return syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);
}

static long type_into_terminal(void)
{
	return syscall(SYS_ioctl, 2, TIOCSTI, "x");
}

static long set_limit(void)
{
	struct rlimit limit = { 0, 0 };

	return syscall(SYS_prlimit64, 0, RLIMIT_CORE, &limit, NULL);
}

static long execute(void)
{
	char *argv[] = { (char *)"true", NULL };

	return syscall(SYS_execve, "/bin/true", argv, argv + 1);
}

static long execute_at(void)
{
	char *argv[] = { (char *)"true", NULL };

	return syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, argv + 1, 0);
}

static long call_as_i386(void)
{
	long result = 20;   /* getpid */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	return result;
}

#define CALL(number, ...) syscall(number, ##__VA_ARGS__)

/* Each is one that a list in sandbox.c is about, or that none is. */
static long make(const char *name)
{
#define TRY(text, call) if (!strcmp(name, text)) return call
	TRY("read-file", open_with(O_RDONLY));
	TRY("open-wronly", open_with(O_WRONLY));
	TRY("open-rdwr", open_with(O_RDWR));
	TRY("open-creat", open_with(O_RDONLY | O_CREAT));
	TRY("open-trunc", open_with(O_RDONLY | O_TRUNC));
	TRY("open-tmpfile", create_tmpfile());
	TRY("old-open-wronly", CALL(SYS_open, FILE_THERE, O_WRONLY));
	TRY("openat2", open_by_openat2());
	TRY("creat", CALL(SYS_creat, FILE_NEW, 0600));
	TRY("truncate", CALL(SYS_truncate, FILE_THERE, 0));
	TRY("unlink", CALL(SYS_unlink, FILE_THERE));
	TRY("unlinkat", CALL(SYS_unlinkat, AT_FDCWD, FILE_THERE, 0));
	TRY("rename", CALL(SYS_rename, FILE_THERE, FILE_NEW));
	TRY("renameat2", CALL(SYS_renameat2, AT_FDCWD, FILE_THERE, AT_FDCWD, FILE_NEW, 0));
	TRY("mkdir", CALL(SYS_mkdir, FILE_NEW, 0700));
	TRY("rmdir", CALL(SYS_rmdir, "dir"));
	TRY("link", CALL(SYS_link, FILE_THERE, FILE_NEW));
	TRY("symlink", CALL(SYS_symlink, FILE_THERE, FILE_NEW));
	TRY("mknod", CALL(SYS_mknod, FILE_NEW, S_IFIFO | 0600, 0));
	TRY("chmod", CALL(SYS_chmod, FILE_THERE, 0777));
	TRY("fchmod", CALL(SYS_fchmod, 0, 0777));
	TRY("chown", CALL(SYS_chown, FILE_THERE, getuid(), getgid()));
	TRY("socket", CALL(SYS_socket, AF_INET, SOCK_STREAM, 0));
	TRY("unix-socket", CALL(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
	TRY("socketpair", CALL(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, NULL));
	TRY("connect", connect_anywhere());
	TRY("fork", CALL(SYS_fork));
	TRY("clone", fork_by_clone());
	TRY("clone3", CALL(SYS_clone3, NULL, 0));
	TRY("kill-parent", CALL(SYS_kill, getppid(), 0));
	TRY("tgkill-parent", CALL(SYS_tgkill, getppid(), getppid(), 0));
	TRY("map-exec", map_executable());
	TRY("protect-exec", make_executable());
	TRY("tiocsti", type_into_terminal());
	TRY("set-owner", CALL(SYS_fcntl, 0, F_SETOWN, getppid()));
	TRY("set-limit", set_limit());
	TRY("perf-event", CALL(SYS_perf_event_open, NULL, 0, 0, -1, 0));
	TRY("io-uring", CALL(SYS_io_uring_setup, 1, NULL));
	TRY("unshare", CALL(SYS_unshare, CLONE_NEWUSER));
	TRY("mount", CALL(SYS_mount, "none", "dir", "tmpfs", 0, NULL));
	TRY("setuid", CALL(SYS_setuid, getuid()));
	TRY("unknown", CALL(100000));
	TRY("execve", execute());
	TRY("execveat", execute_at());
	TRY("ptrace", CALL(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0));
	TRY("process-vm-readv", CALL(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
	TRY("process-vm-writev", CALL(SYS_process_vm_writev, getppid(), NULL, 0, NULL, 0, 0));
	TRY("bpf", CALL(SYS_bpf, 0, NULL, 0));
	TRY("i386", call_as_i386());
	TRY("x32", CALL(SYS_getpid | X32_BIT));
#undef TRY
	fprintf(stderr, "%s: no such call\n", name);
	return 0;
}

static FILE *open_list(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/calls", folder ? folder : "/nonexistent");
	return fopen(path, "re");
}

int __wrap_sandbox_enter(enum sandbox_kind kind)
{
	FILE *list = open_list();
	char name[64];
	int r = __real_sandbox_enter(kind);

	while (!r && list && fgets(name, sizeof(name), list)) {
		long got;

		name[strcspn(name, "\n")] = '\0';
		got = make(name);
		fprintf(stderr, "call %s: %s\n", name, got < 0 ? strerrorname_np(errno) : "done");
	}
	if (list)
		fclose(list);
	return r;
}
