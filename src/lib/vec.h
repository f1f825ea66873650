/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing of plain arrays with overflow checks: an array is a pointer, a length and a capacity. */
#pragma once

#include <errno.h>
#include <stddef.h>

#include "lib/compiler.h"

/*
 * Make room for `need` elements of `size` bytes in array, whose capacity *cap is less than that.
 * Capacity grows by half at least, so appending is linear in all.  Returns the array's new address
 * and sets *cap, or NULL (memory is out, need * size overflows) with array and *cap as they were.
 */
void *vec_grow(void *array, size_t *cap, size_t need, size_t size) MUST_CHECK;

/*
 * VEC_RESERVE(array, cap, need): room for `need` elements in `array` (a typed pointer, NULL when
 * cap is 0) of capacity `cap` (a size_t).  0 or -ENOMEM.  New elements are not initialised; the
 * owner frees the array with free().
 */
#define VEC_RESERVE(array, cap, need) __extension__({ \
	int vec_error_ = 0; \
	size_t vec_need_ = (need); \
	if (vec_need_ > (cap)) { \
		void *vec_new_ = vec_grow((array), &(cap), vec_need_, sizeof(*(array))); \
		if (vec_new_) \
			(array) = vec_new_; \
		else \
			vec_error_ = -ENOMEM; \
	} \
	vec_error_; \
})

/* VEC_PUSH(array, n, cap, value): append one element.  0 or -ENOMEM, then nothing changed. */
#define VEC_PUSH(array, n, cap, value) __extension__({ \
	int vec_push_error_ = VEC_RESERVE(array, cap, (size_t)(n) + 1); \
	if (!vec_push_error_) \
		(array)[(n)++] = (value); \
	vec_push_error_; \
})

/*
 * VEC_PREFIX(n, i, holds): how many of n elements in order are before the first for which the
 * expression `holds`, of the index i, does not hold: 0 to n.  It holds for no element after that.
 */
#define VEC_PREFIX(n, i, holds) __extension__({ \
	size_t vec_low_ = 0, vec_high_ = (n); \
	while (vec_low_ < vec_high_) { \
		size_t i = vec_low_ + (vec_high_ - vec_low_) / 2; \
		if (holds) \
			vec_low_ = i + 1; \
		else \
			vec_high_ = i; \
	} \
	vec_low_; \
})
