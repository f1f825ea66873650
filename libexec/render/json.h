/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON (RFC 8259) written as a stream: strings that are safe to show, and inside of HTML. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/compiler.h"
#include "lib/trie.h"
#include "writer.h"

/*
 * Append text as a JSON string, quotes included: cleaned as by text_clean(), "<" as an escape so
 * that no "</script>" can be in it.  Unlike there empty text stays empty.
 */
void json_put_text(struct buf *b, const char *s, size_t len);

/* Write it.  0, or the error for want of memory. */
int json_string(struct writer *w, const char *s) MUST_CHECK;

struct json_name {
	size_t first;
	uint32_t len;
};

/* The frames' names as JSON strings, made once; an empty one is "[unknown]". */
struct json_names {
	struct buf text;
	struct json_name *names; /* by frame */
};

/* 0 or a negative errno.  Release it in every case. */
int json_names_init(struct json_names *names, const struct trie *t) MUST_CHECK;
void json_names_release(struct json_names *names);

void json_name(struct writer *w, const struct json_names *names, uint32_t frame);
