// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs code that is in no file, as a run-time compiler makes it, and tells its name in the way of
 * perf: jit MS [MAP].  The map is /tmp/perf-PID.map, whose name is printed in the end, or MAP; "-"
 * writes none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* push rbp; mov rbp, rsp; mov ecx, 1000000; 1: dec ecx; jnz 1b; pop rbp; ret */
static const unsigned char code[] = {
	0x55, 0x48, 0x89, 0xe5, 0xb9, 0x40, 0x42, 0x0f, 0x00, 0xff, 0xc9, 0x75, 0xfc, 0x5d, 0xc3,
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	double end = now_ms() + (argc > 1 ? atof(argv[1]) : 500);
	void *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char path[64];
	FILE *map;

	if (place == MAP_FAILED)
		return 1;
	memcpy(place, code, sizeof(code));
	if (mprotect(place, 4096, PROT_READ | PROT_EXEC))
		return 1;
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	map = argc > 2 && strcmp(argv[2], "-") ? fopen(argv[2], "w") :
	      argc > 2 ? NULL : fopen(path, "w");
	if (map) {
		fprintf(map, "%lx %zx made_at_run_time with a blank\n", (unsigned long)place,
			sizeof(code));
		fclose(map);
	}
	while (now_ms() < end)
		((void (*)(void))place)();
	if (argc < 3)
		puts(path);
	return 0;
}
