/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deflate and base64.
 *
 * In the columns of a large profile deflate() finds hardly any string that came before, though it
 * searches long for them: coding bytes by how frequent they are, with runs of one byte, is six
 * times as fast and gives less.  Where stacks repeat in long patterns it is the other way round.
 * So from the middle of a large section a part is packed in both ways, which tells how to pack it.
 */
#include "config.h"

#include "pack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>

#include "base64.h"
#include "island-bytes.h"

#define LINE_BYTES 72        /* of binary: 96 columns of base64 */

/* Level 5 makes the island 1 to 2 % smaller, and a small one takes a third longer to pack. */
#define LEVEL 4
#define WINDOW (-15)         /* the largest, without zlib's header */
#define MEMORY 9

/* Smaller sections are packed soon in any case; of others a part of this is tried. */
#define LARGE ((size_t)128 << 10)
#define TRIAL_PART 8
#define TRIAL_MAX ((size_t)64 << 10)

struct packer {
	z_stream z;
	z_stream trial;          /* begun when it is first used */
	bool can_try;
	struct writer *w;
	uint8_t out[LINE_BYTES * 512];
};

static int begin(z_stream *z)
{
	return deflateInit2(z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY);
}

static void put_packed(struct packer *p)
{
	size_t n = sizeof(p->out) - p->z.avail_out;
	char line[BASE64_LEN(LINE_BYTES) + 1];

	for (size_t i = 0; i < n; i += LINE_BYTES) {
		size_t part = n - i < LINE_BYTES ? n - i : LINE_BYTES;
		size_t used = base64_encode(p->out + i, part, line);

		line[used] = '\n';
		writer_put(p->w, line, used + 1);
	}
	p->z.next_out = p->out;
	p->z.avail_out = sizeof(p->out);
}

/* Bytes in; whenever the output is full, which is a whole number of lines, it goes out. */
static void pack(struct packer *p, const void *bytes, size_t n, int flush)
{
	int done = Z_OK;

	p->z.next_in = (Bytef *)bytes;
	p->z.avail_in = (uInt)n;
	do {
		done = deflate(&p->z, flush);
		if (p->z.avail_out == 0)
			put_packed(p);
	} while (p->z.avail_in > 0 || (flush == Z_FINISH && done != Z_STREAM_END));
}

/* ---- how a section is packed ---- */

/* Bytes that n bytes become. */
static size_t try_packing(z_stream *z, const uint8_t *bytes, size_t n, int strategy)
{
	uint8_t out[4096];
	int done = deflateReset(z);

	if (done == Z_OK)
		done = deflateParams(z, LEVEL, strategy);
	z->next_in = (Bytef *)bytes;
	z->avail_in = (uInt)n;
	while (done == Z_OK) {
		z->next_out = out;
		z->avail_out = sizeof(out);
		done = deflate(z, Z_FINISH);
	}
	return z->total_out;
}

static int strategy_of(struct packer *p, const struct buf *section)
{
	size_t n = section->len / TRIAL_PART < TRIAL_MAX ? section->len / TRIAL_PART : TRIAL_MAX;
	const uint8_t *middle;

	if (section->len < LARGE)
		return Z_DEFAULT_STRATEGY;
	p->can_try = p->can_try || begin(&p->trial) == Z_OK;
	if (!p->can_try)
		return Z_DEFAULT_STRATEGY;
	middle = section->data + (section->len - n) / 2;
	return try_packing(&p->trial, middle, n, Z_RLE) <=
	       try_packing(&p->trial, middle, n, Z_DEFAULT_STRATEGY)
		? Z_RLE : Z_DEFAULT_STRATEGY;
}

/* What went in before is packed as before, which may need room. */
static void set_strategy(struct packer *p, int strategy)
{
	p->z.next_in = NULL;
	p->z.avail_in = 0;
	while (deflateParams(&p->z, LEVEL, strategy) == Z_BUF_ERROR && p->z.avail_out == 0)
		put_packed(p);
}

static void pack_section(struct packer *p, const struct buf *section)
{
	struct buf length = BUF_INIT(16);

	island_put_varint(&length, section->len);
	pack(p, length.data, length.len, Z_NO_FLUSH);
	set_strategy(p, strategy_of(p, section));
	pack(p, section->data, section->len, Z_NO_FLUSH);
	buf_release(&length);
}

int pack_sections(struct writer *w, const struct buf *sections, size_t n)
{
	struct packer *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->w = w;
	p->z.next_out = p->out;
	p->z.avail_out = sizeof(p->out);
	err = begin(&p->z) ? -ENOMEM : 0;
	for (size_t i = 0; !err && i < n; i++)
		pack_section(p, &sections[i]);
	if (!err) {
		pack(p, NULL, 0, Z_FINISH);
		put_packed(p);
	}
	deflateEnd(&p->z);
	if (p->can_try)
		deflateEnd(&p->trial);
	free(p);
	return err;
}
