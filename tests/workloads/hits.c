// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions to be probed, called a known number of times, without frame pointers:
 *
 *	hits CALLS [THREADS [FORKS]]
 *
 * THREADS threads call hit() CALLS times each from level3() from level2() from level1(); then as
 * many children as FORKS say do the same.  guarded() is called as often, but only while somebody
 * has raised its semaphore.  It waits for a byte, or the end, of standard input before the first
 * call, and prints how long the calls took, in nanoseconds.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned long calls;
static volatile unsigned long sink;

__attribute__((noinline, noclone)) unsigned long hit(unsigned long x)
{
	return x + sink;
}

__attribute__((noinline, noclone)) unsigned long other(unsigned long x)
{
	return x - sink;
}

__attribute__((section(".probes"))) volatile unsigned short semaphore;

__attribute__((noinline, noclone)) unsigned long guarded(unsigned long x)
{
	return x ^ sink;
}

__attribute__((noinline, noclone)) void level3(unsigned long x)
{
	volatile char room[88];

	room[x % 8] = 1;
	sink = hit(x) + other(x) + room[x % 8];
	if (semaphore)
		sink += guarded(x);
}

__attribute__((noinline, noclone)) void level2(unsigned long x)
{
	volatile char room[40];

	room[x % 8] = 1;
	level3(x + room[x % 8]);
	sink++;
}

__attribute__((noinline, noclone)) void level1(unsigned long x)
{
	level2(x);
	sink++;
}

static void *thread(void *arg)
{
	for (unsigned long i = 0; i < calls; i++)
		level1(i);
	return arg;
}

static void call_all(int threads)
{
	pthread_t ids[64];

	for (int i = 1; i < threads && i < 64; i++)
		pthread_create(&ids[i], NULL, thread, NULL);
	thread(NULL);
	for (int i = 1; i < threads && i < 64; i++)
		pthread_join(ids[i], NULL);
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[2]) : 1, forks = argc > 3 ? atoi(argv[3]) : 0;
	struct timespec from, to;
	char go;

	calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	if (read(0, &go, 1) < 0)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &from);
	call_all(threads);
	for (int i = 0; i < forks; i++) {
		if (fork() == 0) {
			call_all(threads);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%ld\n", (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec);
	return 0;
}
