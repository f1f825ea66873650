/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel addresses. */
#include "config.h"

#include "kernel-symbols.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/io.h"
#include "lib/vec.h"

void kernel_symbols_init(struct kernel_symbols *k)
{
	k->own = SYMBOL_SET_INIT;
	k->text = SYMBOL_SET_INIT;
}

static int put_name(struct symbol_set *s, const char *name, size_t len, const char *module,
		    size_t module_len, uint32_t *at)
{
	char *copy = buf_extend(&s->names, len + module_len + 2);

	if (!copy)
		return s->names.failed ? s->names.failed : -ENOMEM;
	memcpy(copy, name, len);
	copy[len] = 0;
	memcpy(copy + len + 1, module, module_len);
	copy[len + 1 + module_len] = 0;
	*at = (uint32_t)((uint8_t *)copy - s->names.data);
	return 0;
}

int kernel_symbols_add(struct kernel_symbols *k, uint64_t start, uint64_t end, const char *name,
		       const char *module)
{
	struct symbol_draft d = { .start = start, .end = end, .limit = end };
	uint32_t *seen = u64_map_put(&k->seen, map_hash_u64(start) ^ end);
	int r;

	if (!seen)
		return -ENOMEM;
	if (*seen != MAP_NONE || end <= start || !name[0])
		return 0;
	d.rank = (uint32_t)k->n_added;
	r = put_name(&k->own, name, strlen(name), module, strlen(module), &d.name);
	if (!r && k->n_added >= SYMBOL_COUNT_MAX)
		r = -EOVERFLOW;
	if (!r)
		r = VEC_PUSH(k->added, k->n_added, k->cap_added, d);
	if (r)
		return r;
	*seen = d.rank;
	k->changed = true;
	return 0;
}

static int build_own(struct kernel_symbols *k)
{
	int r = 0;

	for (size_t i = 0; i < k->n_added && !r; i++)
		r = symbol_set_add(&k->own, &k->added[i]);
	k->changed = false;
	return r ? r : symbol_set_finish(&k->own, SYMBOL_SET_LAST_WINS);
}

static size_t word(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && !isspace((unsigned char)s[n]))
		n++;
	return n;
}

/* One line "ADDRESS TYPE NAME [MODULE]"; others are skipped. */
static int read_line(struct kernel_symbols *k, const char *s, const char *end)
{
	char *rest;
	struct symbol_draft d = { .start = strtoull(s, &rest, 16), .limit = UINT64_MAX };
	const char *module = "";
	size_t len, module_len = 0;
	int r;

	if (rest == s || rest + 3 >= end || rest[0] != ' ' || rest[2] != ' ' ||
	    !strchr("tTwW", rest[1]))
		return 0;
	s = rest + 3;
	len = word(s, end);
	if (s + len + 2 < end && s[len + 1] == '[') {
		module = s + len + 2;
		module_len = word(module, end);
		module_len -= module_len && module[module_len - 1] == ']';
	}
	if (!len || !d.start) {
		k->hidden = k->hidden || !d.start;
		return 0;
	}
	d.end = d.start;
	d.rank = SYMBOL_FUNCTION;
	if (rest[1] != 'w' && rest[1] != 'W')
		d.rank += isupper((unsigned char)rest[1]) ? SYMBOL_GLOBAL : SYMBOL_LOCAL;
	r = put_name(&k->text, s, len, module, module_len, &d.name);
	return r ? r : symbol_set_add(&k->text, &d);
}

int kernel_symbols_read(struct kernel_symbols *k, int fd)
{
	struct buf text = BUF_INIT(KALLSYMS_MAX);
	int r = read_all(fd, &text);

	if (!r)
		r = buf_put_byte(&text, 0);
	for (const char *s = (char *)text.data, *end; !r && (end = strchr(s, '\n')); s = end + 1)
		r = read_line(k, s, end);
	buf_release(&text);
	if (!r && !k->text.n_drafts)
		r = -ENODATA;
	return r ? r : symbol_set_finish(&k->text, SYMBOL_SET_NESTED);
}

uint64_t kernel_symbols_address(const struct kernel_symbols *k, const char *name)
{
	for (size_t i = 0; i < k->text.n; i++)
		if (!strcmp(symbol_set_name(&k->text, &k->text.symbols[i]), name))
			return k->text.symbols[i].start;
	return 0;
}

void kernel_symbols_drop_text(struct kernel_symbols *k)
{
	symbol_set_release(&k->text);
}

const char *kernel_symbols_find(struct kernel_symbols *k, uint64_t addr, const char **module)
{
	const struct symbol_set *set = &k->own;
	const struct symbol *symbol;

	if (k->changed && build_own(k))
		return NULL;
	symbol = symbol_set_find(set, addr);
	if (!symbol) {
		set = &k->text;
		symbol = symbol_set_find(set, addr);
	}
	if (!symbol)
		return NULL;
	const char *name = symbol_set_name(set, symbol);
	*module = name + strlen(name) + 1;
	return name;
}

void kernel_symbols_release(struct kernel_symbols *k)
{
	symbol_set_release(&k->own);
	symbol_set_release(&k->text);
	u64_map_release(&k->seen);
	free(k->added);
}
