/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip by zlib. */
#include "config.h"

#include "gzip.h"

#include <errno.h>
#include <zlib.h>

#include "lib/io.h"

/* deflateInit2(): the largest window, with gzip's header and trailer around it. */
#define WINDOW_BITS (15 + 16)
#define MEMORY_LEVEL 8

struct gzip {
	z_stream stream;
	unsigned char out[64 << 10];
};

struct gzip *gzip_new(void)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (g && deflateInit2(&g->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS,
			      MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

void gzip_free(struct gzip *g)
{
	if (g)
		deflateEnd(&g->stream);
	free(g);
}

int gzip_write(struct gzip *g, int fd, const void *bytes, size_t n, bool last)
{
	z_stream *z = &g->stream;
	int err = 0;

	z->next_in = (unsigned char *)bytes;
	z->avail_in = (unsigned)n;
	do {
		z->next_out = g->out;
		z->avail_out = sizeof(g->out);
		if (deflate(z, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
			return -EINVAL;
		if (z->avail_out < sizeof(g->out))
			err = write_all(fd, g->out, sizeof(g->out) - z->avail_out);
	} while (!err && z->avail_out == 0);
	return err;
}
