/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the writer and the reader of perf.data share: magic numbers, feature numbers, limits.
 * Private to perf-data-*.c.
 */
#pragma once

#include <endian.h>
#include <linux/perf_event.h>
#include <stdint.h>

#if BYTE_ORDER != LITTLE_ENDIAN
#error "the perf.data codec writes and reads little-endian streams in the host's byte order"
#endif

#define PERF_FILE_MAGIC UINT64_C(0x32454c4946524550)           /* "PERFILE2" */
#define PERF_FILE_MAGIC_SWAPPED UINT64_C(0x50455246494c4532)
#define PERF_PIPE_HEADER_SIZE 16

/* A record's size is a uint16_t; ours are multiples of 8. */
#define PERF_RECORD_MAX 65528

/*
 * Size of the perf_event_attr that we write: PERF_ATTR_SIZE_VER7.  perf up to 6.2 finds the ids
 * behind the attr by the size of its own structure, so a longer one would shift them.
 */
#define PERF_ATTR_WRITTEN 128
#define PERF_ATTR_SMALLEST 64                                  /* PERF_ATTR_SIZE_VER0 */

/* Header features: enum in tools/perf/util/header.h; bits of the file header's feature map. */
enum perf_feature {
	FEATURE_TRACING_DATA = 1,
	FEATURE_BUILD_ID = 2,
	FEATURE_HOSTNAME = 3,
	FEATURE_OSRELEASE = 4,
	FEATURE_ARCH = 6,
	FEATURE_NRCPUS = 7,
	FEATURE_CMDLINE = 11,
	FEATURE_EVENT_DESC = 12,
	FEATURE_COMPRESSED = 27,
	FEATURE_BITS = 256
};

/* perf pads the strings of its header features to multiples of this. */
#define FEATURE_STRING_ALIGN 64

/* First eight bytes behind the record header of our own records: "pbee" and the kind. */
#define OWN_MAGIC 0x65656270u

static inline uint64_t perf_align8(uint64_t n)
{
	return (n + 7) & ~(uint64_t)7;
}
