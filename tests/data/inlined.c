/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that are inlined into each other: innermost, middle, outermost, into concrete. */
#include <stdio.h>
#include <stdlib.h>

static inline unsigned innermost(unsigned x)
{
	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static inline unsigned middle(unsigned x)
{
	for (int i = 0; i < 3; i++)
		x += innermost(x);
	return x;
}

static inline unsigned outermost(unsigned x)
{
	return middle(x) + middle(x + 1);
}

__attribute__((noinline)) unsigned concrete(unsigned n)
{
	unsigned sum = 0;

	for (unsigned i = 1; i < n; i++)
		sum += outermost(i);
	return sum;
}

int main(int argc, char **argv)
{
	printf("%u\n", concrete(argc > 1 ? (unsigned)atoi(argv[1]) : 100000000));
}
