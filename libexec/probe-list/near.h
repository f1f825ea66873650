/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that are nearest to one that was not found. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define NEAR_MAX 3
#define NEAR_NAME_MAX 128        /* longer names are neither compared nor suggested */

/* Zero-initialise and set the name that is looked for. */
struct near {
	const char *wanted;
	char names[NEAR_MAX][NEAR_NAME_MAX];     /* the nearest first, "": none */
	unsigned int distances[NEAR_MAX];
};

/* See a name; fits functions_names() and usdt_names(), opaque is a struct near. */
void near_see(void *opaque, const char *name);

/*
 * How many signs must be put in, left out, changed or exchanged with the next to make a into b,
 * small and capital letters being the same; more than `most` counts as most + 1.
 */
unsigned int near_distance(const char *a, const char *b, unsigned int most);

/* "free, malloc" into out; "" when nothing is near. */
void near_list(const struct near *n, char *out, size_t size);
