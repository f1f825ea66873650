/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading an unwind table as the walk in the kernel does, with checks: for people and tests. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/unwind-table.h"
#include "lib/compiler.h"

/*
 * The part at `bytes`, of which there are `size`: its length in bytes, or -EBADMSG when it is not
 * as bpf/unwind-table.h has it (sizes, order of rows and indexes, every field within its limits).
 */
long lookup_check_part(const void *bytes, size_t size) MUST_CHECK;

struct lookup_row {
	uint64_t start, end;     /* of the row; cut where its part begins and ends */
	uint32_t row;
	bool has_rbx;
	uint8_t rbx;
	struct unwind_exotic exotic;   /* with UNWIND_EXOTIC */
};

/* The row for an address, found through the indexes of a checked part; false: not in this part. */
bool lookup_address(const void *part, uint64_t addr, struct lookup_row *row);

/* Row number i of a checked part. */
void lookup_row(const void *part, uint32_t i, struct lookup_row *row);
