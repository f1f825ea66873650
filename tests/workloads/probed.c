// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that calls a function an exact number of times, for tests of probes:
 *
 *	probed [fork] [wait] N [THREADS [RATE]]
 *
 * calls probed_function() N times in each of THREADS (1) threads, RATE times a second in each (0:
 * as fast as it can), then prints "calls TOTAL", TOTAL being N x THREADS.  fork: the calls are made
 * in a child, which is waited for.  wait: prints "ready PID", the one that will call, and begins
 * when a line, or the end, can be read from standard input.
 *
 * The stack is main > outer > middle > probed_function; with more than one thread, in each of them
 * run_thread > outer > middle > probed_function.  Optimized, without frame pointers: rbp leads
 * nowhere.  For each call of probed_function there is one of
 *	outer_step       by outer; static, so in .symtab only
 *	probed_argument  by middle, with the numbers 0 to N - 1 as its argument
 * and two of inlined_step, which is inlined into outer and into middle.  The lines that end in
 * "line of ..." begin a statement (is_stmt) at one address in each place where they are.
 *
 * All but outer_step and inlined_step are in .dynsym.  probed_alias is another name of
 * probed_function.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define THREADS_MAX 1024
#define NS_PER_SECOND 1000000000ull

static unsigned long long calls, rate;

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * NS_PER_SECOND + (unsigned long long)t.tv_nsec;
}

/* Sleep until call i is due; not for less than a millisecond. */
static void keep_rate(unsigned long long start, unsigned long long i)
{
	unsigned long long due = start + (rate ? i * NS_PER_SECOND / rate : 0), time;
	struct timespec t;

	if (!rate)
		return;
	time = now();
	if (due < time + 1000000)
		return;
	t.tv_sec = (time_t)((due - time) / NS_PER_SECOND);
	t.tv_nsec = (long)((due - time) % NS_PER_SECOND);
	nanosleep(&t, NULL);
}

NOINLINE unsigned probed_function(unsigned value)
{
	__asm__ volatile("nop" : "+r"(value));  /* line of probed_function */
	return value + 1;
}

extern unsigned probed_alias(unsigned value) __attribute__((alias("probed_function")));

NOINLINE unsigned probed_argument(unsigned long long i)
{
	__asm__ volatile("" : "+r"(i));
	return (unsigned)i;
}

NOINLINE static unsigned outer_step(unsigned value)
{
	__asm__ volatile("" : "+r"(value));
	return value ^ 1;
}

__attribute__((always_inline)) static inline unsigned inlined_step(unsigned value)
{
	__asm__ volatile("nop" : "+r"(value));  /* line of inlined_step */
	return value * 31;
}

NOINLINE unsigned middle(unsigned value, unsigned long long i)
{
	/* Nothing leads from here to a frame. */
	__asm__ volatile("xor %%ebp, %%ebp" : : : "rbp", "cc");
	value += probed_argument(i);
	value = inlined_step(value);
	value = probed_function(value);
	/* Keeps the call from becoming a jump. */
	__asm__ volatile("" : "+r"(value));
	return value;
}

NOINLINE unsigned outer(void)
{
	unsigned long long start = now();
	unsigned value = 0;

	for (unsigned long long i = 0; i < calls; i++) {
		keep_rate(start, i);
		value = outer_step(value);
		value = inlined_step(value);
		value = middle(value, i);
	}
	return value;
}

NOINLINE void *run_thread(void *unused)
{
	unsigned value = outer();

	__asm__ volatile("" : "+r"(value));
	return unused;
}

static int run_threads(unsigned n)
{
	pthread_t threads[THREADS_MAX];

	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, run_thread, NULL))
			return 1;
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static void wait_for_line(void)
{
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	for (int c = getchar(); c != '\n' && c != EOF; c = getchar())
		;
}

/* The exit status of the child, or -1 in the child. */
static int run_in_child(void)
{
	pid_t child = fork();
	int status;

	if (child <= 0)
		return child ? 1 : -1;
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int take_word(char ***argv, const char *word)
{
	if (!(*argv)[1] || strcmp((*argv)[1], word))
		return 0;
	(*argv)++;
	return 1;
}

int main(int argc, char **argv)
{
	int in_child = take_word(&argv, "fork"), waits = take_word(&argv, "wait");
	unsigned long threads = 1;
	int status;

	(void)argc;
	if (!argv[1])
		return 2;
	calls = strtoull(argv[1], NULL, 10);
	if (argv[2])
		threads = strtoul(argv[2], NULL, 10);
	if (argv[2] && argv[3])
		rate = strtoull(argv[3], NULL, 10);
	if (!threads || threads > THREADS_MAX)
		return 2;
	status = in_child ? run_in_child() : -1;
	if (status >= 0)
		return status;
	if (waits)
		wait_for_line();
	if (threads > 1 && run_threads((unsigned)threads))
		return 1;
	if (threads == 1)
		outer();
	printf("calls %llu\n", calls * threads);
	return 0;
}
