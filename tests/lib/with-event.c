// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a command with perf events opened for it:
 *
 *	with-event FD:TYPE:CONFIG:NAME:OFFSET... -- COMMAND ARGUMENT...
 *
 * Each is a disabled event of that type and configuration for all processes, and gets that
 * descriptor; NAME and OFFSET are the probe's file or function and the place in it.
 */
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void open_event(char *spec)
{
	char *fields[5];
	struct perf_event_attr attr = { .size = sizeof(attr), .disabled = 1 };
	int fd;

	for (int i = 0; i < 5; i++)
		fields[i] = strsep(&spec, ":");
	if (!fields[4])
		exit(2);
	attr.type = (uint32_t)atoi(fields[1]);
	attr.config = strtoull(fields[2], NULL, 0);
	attr.config1 = *fields[3] ? (uintptr_t)fields[3] : 0;
	attr.config2 = strtoull(fields[4], NULL, 0);
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
	if (fd < 0) {
		perror("perf_event_open");
		exit(1);
	}
	if (fd != atoi(fields[0])) {
		dup2(fd, atoi(fields[0]));
		close(fd);
	}
}

int main(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		open_event(argv[i]);
	if (i + 1 >= argc)
		return 2;
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
