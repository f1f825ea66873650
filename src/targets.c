/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The named processes and threads, by pidfd where the kernel has it. */
#include "config.h"

#include "targets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

/* pidfd_open(2) of a thread, since Linux 6.9. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

static int open_pidfd(pid_t id, unsigned int flags)
{
	long fd = syscall(SYS_pidfd_open, id, flags);

	return fd < 0 ? -errno : (int)fd;
}

static bool thread_exists(pid_t tid)
{
	return !syscall(SYS_tkill, tid, 0) || errno == EPERM;
}

static int add(struct targets *t, pid_t id, int pidfd)
{
	struct target *list = reallocarray(t->list, t->n + 1, sizeof(*list));

	if (!list) {
		if (pidfd >= 0)
			close(pidfd);
		return -ENOMEM;
	}
	t->list = list;
	t->list[t->n++] = (struct target){ .id = id, .pidfd = pidfd };
	return 0;
}

static int add_process(struct targets *t, pid_t pid)
{
	int fd = open_pidfd(pid, 0);

	/* Kernels say EINVAL, newer ones ENOENT, for a thread that leads no process. */
	if (fd == -ENOENT)
		return -EINVAL;
	return fd < 0 ? fd : add(t, pid, fd);
}

static int add_thread(struct targets *t, pid_t tid)
{
	int fd;

	if (!thread_exists(tid))
		return -ESRCH;
	fd = open_pidfd(tid, PIDFD_THREAD);
	if (fd == -ESRCH)
		return fd;
	return add(t, tid, fd < 0 ? -1 : fd);
}

static int add_list(struct targets *t, const struct id_list *ids, uint32_t *missing,
		    int (*add_one)(struct targets *, pid_t))
{
	for (size_t i = 0; i < ids->n; i++) {
		int err = add_one(t, (pid_t)ids->ids[i]);

		if (err) {
			*missing = ids->ids[i];
			return err;
		}
	}
	return 0;
}

int targets_add_processes(struct targets *t, const struct id_list *pids, uint32_t *missing)
{
	return add_list(t, pids, missing, add_process);
}

int targets_add_threads(struct targets *t, const struct id_list *tids, uint32_t *missing)
{
	return add_list(t, tids, missing, add_thread);
}

static bool is_gone(const struct target *t)
{
	struct pollfd p = { .fd = t->pidfd, .events = POLLIN };

	if (t->pidfd < 0)
		return !thread_exists(t->id);
	return poll(&p, 1, 0) == 1 && p.revents;
}

bool targets_all_gone(struct targets *t)
{
	bool all = t->n > 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->list[i].gone)
			t->list[i].gone = is_gone(&t->list[i]);
		all = all && t->list[i].gone;
	}
	return all;
}

void targets_release(struct targets *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].pidfd >= 0)
			close(t->list[i].pidfd);
	free(t->list);
	*t = (struct targets){ .n = 0 };
}
