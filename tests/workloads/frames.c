// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program with known stacks, built with frame pointers.
 *
 *	frames MS [CHILDREN]
 *
 * Each process runs main > work > recurse x 20 > spin (computing) and main > work > calls (system
 * calls) for MS milliseconds; CHILDREN are forked first, with their parent as child number zero.
 */
#ifdef __clang__
#pragma clang optimize off
#else
#pragma GCC optimize("O0")
#endif

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long sink;

static long elapsed_ms(void)
{
	static struct timespec start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!start.tv_sec)
		start = now;
	return (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;
}

__attribute__((noinline)) static void spin(void)
{
	for (int i = 0; i < 200000; i++)
		sink += (unsigned long)i;
}

__attribute__((noinline)) static void recurse(int depth)
{
	if (depth > 1)
		recurse(depth - 1);
	else
		spin();
	sink++;
}

/* The instruction itself: libc's wrapper has no frame, which would hide the caller. */
static long system_call(long number)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
	return result;
}

__attribute__((noinline)) static void calls(void)
{
	for (int i = 0; i < 500; i++)
		sink += (unsigned long)system_call(SYS_getppid);
}

__attribute__((noinline)) static void work(long ms)
{
	while (elapsed_ms() < ms) {
		recurse(20);
		calls();
	}
	sink++;
}

int main(int argc, char **argv)
{
	int children = argc > 2 ? atoi(argv[2]) : 0;

	elapsed_ms();
	for (int i = 0; i < children; i++)
		if (fork() == 0)
			break;
	work(argc > 1 ? atol(argv[1]) : 1000);
	while (wait(NULL) > 0)
		;
	return 0;
}
