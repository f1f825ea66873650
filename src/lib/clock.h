/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock that everything is measured by. */
#pragma once

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC, which the kernel's records and bpf_ktime_get_ns() have too. */
uint64_t clock_now_ns(void);
