/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocol-buffer encoding as the pprof codec needs it.  Private to pprof-*.c. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

#define VARINT_MAX 10

/* All field numbers of the schema are below 16, so a tag is one byte. */
#define TAG(field, wire) ((uint8_t)((field) << 3 | (wire)))

/* Field numbers of src/lib/profile.proto. */
enum {
	PROFILE_SAMPLE_TYPE = 1, PROFILE_SAMPLE = 2, PROFILE_MAPPING = 3, PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5, PROFILE_STRING = 6, PROFILE_TIME = 9, PROFILE_DURATION = 10,
	PROFILE_PERIOD_TYPE = 11, PROFILE_PERIOD = 12, PROFILE_COMMENT = 13
};
enum { TYPE_TYPE = 1, TYPE_UNIT = 2 };
enum { SAMPLE_LOCATION = 1, SAMPLE_VALUE = 2, SAMPLE_LABEL = 3 };
enum { LABEL_KEY = 1, LABEL_STR = 2, LABEL_NUM = 3 };
enum {
	MAPPING_ID = 1, MAPPING_START = 2, MAPPING_LIMIT = 3, MAPPING_OFFSET = 4,
	MAPPING_FILENAME = 5, MAPPING_BUILD_ID = 6, MAPPING_HAS_FUNCTIONS = 7,
	MAPPING_HAS_FILENAMES = 8, MAPPING_HAS_LINES = 9, MAPPING_HAS_INLINES = 10
};
enum { LOCATION_ID = 1, LOCATION_MAPPING = 2, LOCATION_ADDRESS = 3, LOCATION_LINE = 4 };
enum { LINE_FUNCTION = 1, LINE_LINE = 2 };
enum {
	FUNCTION_ID = 1, FUNCTION_NAME = 2, FUNCTION_SYSTEM_NAME = 3, FUNCTION_FILENAME = 4,
	FUNCTION_START_LINE = 5
};

/* Bytes that v takes: one for each seven bits, one at least. */
static inline size_t varint_size(uint64_t v)
{
	unsigned int highest_bit = 63u - (unsigned int)__builtin_clzll(v | 1);

	return (highest_bit * 9 + 73) / 64;
}

/* Write v at p, which has room for it, and return the place behind it. */
static inline uint8_t *varint_put(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

/*
 * The same without a branch for the length, which stacks of many functions make unpredictable.
 * Up to three bytes behind the number are overwritten.
 */
static inline uint8_t *varint_put_over(uint8_t *p, uint64_t v)
{
	size_t n = varint_size(v);
	uint32_t spread;

	if (v >> 28)
		return varint_put(p, v);
	spread = (uint32_t)((v & 0x7f) | (v & 0x3f80) << 1 | (v & 0x1fc000) << 2 |
			    (v & 0xfe00000) << 3);
	spread |= UINT32_C(0x80808080) & ((UINT32_C(1) << (n - 1) * 8) - 1);
	for (size_t i = 0; i < sizeof(spread); i++)
		p[i] = (uint8_t)(spread >> 8 * i);
	return p + n;
}

/* Bytes of a number field, which is left out when 0, and its writing. */
static inline size_t number_size(uint64_t v)
{
	return v ? 1 + varint_size(v) : 0;
}

static inline uint8_t *number_put(uint8_t *p, unsigned int field, uint64_t v)
{
	if (!v)
		return p;
	*p++ = TAG(field, WIRE_VARINT);
	return varint_put(p, v);
}

/* Bytes of a length-delimited field of n bytes, and the writing of its tag and length. */
static inline size_t bytes_size(size_t n)
{
	return 1 + varint_size(n) + n;
}

static inline uint8_t *bytes_head_put(uint8_t *p, unsigned int field, size_t n)
{
	*p++ = TAG(field, WIRE_BYTES);
	return varint_put(p, n);
}
