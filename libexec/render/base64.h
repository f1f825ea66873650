/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Base64 of RFC 4648, section 4. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Characters of n bytes, the padding included. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Put the BASE64_LEN(n) characters of n bytes into out, without a NUL.  Returns their number. */
size_t base64_encode(const uint8_t *in, size_t n, char *out);
