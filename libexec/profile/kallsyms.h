/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's symbols from /proc/kallsyms, for kernels without their iterator (before 6.0). */
#pragma once

#include <stdio.h>

#include "lib/buf.h"
#include "lib/compiler.h"

/*
 * Append the symbols of code in f, which has lines as /proc/kallsyms, in the form that ksyms_take()
 * wants; those without an address are left out, which are all where the kernel hides them.  0 or a
 * negative errno.
 */
int kallsyms_read(FILE *f, struct buf *records) MUST_CHECK;
