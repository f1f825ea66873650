// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program with known stacks, optimized and without frame pointers:
 *
 *	omit MS [DEPTH]
 *
 * computes for MS milliseconds of CPU time in main > outer > middle x DEPTH (20) > inner, and in
 * libc's qsort > compare below inner.  rbp leads nowhere.
 */
#include <stdlib.h>
#include <time.h>

#define NOINLINE __attribute__((noinline, noclone))
#define N 512

static unsigned values[N];

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

NOINLINE static int compare(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

NOINLINE static unsigned inner(unsigned seed)
{
	for (int round = 0; round < 20; round++)
		for (int i = 0; i < N; i++)
			values[i] = seed = seed * 1103515245 + 12345;
	qsort(values, N, sizeof(values[0]), compare);
	return values[0];
}

NOINLINE static unsigned middle(unsigned seed, unsigned depth)
{
	unsigned sum;

	/* Nothing leads from here to a frame. */
	__asm__ volatile("xor %%ebp, %%ebp" : : : "rbp", "cc");
	sum = depth > 1 ? middle(seed + depth, depth - 1) : inner(seed);
	/* Keeps the call from becoming a jump or a loop. */
	__asm__ volatile("" : "+r"(sum));
	return sum + depth;
}

NOINLINE static unsigned outer(double ms, unsigned depth)
{
	unsigned sum = 0;

	while (cpu_ms() < ms)
		for (int i = 0; i < 20; i++)
			sum += middle(sum, depth);
	return sum;
}

int main(int argc, char **argv)
{
	double ms = argc > 1 ? atof(argv[1]) : 1000;
	unsigned depth = argc > 2 ? (unsigned)atoi(argv[2]) : 20;

	return outer(ms, depth) == 1;
}
