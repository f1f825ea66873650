/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings of JSON. */
#include "config.h"

#include "json.h"

#include <errno.h>
#include <string.h>

#include "text.h"

#define TEXT_MAX ((size_t)2 << 30)

static const char *escape(uint8_t c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '<':
		return "\\u003c";
	default:
		return NULL;
	}
}

/* Clean text has no control characters, which is all else that JSON wants escaped. */
static void put_clean(struct buf *b, const struct buf *clean)
{
	size_t from = 0;

	buf_put_byte(b, '"');
	for (size_t i = 0; i < clean->len; i++) {
		const char *escaped = escape(clean->data[i]);

		if (!escaped)
			continue;
		buf_put(b, clean->data + from, i - from);
		buf_put_str(b, escaped);
		from = i + 1;
	}
	if (clean->len > from)
		buf_put(b, clean->data + from, clean->len - from);
	buf_put_byte(b, '"');
	if (clean->failed && !b->failed)
		b->failed = clean->failed;
}

void json_put_text(struct buf *b, const char *s, size_t len)
{
	struct buf clean = BUF_INIT(TEXT_MAX);

	if (len)
		text_clean(&clean, s, len);
	put_clean(b, &clean);
	buf_release(&clean);
}

int json_string(struct writer *w, const char *s)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	int err;

	json_put_text(&b, s, strlen(s));
	err = b.failed;
	if (!err)
		writer_put(w, b.data, b.len);
	buf_release(&b);
	return err;
}

int json_names_init(struct json_names *names, const struct trie *t)
{
	struct buf clean = BUF_INIT(TEXT_MAX);
	int err;

	*names = (struct json_names){ .text = BUF_INIT(TEXT_MAX) };
	names->names = calloc(t->n_frames + 1, sizeof(*names->names));
	if (!names->names)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_frames && !names->text.failed; i++) {
		size_t first = names->text.len;

		buf_clear(&clean);
		text_clean(&clean, t->frames[i].name, t->frames[i].len);
		put_clean(&names->text, &clean);
		names->names[i] = (struct json_name){
			first, (uint32_t)(names->text.len - first)
		};
	}
	err = names->text.failed;
	buf_release(&clean);
	return err;
}

void json_names_release(struct json_names *names)
{
	buf_release(&names->text);
	free(names->names);
	names->names = NULL;
}

void json_name(struct writer *w, const struct json_names *names, uint32_t frame)
{
	const struct json_name *n = &names->names[frame];

	writer_put(w, names->text.data + n->first, n->len);
}
