// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Short lives:
 *
 *	short MS [CHILDREN]
 *
 * computes in brief() for MS milliseconds, or has each of CHILDREN children do so, one after the
 * other.  With the name "gone" it removes its own executable first.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long sink;

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

__attribute__((noinline)) static void brief(double ms)
{
	while (cpu_ms() < ms)
		for (int i = 0; i < 20000; i++)
			sink += (unsigned long)i;
}

int main(int argc, char **argv)
{
	double ms = argc > 1 ? atof(argv[1]) : 50;
	int children = argc > 2 ? atoi(argv[2]) : 0;
	const char *name = strrchr(argv[0], '/');

	if (!strcmp(name ? name + 1 : argv[0], "gone"))
		unlink(argv[0]);
	if (!children)
		brief(ms);
	for (int i = 0; i < children; i++) {
		if (fork() == 0) {
			brief(ms);
			_exit(0);
		}
		wait(NULL);
	}
	return 0;
}
