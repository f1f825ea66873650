/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the run, kept by key. */
#include "config.h"

#include "facts.h"

#include <errno.h>
#include <string.h>

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static char *copy_value(const char *text, size_t len)
{
	char *value = strndup(text, len);

	for (char *s = value; s && *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
	return value;
}

static bool is_of_probe(const char *key, size_t len)
{
	static const char *const prefixes[] = { "hits.", "missed.", "refused." };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (len > strlen(prefixes[i]) && !memcmp(key, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

bool facts_is_of_probe(const char *key)
{
	return is_of_probe(key, strlen(key));
}

/* For another key. */
static bool has_room(const struct facts *f, bool of_probe)
{
	return f->keys.n < FACTS_MAX && (!of_probe || f->n_of_probes < FACTS_OF_PROBES_MAX);
}

int facts_take(struct facts *f, const char *comment, size_t len)
{
	size_t key_len = 0;
	bool of_probe, is_new;
	uint32_t id;
	char *value;

	while (key_len < len && is_key_char(comment[key_len]))
		key_len++;
	if (key_len == 0 || (key_len < len && comment[key_len] != ' '))
		return 0;
	of_probe = is_of_probe(comment, key_len);
	if (!has_room(f, of_probe) && map_find(&f->keys, comment, key_len) == MAP_NONE)
		return 0;
	value = key_len < len ? copy_value(comment + key_len + 1, len - key_len - 1) : strdup("");
	id = value ? map_intern(&f->keys, comment, key_len, &is_new) : MAP_NONE;
	if (id == MAP_NONE) {
		free(value);
		return -ENOMEM;
	}
	f->n_of_probes += is_new && of_probe;
	free(f->values[id]);
	f->values[id] = value;
	return 0;
}

const char *facts_get(const struct facts *f, const char *key)
{
	uint32_t id = map_find(&f->keys, key, strlen(key));

	return id == MAP_NONE ? NULL : f->values[id];
}

uint64_t facts_number(const struct facts *f, const char *key)
{
	const char *s = facts_get(f, key);
	uint64_t number = 0;

	if (!s || !*s)
		return 0;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*s - '0'), &number))
			return 0;
	}
	return number;
}

void facts_release(struct facts *f)
{
	for (size_t i = 0; i < FACTS_MAX; i++)
		free(f->values[i]);
	map_release(&f->keys);
	*f = (struct facts){ 0 };
}
