/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the run. */
#include "config.h"

#include "facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/vec.h"

/* A fact is one line wherever it is shown. */
static char *one_line(const char *value)
{
	char *copy = strdup(value);

	for (char *c = copy; c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return copy;
}

int facts_set(struct facts *f, const char *key, const char *value)
{
	uint32_t id = map_find(&f->keys, key, strlen(key));
	char *copy;

	if (id == MAP_NONE && f->n >= FACTS_MAX)
		return 0;
	copy = one_line(value);
	if (!copy || VEC_RESERVE(f->values, f->cap, f->n + 1)) {
		free(copy);
		return -ENOMEM;
	}
	if (id == MAP_NONE) {
		id = map_intern(&f->keys, key, strlen(key), NULL);
		if (id != f->n) {
			free(copy);
			return -ENOMEM;
		}
		f->values[f->n++] = NULL;
	}
	free(f->values[id]);
	f->values[id] = copy;
	return 0;
}

int facts_set_number(struct facts *f, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return facts_set(f, key, text);
}

const char *facts_get(const struct facts *f, const char *key)
{
	uint32_t id = map_find(&f->keys, key, strlen(key));

	return id == MAP_NONE ? NULL : f->values[id];
}

uint64_t facts_number(const struct facts *f, const char *key)
{
	const char *value = facts_get(f, key);

	return value ? strtoull(value, NULL, 10) : 0;
}

void facts_release(struct facts *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->values[i]);
	free(f->values);
	map_release(&f->keys);
}
