// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ten functions of known shares, and a neighbour that sleeps:
 *
 *	shares work SECONDS
 *	shares sleep SECONDS
 *
 * The first computes until SECONDS of time are over, and in each round function part_N does N parts
 * of 55 of the work.  The second sleeps for 200 us and computes for some 20, again and again.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOINLINE __attribute__((noinline, noclone))

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Steps that depend on each other, so that each takes the same time. */
#define PART(n)                                                                                    \
	NOINLINE static unsigned part_##n(unsigned seed)                                           \
	{                                                                                          \
		for (int i = 0; i < (n) * 2000; i++) {                                             \
			seed = seed * 1103515245 + (n);                                            \
			__asm__ volatile("" : "+r"(seed));                                         \
		}                                                                                  \
		return seed;                                                                       \
	}

PART(1)
PART(2)
PART(3)
PART(4)
PART(5)
PART(6)
PART(7)
PART(8)
PART(9)
PART(10)

static unsigned work(double end)
{
	unsigned (*const parts[])(unsigned) = { part_1, part_2, part_3, part_4, part_5,
						part_6, part_7, part_8, part_9, part_10 };
	unsigned sum = 0;

	while (now_s() < end)
		for (int i = 0; i < 10; i++)
			sum += parts[i](sum);
	return sum;
}

static unsigned sleep_and_work(double end)
{
	const struct timespec pause = { .tv_nsec = 200000 };
	unsigned sum = 0;

	while (now_s() < end) {
		nanosleep(&pause, NULL);
		sum += part_10(sum);
	}
	return sum;
}

int main(int argc, char **argv)
{
	double end = now_s() + (argc > 2 ? atof(argv[2]) : 1);

	if (argc > 1 && !strcmp(argv[1], "sleep"))
		return sleep_and_work(end) == 1;
	return work(end) == 1;
}
