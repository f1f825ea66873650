// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Libraries that come and go:
 *
 *	dlopens TIMES LIBRARY...
 *
 * opens and closes the libraries in turn, TIMES in all, each below the one before so that addresses
 * change hands; while libz.so.1 is open, it computes in its crc32() for 3 ms.  main > round_of >
 * compute > crc32.  Prints how many libraries could not be opened.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOINLINE __attribute__((noinline, noclone))

typedef unsigned long checksum(unsigned long, const void *, unsigned);

static char bytes[1 << 16];
static volatile unsigned long sink;

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

NOINLINE static void compute(checksum *crc32)
{
	double end = cpu_ms() + 3;

	while (cpu_ms() < end)
		sink += crc32(sink, bytes, sizeof(bytes));
}

/* Opens the library, with the one before still open, and closes that. */
NOINLINE static int round_of(const char *name, void **open)
{
	void *library = dlopen(name, RTLD_NOW);
	checksum *crc32 = library ? (checksum *)dlsym(library, "crc32") : NULL;

	if (crc32 && strstr(name, "libz."))
		compute(crc32);
	if (*open)
		dlclose(*open);
	*open = library;
	return library == NULL;
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? atoi(argv[1]) : 0, failed = 0;
	void *open = NULL;

	for (int i = 0; i < times && argc > 2; i++)
		failed += round_of(argv[2 + i % (argc - 2)], &open);
	printf("%d\n", failed);
	return 0;
}
