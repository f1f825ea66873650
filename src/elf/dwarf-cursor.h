/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what is in DWARF sections, up to their ends. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct dwarf_cursor { const uint8_t *at, *end; };

/* false: there are fewer bytes. */
static inline bool dwarf_cursor_skip(struct dwarf_cursor *c, uint64_t bytes)
{
	if (bytes > (uint64_t)(c->end - c->at))
		return false;
	c->at += bytes;
	return true;
}

/* A number of 1, 2, 4 or 8 bytes in the byte order of x86 (false: it is not there). */
static inline bool dwarf_cursor_number(struct dwarf_cursor *c, unsigned int size, uint64_t *value)
{
	const uint8_t *at = c->at;

	if (!dwarf_cursor_skip(c, size))
		return false;
	*value = 0;
	memcpy(value, at, size);
	return true;
}

/* LEB128, of which the bits above the 64th are lost. */
static inline bool dwarf_cursor_leb(struct dwarf_cursor *c, uint64_t *value)
{
	unsigned int shift = 0;

	*value = 0;
	while (c->at < c->end) {
		uint8_t byte = *c->at++;

		if (shift < 64)
			*value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}
