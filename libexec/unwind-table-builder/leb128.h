/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Integers in call frame information: LEB128 numbers and little-endian words, unaligned. */
#pragma once

#include <stdint.h>
#include <string.h>

/* Reads ten bytes at most, which the caller has made sure are there; bits beyond 64 are lost. */
static inline uint64_t uleb128_long(const uint8_t **at)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift < 70; shift += 7) {
		uint8_t byte = *(*at)++;

		value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
		if (!(byte & 0x80))
			break;
	}
	return value;
}

static inline uint64_t uleb128(const uint8_t **at)
{
	uint8_t byte = **at;

	if (byte & 0x80)
		return uleb128_long(at);
	++*at;
	return byte;
}

static inline int64_t sleb128(const uint8_t **at)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = *(*at)++;
		value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
		shift += 7;
	} while (byte & 0x80 && shift < 70);
	if (byte & 0x40 && shift < 64)
		value |= ~UINT64_C(0) << shift;
	return (int64_t)value;
}

static inline uint16_t get_u16(const uint8_t *at)
{
	uint16_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint32_t get_u32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint64_t get_u64(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}
