/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that does what it is told. */
#include "config.h"

#include "unwind-modules.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/io.h"

static void *do_nothing(void *arg)
{
	return arg;
}

static void run_thread(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, do_nothing, NULL))
		pthread_join(thread, NULL);
}

/* It ends with its parent, if that is still there. */
static pid_t fork_one(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		pause();
	_exit(0);
}

static void map_code(int prot)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	void *at = mmap(NULL, 8192, prot, MAP_PRIVATE, fd, 4096);

	if (prot != (PROT_READ | PROT_EXEC))
		mprotect(at, 4096, PROT_READ | PROT_EXEC);
	close(fd);
}

static void obey(int orders, int answers)
{
	pid_t last = 0;
	char order;

	while (read(orders, &order, 1) == 1) {
		if (order == 'f')
			last = fork_one();
		if (order == 'k') {
			kill(last, SIGKILL);
			waitpid(last, NULL, 0);
		}
		if (order == 't')
			run_thread();
		if (order == 'm')
			map_code(PROT_READ | PROT_EXEC);
		if (order == 'p')
			map_code(PROT_READ);
		if (order == 'x') {
			dup2(orders, 0);
			dup2(answers, 1);
			execl("/bin/cat", "cat", (char *)NULL);
		}
		if (write(answers, &last, sizeof(last)) != sizeof(last))
			break;
	}
	_exit(0);
}

struct puppet puppet_start(void)
{
	int orders[2], answers[2];
	struct puppet p;

	must(!pipe2(orders, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC), "pipe");
	p.pid = fork();
	must(p.pid >= 0, "fork");
	if (!p.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(orders[1]);
		close(answers[0]);
		obey(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	p.orders = orders[1];
	p.answers = answers[0];
	return p;
}

uint32_t order(const struct puppet *p, char what)
{
	pid_t last = 0;

	must(write(p->orders, &what, 1) == 1 &&
	     read_full(p->answers, &last, sizeof(last)) == sizeof(last), "have an order obeyed");
	return (uint32_t)last;
}

void puppet_end(struct puppet *p)
{
	close(p->orders);
	close(p->answers);
	waitpid(p->pid, NULL, 0);
}
