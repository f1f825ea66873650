/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the reader of collapsed stacks, and holds its model against lines that are cut up in the
 * plainest way, one at a time.
 */
#include "config.h"

#include "libexec/render/read-collapsed.h"

#include <ctype.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/io.h"
#include "tests/fuzz/model-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The name as it is written: a kind is told by a mark at its end. */
static bool is_frame(const struct trie_frame *f, const char *name, size_t len)
{
	static const char *const marks[FRAME_KINDS] = {
		[FRAME_KERNEL] = "_[k]", [FRAME_JIT] = "_[j]", [FRAME_INLINED] = "_[i]"
	};
	const char *mark = marks[f->kind] ? marks[f->kind] : "";

	return f->len + strlen(mark) == len && !memcmp(f->name, name, f->len) &&
	       !memcmp(name + f->len, mark, strlen(mark));
}

static uint32_t child_named(const struct trie *t, uint32_t node, const char *name, size_t len)
{
	uint32_t child = t->nodes[node].first_child;

	while (child != TRIE_NONE && !is_frame(&t->frames[t->nodes[child].frame], name, len))
		child = t->nodes[child].next_sibling;
	return child;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t trim(const char *text, size_t len)
{
	while (len && is_blank(text[len - 1]))
		len--;
	return len;
}

/* Samples of the line; its stack must be there with as many at least. */
static uint64_t check_stack(const struct trie *t, const char *line, size_t len)
{
	uint32_t node = TRIE_ROOT;
	uint64_t count = 0, ten = 1;
	size_t from = 0;

	while (isdigit((unsigned char)line[len - 1])) {
		count += ten * (uint64_t)(line[--len] - '0');
		ten *= 10;
	}
	len = trim(line, len);
	for (size_t i = 0; i <= len && count && len; i++) {
		if (i < len && line[i] != ';')
			continue;
		node = child_named(t, node, line + from, i - from);
		must(node != TRIE_NONE);
		from = i + 1;
	}
	must(t->nodes[node].self >= count);
	return count;
}

static void check_lines(const struct trie *t, const char *text, size_t size)
{
	uint64_t samples = 0;

	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		size -= 3;
	}
	while (size) {
		const char *newline = memchr(text, '\n', size);
		size_t line = newline ? (size_t)(newline - text) : size, len = line;

		len = trim(text, len);
		if (len && !(text[0] == '#' && (line == 1 || is_blank(text[1]))))
			samples += check_stack(t, text, len);
		text += line + (newline != NULL);
		size -= line + (newline != NULL);
	}
	must(samples == t->nodes[TRIE_ROOT].total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_CLOSE int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct source source;
	struct model m;
	uint64_t line;

	/* gzip's magic number is no beginning of text. */
	if ((size && data[0] == 0x1f) || fd < 0 || write_all(fd, data, size) ||
	    lseek(fd, 0, SEEK_SET) < 0 || model_init(&m))
		return 0;
	if (!source_open(&source, fd) && !collapsed_read(&source, &m, &line)) {
		check_model(&m);
		check_lines(&m.trie, (const char *)data, size);
	}
	source_release(&source);
	model_release(&m);
	return 0;
}
