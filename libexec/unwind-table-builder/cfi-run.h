/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reading entries and decoding their instructions need of each other. */
#pragma once

#include "cfi.h"

/* Decode a CIE's instructions into cie->initial.  0 or -EBADMSG. */
int cfi_run_cie(struct cfi_reader *r, struct cfi_cie *cie, const uint8_t *code,
		const uint8_t *end) MUST_CHECK;

/* The CIE at an offset, valid until the next call, or NULL. */
const struct cfi_cie *cfi_cie_at(struct cfi_reader *r, uint32_t offset);

/*
 * An FDE's address, absolute or relative to its own place, and 0 for code that was dropped.  False:
 * an encoding of another kind; otherwise *at has moved, beyond the section's slack at most.
 */
bool cfi_read_address(const struct cfi_section *s, uint8_t encoding, const uint8_t **at,
		      uint64_t *value);
