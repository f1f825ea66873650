/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * attach PID...: try what lets one process read or steer another.  A line for each process:
 * PID and the error of ptrace, of opening /proc/PID/mem and of process_vm_readv, or "done".
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *result(long r)
{
	return r < 0 ? strerrorname_np(errno) : "done";
}

static const char *trace(pid_t pid)
{
	long r = ptrace(PTRACE_SEIZE, pid, 0, 0);
	const char *text = result(r);

	if (r >= 0) {
		ptrace(PTRACE_INTERRUPT, pid, 0, 0);
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_DETACH, pid, 0, 0);
	}
	return text;
}

static const char *open_memory(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDWR);
	if (fd >= 0)
		close(fd);
	return result(fd);
}

/* Of an address that is mapped nowhere: EFAULT is what a process hears that may read. */
static const char *read_memory(pid_t pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { NULL, 1 };
	ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);

	return n < 0 && errno == EFAULT ? "done" : result(n);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		pid_t pid = (pid_t)atoi(argv[i]);
		const char *memory = open_memory(pid), *vm = read_memory(pid);

		printf("%d %s %s %s\n", (int)pid, trace(pid), memory, vm);
	}
	return 0;
}
