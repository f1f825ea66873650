/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes as text of 64 characters. */
#include "config.h"

#include "base64.h"

size_t base64_encode(const uint8_t *in, size_t n, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t used = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)in[i + 1] << 8;
		if (i + 2 < n)
			v |= in[i + 2];
		out[used++] = digits[v >> 18];
		out[used++] = digits[v >> 12 & 63];
		out[used++] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		out[used++] = i + 2 < n ? digits[v & 63] : '=';
	}
	return used;
}
