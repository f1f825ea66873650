/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock that everything is measured by. */
#include "config.h"

#include "lib/clock.h"

#include <time.h>

uint64_t clock_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
