/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing of plain arrays with overflow checks. */
#include "config.h"

#include "lib/vec.h"

#include <stdint.h>

#define FIRST_CAPACITY 16

void *vec_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t grown = *cap + *cap / 2;
	size_t bytes;
	void *moved;

	if (grown < need || grown < *cap)
		grown = need;
	if (grown < FIRST_CAPACITY)
		grown = FIRST_CAPACITY;
	if (__builtin_mul_overflow(grown, size, &bytes) || bytes > PTRDIFF_MAX)
		return NULL;
	moved = realloc(array, bytes);
	if (moved)
		*cap = grown;
	return moved;
}
