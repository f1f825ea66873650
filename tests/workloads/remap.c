// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs code of two files at one address, one after the other:
 *
 *	remap MS FILE_A OFFSET_A MS_A FILE_B OFFSET_B MS_B
 *
 * maps each file's first 64 KiB executable at the same place, and calls the function at OFFSET for
 * the given time; it waits MS milliseconds first.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PLACE ((char *)0x600000000000)
#define LENGTH 65536

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int run(const char *path, unsigned long offset, double ms)
{
	int fd = open(path, O_RDONLY);
	double end = now_ms() + ms;
	void (*function)(void);

	if (fd < 0 || mmap(PLACE, LENGTH, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0) !=
			      PLACE) {
		perror(path);
		return 1;
	}
	close(fd);
	function = (void (*)(void))(PLACE + offset);
	while (now_ms() < end)
		function();
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 8)
		return 2;
	usleep((useconds_t)atol(argv[1]) * 1000);
	/* From one place, so that the two stacks have the same addresses. */
	for (int i = 2; i < 8; i += 3)
		if (run(argv[i], strtoul(argv[i + 1], NULL, 16), atof(argv[i + 2])))
			return 1;
	return 0;
}
