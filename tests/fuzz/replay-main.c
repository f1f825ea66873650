/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main of a fuzz target built without libFuzzer: gives it each file that is named. */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A corpus file; larger ones are cut, as libFuzzer does. */
#define INPUT_MAX ((size_t)1 << 20)

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	uint8_t *data = malloc(INPUT_MAX);
	size_t n = data ? fread(data, 1, INPUT_MAX, f) : 0;
	fclose(f);
	/* Exactly n bytes, so that a sanitizer sees a read beyond them. */
	uint8_t *input = malloc(n ? n : 1);
	int status = !data || !input;
	if (!status) {
		memcpy(input, data, n);
		LLVMFuzzerTestOneInput(input, n);
	}
	free(input);
	free(data);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0;
	for (int i = 1; i < argc; i++)
		status |= replay(argv[i]);
	return status;
}
