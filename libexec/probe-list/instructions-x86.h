/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where instructions of x86-64 code begin. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/compiler.h"

/* An offset further into a function is refused: all instructions before it are decoded. */
#define INSTRUCTIONS_BYTES_MAX ((size_t)4 << 20)

struct instruction_starts {
	uint64_t before, after;  /* the nearest starts around an offset, from the code's start */
};

/*
 * Whether an instruction begins at an offset of a function, whose code is given from its start.  0:
 * it does; -EINVAL: it does not, *near says where those around it do; -EILSEQ: what begins at
 * near->before cannot be decoded; -ENOMEM.
 */
int instruction_check(const uint8_t *code, size_t size, uint64_t offset,
		      struct instruction_starts *near) MUST_CHECK;
